/** A stage of `test`: how it is run, timed, counted and printed. */

import { stripVTControlCharacters } from "node:util";
import { runTool, type RunToolOptions } from "./runTool.ts";

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Said beside the stage's name: counts, a reason for what was left out. */
  readonly note?: string;
  /** Shown when something failed. */
  readonly output?: string;
}

export interface Stage {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

/** A stage that passes when the tool exits with 0. */
export function toolStage(name: string, command: string, args: readonly string[], options: RunToolOptions = {}): Stage {
  return {
    name,
    async run() {
      const { code, output } = await runTool(command, args, options);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
    },
  };
}

/** Runs a stage and prints its line, with its output when it failed. A stage that throws has failed once. */
export async function runStage({ name, run }: Stage): Promise<Outcome> {
  const start = performance.now();
  const outcome = await run().catch((error: unknown): Outcome => ({ passed: 0, failed: 1, output: errorText(error) }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const result = outcome.failed > 0 ? "FAILED" : "ok";
  process.stdout.write(
    `${name.padEnd(10)} ${result.padEnd(6)} ${seconds.padStart(6)} s${outcome.note ? `  ${outcome.note}` : ""}\n`,
  );
  if (outcome.failed > 0 && outcome.output) process.stdout.write(`${readable(outcome.output).trimEnd()}\n\n`);
  return outcome;
}

/** Some tools color what they print in continuous integration even into a file. */
function readable(output: string): string {
  return process.stdout.isTTY ? output : stripVTControlCharacters(output);
}

/** What a person needs of an error: its stack, or its text. */
function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
