/** Runs a program to its end and keeps what it printed. */

import { spawn } from "node:child_process";

export interface CommandOptions {
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Ends the program, with SIGKILL, after this many seconds. */
  limitSeconds: number;
}

export interface CommandResult {
  /** True when the program ran and ended with exit code 0. */
  ok: boolean;
  stdout: string;
  stderr: string;
  /** Why it is not `ok`, in a few words: `exit code 1`, `not found`, `killed by SIGILL`, `no end after 60 s`. */
  failure: string | undefined;
}

/** Output beyond this many characters is cut at the front: errors stand at the end. */
const KEPT_CHARACTERS = 200_000;

/** Never rejects: a program that cannot start gives a result that says so. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const output = { stdout: "", stderr: "" };
    let failure: string | undefined;
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const timer = setTimeout(() => {
      failure = `no end after ${options.limitSeconds} s`;
      child.kill("SIGKILL");
    }, options.limitSeconds * 1000);
    for (const name of ["stdout", "stderr"] as const) {
      child[name]
        .setEncoding("utf8")
        .on("data", (text: string) => (output[name] = (output[name] + text).slice(-KEPT_CHARACTERS)));
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({ ok: false, ...output, failure: error.code === "ENOENT" ? "not found" : error.message });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      failure ??= signal === null ? (code === 0 ? undefined : `exit code ${code}`) : `killed by ${signal}`;
      resolve({ ok: failure === undefined, ...output, failure });
    });
  });
}

/** What a program said about its failure, on one line: the last line that speaks of an error, else the last lines of all. */
export function failureText(result: CommandResult): string {
  const text = result.stderr.trim() || result.stdout.trim();
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.findLast((line) => /\b(error|fatal|denied|no space)\b|Error:/i.test(line));
  return (telling ?? lines.slice(-2).join(" | ")).slice(0, 400);
}
