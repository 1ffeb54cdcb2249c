/** Runs a program to its end with text on its standard input. */

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Ends the program; the call rejects then. */
  signal?: AbortSignal;
}

export interface ProgramResult {
  /** Exit code, `null` when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Rejects when the program cannot start or is aborted, not when it fails. */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const { env = process.env, input = "", signal } = options;
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"], ...(signal && { signal }) });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => undefined).end(input); // a program that ends early closes its input
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
