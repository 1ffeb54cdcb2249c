#!/usr/bin/env node
/** `pnpm bench:peers`: the table on standard output, progress and errors on standard error. */

import { writeFileAtomic } from "@tarea/files";
import { benchPeers, type BenchRow } from "./benchPeers.js";
import { parseCommandLine } from "./commandLine.js";
import { preparePython } from "./pythonEnvironment.js";
import { benchResults, benchTable } from "./report.js";
import { log, runCommand } from "./runCommand.js";
import { processRunner } from "./runContestant.js";

await runCommand(main);

async function main(signal: AbortSignal): Promise<void> {
  const { json, families, ...options } = parseCommandLine(process.argv.slice(2));
  const needsPython = families.some((family) => family !== "tfjs-node");
  const python = needsPython ? await preparePython({ signal, log }) : undefined;
  const run = processRunner({ python, signal });
  const rows: BenchRow[] = [];
  try {
    for await (const row of benchPeers({ ...options, families, run, log })) {
      rows.push(row);
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(benchResults(rows), null, 2)}\n`);
    }
  } finally {
    process.stdout.write(benchTable(rows)); // also what was measured before it was stopped
  }
}
