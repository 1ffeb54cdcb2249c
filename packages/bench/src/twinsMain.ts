#!/usr/bin/env node
/** `pnpm bench:twins`: the table on standard output, errors on standard error; ends with 1 when a lead is too small. */

import { Command, InvalidArgumentError } from "commander";
import { checkOneOf } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { report } from "./runCommand.js";
import { contestOnTwins, TWIN_LEADS, TWIN_NAMES, type TwinRow } from "./twinContest.js";

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}

async function main(): Promise<void> {
  const { sets, ...options } = parse(process.argv.slice(2));
  await useEngine();
  for (const set of sets) {
    const rows: TwinRow[] = [];
    for await (const row of contestOnTwins({ sets: [set], ...options })) {
      rows.push(row);
      process.stdout.write(`${set.padEnd(14)} ${row.model.padEnd(18)} ${row.accuracy.toFixed(3)}  after ${row.epoch} epochs\n`);
    }
    const lead = rows.at(-1)!.accuracy - Math.max(...rows.slice(0, -1).map(({ accuracy }) => accuracy));
    const enough = lead >= TWIN_LEADS[set];
    process.stdout.write(`${set.padEnd(14)} lead ${lead.toFixed(3)}, at least ${TWIN_LEADS[set]}: ${enough ? "yes" : "NO"}\n`);
    if (!enough) process.exitCode = 1;
  }
}

function parse(args: readonly string[]) {
  const command = new Command("bench:twins")
    .description("Trains a network that sees structure against those that cannot on the synthetic twins.")
    .argument("[sets...]", `of ${TWIN_NAMES.join(", ")}; all of them when none is named`)
    .option("--train-count <n>", "samples to train on", parseCount, 20_000)
    .option("--test-count <n>", "samples to judge by", parseCount, 5_000)
    .option("--epochs <n>", "passes; the best counts", parseCount, 8)
    .option("--seed <n>", "of the twin and of the training", parseCount, 1)
    .exitOverride();
  command.parse(args, { from: "user" });
  const wanted = command.args.length === 0 ? TWIN_NAMES : command.args;
  const sets = wanted.map((name) => checkOneOf("bench:twins", "sets", name, TWIN_NAMES));
  return { ...command.opts<{ trainCount: number; testCount: number; epochs: number; seed: number }>(), sets };
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a positive whole number, got ${JSON.stringify(text)}.`);
}
