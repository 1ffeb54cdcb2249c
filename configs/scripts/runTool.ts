/** Starts a command-line tool in the root folder and keeps what it printed, for a check to judge and show. */

import { spawn } from "node:child_process";
import { root, toolEnvironment } from "./turbo.ts";

export interface ToolResult {
  readonly code: number;
  /** Standard output and standard error in the order they came. */
  readonly output: string;
}

export interface RunToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `command` without standard input; resolves when it ends, whatever its exit code. @throws when it cannot start */
export function runTool(
  command: string,
  args: readonly string[],
  { cwd = root, env = {} }: RunToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...toolEnvironment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") + (signal ? `Ended by ${signal}.\n` : "") }),
    );
  });
}
