/**
 * From a fresh clone to the report in the browser: builds the packages, sets the engine up, finds the data, trains the
 * starter experiments, builds the report site and serves it. Each stage says what it does and how long it took.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, toolEnvironment } from "./turbo.ts";

interface Stage {
  readonly title: string;
  readonly command: readonly string[];
  /** A stage that may fail without ending the start: the next ones say what they use instead. */
  readonly optional?: boolean;
}

const site = join(root, "sites", "reports");
const turbo = [
  process.execPath,
  join(root, "node_modules", "turbo", "bin", "turbo"),
  "run",
  "--output-logs=errors-only",
  "--log-prefix=none",
];
const tarea = [process.execPath, join(root, "packages", "cli", "dist", "main.js")];

const stages: readonly Stage[] = [
  { title: "Build the packages", command: [...turbo, "build"] },
  { title: "Set the engine up", command: [...tarea, "engine", "install"], optional: true },
  { title: "Find the data", command: [...tarea, "data", "fetch", "mnist"], optional: true },
  { title: "Train the starter experiments", command: [...tarea, "train"] },
  { title: "Build the report site", command: [...turbo, "site"] },
];

function run(command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = command as [string, ...string[]];
    const child = spawn(file, args, { cwd: root, env: { ...toolEnvironment, TAREA_ROOT: site }, stdio: "inherit" });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    const ignore = (): void => undefined; // A terminal sends it to the child too.
    process.on("SIGTERM", forward).on("SIGINT", ignore);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGTERM", forward).off("SIGINT", ignore);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

const started = performance.now();
for (const [i, { title, command, optional }] of stages.entries()) {
  const start = performance.now();
  process.stdout.write(`\n[${i + 1}/${stages.length}] ${title}\n`);
  const code = await run(command);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0 && !(optional && code === 1)) {
    process.stdout.write(`[${i + 1}/${stages.length}] failed after ${seconds} s (exit code ${code})\n`);
    process.exit(code);
  }
  process.stdout.write(`[${i + 1}/${stages.length}] ${code === 0 ? "done" : "going on without"} in ${seconds} s\n`);
}
process.stdout.write(`\nEverything took ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);

if (process.env["CI"] || !process.stdout.isTTY) {
  process.stdout.write(`The report is ${join(site, "dist", "index.html")}\n`);
} else {
  const entry = pathToFileURL(join(root, "packages", "report", "dist", "index.js"));
  const { serveFolder } = (await import(entry.href)) as typeof import("../../packages/report/dist/index.js");
  const { url, close } = await serveFolder(join(site, "dist"));
  process.stdout.write(`The report is at ${url} (Ctrl-C ends)\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close());
}
