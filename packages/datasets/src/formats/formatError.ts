/** The error of every parser: which file, what is wrong, where in it, what was expected and what was found. */

import { TareaError } from "@tarea/core";

export interface FormatErrorOptions {
  file: string;
  problem: string;
  expected: string;
  received: string;
  /** Byte offset in the file as it lies on disk, or in its unpacked content where that is what the problem says; `null` where there is none, as for a folder. */
  offset: number | null;
  hint?: string;
  cause?: unknown;
}

export function formatError({ file, offset, ...rest }: FormatErrorOptions): TareaError {
  return new TareaError({ code: "format", where: file, file, ...(offset !== null && { offset }), ...rest });
}
