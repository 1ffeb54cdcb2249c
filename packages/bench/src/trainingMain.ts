#!/usr/bin/env node
/** `pnpm bench:training`: tables on standard output, progress and errors on standard error. */

import { Command } from "commander";
import { checkOneOf } from "@tarea/core";
import { writeFileAtomic } from "@tarea/files";
import { parsePositive } from "./commandLine.js";
import { BENCH_MODELS } from "./models.js";
import { preparePython } from "./pythonEnvironment.js";
import { log, runCommand } from "./runCommand.js";
import { processRunner } from "./runContestant.js";
import { SECTIONS, type SectionName, type SectionRow } from "./trainingSections.js";

const NAMES = Object.keys(SECTIONS) as SectionName[];
const WITH_PEERS: readonly SectionName[] = ["memory", "predict"];

const stopped = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stopped.abort());

await runCommand(main);

async function main(signal: AbortSignal): Promise<void> {
  const { sections, models, seconds, json } = parse(process.argv.slice(2));
  const python = sections.some((name) => WITH_PEERS.includes(name)) ? await preparePython({ signal, log }) : undefined;
  const run = processRunner({ python, signal });
  const results: Partial<Record<SectionName, SectionRow[]>> = {};
  for (const name of sections) {
    const rows: SectionRow[] = (results[name] = []);
    try {
      for await (const row of SECTIONS[name]({ models, seconds, run, log })) {
        rows.push(row);
        if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(results, null, 2)}\n`);
      }
    } finally {
      process.stdout.write(tableOf(name, rows)); // also what was measured before it was stopped
    }
  }
}

function parse(args: readonly string[]) {
  const command = new Command("bench:training")
    .description("Measures compiling, memory, prediction, seeds side by side, growth and the share of the machine's peak.")
    .argument("[sections...]", `of ${NAMES.join(", ")}; all of them when none is named`)
    .option("--models <list>", "only these, for example e2,d4", (text: string) => text.split(","))
    .option("--seconds <n>", "measured seconds per setting", parsePositive, 1)
    .option("--json <file>", "write the results to this file")
    .exitOverride();
  command.parse(args, { from: "user" });
  const { models, ...options } = command.opts<{ models?: string[]; seconds: number; json?: string }>();
  const known = BENCH_MODELS.map(({ name }) => name);
  for (const name of models ?? []) checkOneOf("bench:training", "--models", name, known);
  const wanted = command.args.length === 0 ? NAMES : command.args;
  return {
    ...options,
    sections: wanted.map((name) => checkOneOf("bench:training", "sections", name, NAMES)),
    models: models === undefined ? BENCH_MODELS : BENCH_MODELS.filter(({ name }) => models.includes(name)),
  };
}

function tableOf(name: SectionName, rows: readonly SectionRow[]): string {
  const headings = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => headings.map((heading) => cellOf(row[heading]!)));
  const table = [headings, ...cells];
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "),
  );
  return `${name}\n${lines.map((line) => `  ${line.trimEnd()}\n`).join("")}\n`;
}

function cellOf(value: string | number): string {
  if (typeof value === "string" || Number.isInteger(value)) return String(value);
  return value.toFixed(value >= 100 ? 0 : 3);
}
