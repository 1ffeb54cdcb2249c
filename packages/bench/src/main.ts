#!/usr/bin/env node
/** `pnpm bench:peers`: the table on standard output, progress and errors on standard error. */

import { CommanderError } from "commander";
import { TareaError } from "@tarea/core";
import { writeFileAtomic } from "@tarea/files";
import { benchPeers, type BenchRow } from "./benchPeers.js";
import { parseCommandLine } from "./commandLine.js";
import { preparePython } from "./pythonEnvironment.js";
import { benchResults, benchTable } from "./report.js";
import { processRunner } from "./runContestant.js";

const stopped = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stopped.abort());

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}

async function main(): Promise<void> {
  const { json, families, ...options } = parseCommandLine(process.argv.slice(2));
  const needsPython = families.some((family) => family !== "tfjs-node");
  const python = needsPython ? await preparePython({ signal: stopped.signal, log }) : undefined;
  const run = processRunner({ python, signal: stopped.signal });
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

/** Says what went wrong; returns the exit code: 130 when stopped, 2 for a wrong call, else 1. */
function report(error: unknown): number {
  if (stopped.signal.aborted) {
    log("Stopped.");
    return 130;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has printed its message
  if (!(error instanceof TareaError)) throw error;
  log(`error: ${error.message}`);
  return error.code === "option" ? 2 : 1;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
