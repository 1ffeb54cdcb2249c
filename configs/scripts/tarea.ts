/** Runs the `tarea` command of this checkout, after a build when a source changed, as if it had been called itself. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, turbo } from "./turbo.ts";

const main = join(root, "packages", "cli", "dist", "main.js");

if (!existsSync(main)) process.stderr.write("Building the tarea command…\n");
const build = turbo(["run", "build", "--filter=@tarea/cli...", "--output-logs=errors-only"], ["ignore", "pipe", "pipe"]);
if (build.code !== 0) {
  process.stderr.write(build.output);
  process.exit(build.code);
}

// In this repository the report's folder is the site that comes with it, whatever folder the command is called from.
process.env["TAREA_ROOT"] ??= join(root, "sites", "reports");

const args = [main, ...process.argv.slice(2)];
if (process.platform === "win32" || !process.execve) {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  child.on("exit", (code) => process.exit(code ?? 1));
} else {
  // The command takes this process over: its signals, standard streams and exit code are its own.
  process.execve(process.execPath, [process.execPath, ...args], process.env);
}
