/** `tarea data list | fetch | check | show | export`: what data there is, where it lies, and what is in it. */

import type { Command } from "commander";
import { fetchDataset, listDatasets, type FetchResult } from "@tarea/datasets";
import { checkAll } from "./dataCheck.js";
import { addExportCommand, addShowCommand } from "./dataShow.js";
import { checkNames } from "./datasetNames.js";
import { jsonOption } from "./options.js";
import { formatBytes, note, printJson, printTable } from "./output.js";

export function addDataCommands(program: Command): void {
  const data = program.command("data").description("list, fetch, check, show and describe data sets");
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
    .description("check files and counts, and look for duplicates, uneven or sorted labels, constant columns and missing values")
    .argument("[names...]", "names of data sets (default: all)")
    .option("--synthetic", "check the synthetic twins")
    .addOption(jsonOption())
    .action((names: string[], options: { synthetic?: boolean; json?: boolean }) => checkAll(names, options));
  addShowCommand(data);
  addExportCommand(data);
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

export function describePlace({ place, folder }: FetchResult): string {
  if (folder === null) return "made by formula, needs no files";
  return `verified in the ${place === "data folder" ? place : "cache"} ${folder}`;
}

function showDownload({ file, receivedBytes, totalBytes }: { file: string; receivedBytes: number; totalBytes: number }): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    `\r\x1b[2K${file}  ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}${receivedBytes >= totalBytes ? "\n" : ""}`,
  );
}
