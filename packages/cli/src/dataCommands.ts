/** `tarea data list | fetch | check`: what data there is, where it lies, and whether it is what it should be. */

import type { Command } from "commander";
import { checkOneOf } from "@tarea/core";
import { checkDataset, fetchDataset, listDatasets, type DatasetName, type FetchResult } from "@tarea/datasets";
import { jsonOption } from "./options.js";
import { formatBytes, note, printJson, printTable } from "./output.js";

export function addDataCommands(program: Command): void {
  const data = program.command("data").description("list, fetch and check data sets");
  data
    .command("list")
    .description("list the data sets")
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => list(options));
  data
    .command("fetch")
    .description("fetch data sets into the cache, verified byte for byte; files under TAREA_DATA_DIR are taken first")
    .argument("<names...>", "names of data sets")
    .option("--offline", "open no network connection: only say whether the files are there")
    .addOption(jsonOption())
    .action((names: string[], options: { offline?: boolean; json?: boolean }) => fetchAll(names, options));
  data
    .command("check")
    .description("check files, counts, label balance and duplicates of data sets")
    .argument("[names...]", "names of data sets (default: all)")
    .option("--offline", "open no network connection")
    .addOption(jsonOption())
    .action((names: string[], options: { offline?: boolean; json?: boolean }) => checkAll(names, options));
}

function list({ json }: { json?: boolean }): void {
  const cards = listDatasets();
  if (json) return printJson(cards);
  printTable([["name", "title", "task", "licence"], ...cards.map((card) => [card.name, card.title, card.task, card.licence])]);
}

async function fetchAll(names: string[], { offline = false, json }: { offline?: boolean; json?: boolean }): Promise<void> {
  const results = [];
  for (const name of checkNames(names)) {
    const result = await fetchDataset(name, { offline, log: note, onProgress: showDownload });
    if (!json) note(`${name}: ${describePlace(result)}`);
    results.push(result);
  }
  if (json) printJson(results);
}

async function checkAll(names: string[], { offline = false, json }: { offline?: boolean; json?: boolean }): Promise<void> {
  const checks = [];
  for (const name of checkNames(names.length ? names : listDatasets().map((card) => card.name))) {
    checks.push(await checkDataset(name, { offline, log: note }));
  }
  if (json) return printJson(checks);
  for (const check of checks) printCheck(check);
}

export function describePlace({ place, folder }: FetchResult): string {
  if (folder === null) return "made by formula, needs no files";
  return `verified in the ${place === "data folder" ? place : "cache"} ${folder}`;
}

type Check = Awaited<ReturnType<typeof checkDataset>>;

function printCheck(check: Check): void {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(`${check.title}: ${check.ok ? "as published" : "not as it should be"}${check.folder ? `, in ${check.folder}` : ""}`);
  for (const file of check.files) print(`  ${file.ok ? "ok     " : file.found ? "wrong  " : "missing"}  ${file.name}`);
  for (const [name, part] of [
    ["train", check.train],
    ["test", check.test],
  ] as const)
    if (part) printPart(name, part, print);
  if (check.duplicatesAcross) print(`  test samples that occur in the training part: ${check.duplicatesAcross.count}`);
  for (const problem of check.problems) print(`  problem: ${problem}`);
}

function printPart(name: string, part: NonNullable<Check["train"]>, print: (line: string) => void): void {
  const counts = Object.entries(part.labels).map(([label, count]) => `${label}: ${count}`);
  print(
    `  ${name}: ${part.count} samples, values ${part.minimum} to ${part.maximum} (mean ${part.mean.toFixed(2)}), ${part.duplicates.count} repeated`,
  );
  print(`    ${counts.join(", ")}`);
}

function checkNames(names: string[]): DatasetName[] {
  const known = listDatasets().map((card) => card.name);
  return names.map((name) => checkOneOf("tarea data", "data set", name, known));
}

function showDownload({ file, receivedBytes, totalBytes }: { file: string; receivedBytes: number; totalBytes: number }): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    `\r\x1b[2K${file}  ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}${receivedBytes >= totalBytes ? "\n" : ""}`,
  );
}
