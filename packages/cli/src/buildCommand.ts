/** `tarea dev` and `tarea build`: the report in the browser while writing it, and as a folder of plain files. */

import { join, resolve } from "node:path";
import type { Command } from "commander";
import { jsonOption, parseInteger, resolveRoot, rootOption } from "./options.js";
import { formatSeconds, note, printJson } from "./output.js";
import { untilStopped } from "./signals.js";

interface SiteOptions {
  root: string;
  runs?: string;
  port?: number;
}

interface BuildOptions extends SiteOptions {
  out?: string;
  serve?: boolean;
  json?: boolean;
}

const RUNS_HELP = "folder of the run records (default: the one the site names)";

export function addDevCommand(program: Command): void {
  program
    .command("dev")
    .description("show the report in the browser; pages follow their sources and the runs")
    .addOption(rootOption())
    .option("--runs <folder>", RUNS_HELP)
    .option("--port <number>", "first port to try", parseInteger)
    .action(develop);
}

export function addBuildCommand(program: Command): void {
  program
    .command("build")
    .description("build the report as a folder of plain files that opens anywhere")
    .addOption(rootOption())
    .option("--runs <folder>", RUNS_HELP)
    .option("--out <folder>", "where the pages go (default: dist in the report's folder)")
    .option("--serve", "serve the pages after the build until Ctrl-C")
    .option("--port <number>", "first port to try with --serve", parseInteger)
    .addOption(jsonOption())
    .action(build);
}

async function develop(options: SiteOptions): Promise<void> {
  const { developReport } = await import("@tarea/report");
  const server = await developReport({
    root: resolveRoot(options),
    runs: options.runs && resolve(options.runs),
    port: options.port,
  });
  note(`The report is at ${server.url} (Ctrl-C ends)`);
  process.exitCode = await untilStopped();
  await server.close();
}

async function build(options: BuildOptions): Promise<void> {
  const startedAt = performance.now();
  const { buildReport, serveFolder } = await import("@tarea/report");
  const result = await buildReport({
    root: resolveRoot(options),
    runs: options.runs && resolve(options.runs),
    outDir: options.out && resolve(options.out),
  });
  for (const fault of result.faults) note(`left out: ${fault.folder}: ${fault.problem}`);
  if (options.json) printJson(result);
  else
    note(
      `${join(result.outDir, "index.html")} from ${result.runs} runs in ${formatSeconds((performance.now() - startedAt) / 1000)}`,
    );
  if (!options.serve) return;
  const server = await serveFolder(result.outDir, options.port === undefined ? {} : { port: options.port });
  note(`The report is at ${server.url} (Ctrl-C ends)`);
  process.exitCode = await untilStopped();
  await server.close();
}
