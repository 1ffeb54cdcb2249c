/** What every command of the benchmark does around its own work: being stopped, errors, exit codes, lines on standard error. */

import { CommanderError } from "commander";
import { TareaError } from "@tarea/core";

/**
 * Runs a command to its end; its signal is aborted when the process is asked to stop. The exit code is 130 when it was stopped, 2 for a
 * wrong call, 1 for other errors.
 */
export async function runCommand(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stopped.abort());
  try {
    await main(stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) {
      process.exitCode = report(error);
      return;
    }
    log("Stopped.");
    process.exitCode = 130;
  }
}

/** Says what went wrong; returns the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has printed its message
  if (!(error instanceof TareaError)) throw error;
  log(`error: ${error.message}`);
  return error.code === "option" ? 2 : 1;
}

export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
