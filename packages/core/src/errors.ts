/** One error class for the whole product, so that a message always says where, what, expected, received and one hint. */

export interface TareaErrorOptions {
  /** Stable, machine-readable kind, for example `"option"`, `"checksum"`, `"network"`. */
  code: string;
  /** Where it happened: a function, a file, a command. */
  where: string;
  /** What is wrong, as a clause without a full stop: `"epochs must be a positive integer"`. */
  problem: string;
  expected?: string | undefined;
  received?: string | undefined;
  /** One sentence that says what to do next. */
  hint?: string | undefined;
  /** Path of the file at fault, if one is. */
  file?: string | undefined;
  /** Byte offset in `file`, if known. */
  offset?: number | undefined;
  cause?: unknown;
}

/**
 * The error that every Tarea package throws for bad input.
 *
 * @example
 * throw new TareaError({ code: "option", where: "fit", problem: "epochs must be a positive integer", received: "2.5" });
 * // fit: epochs must be a positive integer, got 2.5.
 */
export class TareaError extends Error {
  readonly code: string;
  readonly where: string;
  readonly problem: string;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly hint: string | undefined;
  readonly file: string | undefined;
  readonly offset: number | undefined;

  constructor(options: TareaErrorOptions) {
    super(composeMessage(options), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TareaError";
    this.code = options.code;
    this.where = options.where;
    this.problem = options.problem;
    this.expected = options.expected;
    this.received = options.received;
    this.hint = options.hint;
    this.file = options.file;
    this.offset = options.offset;
  }
}

/** The message of anything that was thrown, for logs and for wrapping. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function composeMessage(options: TareaErrorOptions): string {
  let message = `${options.where}: ${options.problem}`;
  if (options.expected !== undefined) message += `, expected ${options.expected}`;
  if (options.received !== undefined) message += `, got ${options.received}`;
  message += ".";
  if (options.hint !== undefined) message += ` ${options.hint}`;
  return message;
}
