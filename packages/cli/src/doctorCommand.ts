/** `tarea doctor`: what this machine offers and what Tarea will use of it. */

import { availableParallelism, totalmem } from "node:os";
import type { Command } from "commander";
import { messageOf } from "@tarea/core";
import { fetchDataset, listDatasets, type DatasetName } from "@tarea/datasets";
import { inspectEngine } from "@tarea/engine";
import { cacheFolder } from "@tarea/files";
import { describePlace } from "./dataCommands.js";
import { jsonOption } from "./options.js";
import { formatBytes, printJson, printTable } from "./output.js";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("show which engine, data and folders Tarea finds, and why; changes nothing")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const facts = await gatherFacts();
      if (json) printJson(facts);
      else printFacts(facts);
    });
}

type Facts = Awaited<ReturnType<typeof gatherFacts>>;

async function gatherFacts() {
  const { engine, ...report } = await inspectEngine();
  return {
    engine,
    engineReport: report,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    cacheFolder: cacheFolder(),
    dataFolder: process.env["TAREA_DATA_DIR"] ?? null,
    datasets: await Promise.all(listDatasets().map((card) => findDataset(card.name))),
  };
}

async function findDataset(name: DatasetName): Promise<{ name: string; found: boolean; detail: string }> {
  try {
    return { name, found: true, detail: describePlace(await fetchDataset(name, { offline: true })) };
  } catch (error) {
    return { name, found: false, detail: messageOf(error).replace(`${name}: `, "") };
  }
}

function printFacts(facts: Facts): void {
  const { engine, engineReport } = facts;
  printTable([
    ["engine", `${engine.name} ${engine.version}`],
    ["", engine.reason],
    ...engineReport.ladder.map(({ name, ok, reason }, i) => [
      i === 0 ? "ladder" : "",
      `${ok ? "yes" : "no "} ${name}: ${reason}`,
    ]),
    ["kernels", engineReport.kernels.reason],
    ["node", `${facts.node} on ${facts.platform}`],
    ["machine", `${facts.cores} cores, ${formatBytes(facts.memoryBytes)}`],
    ["cache", facts.cacheFolder],
    ["data folder", facts.dataFolder ?? "TAREA_DATA_DIR is not set"],
    ...facts.datasets.map(({ name, detail }, i) => [i === 0 ? "data" : "", `${name}: ${detail}`]),
  ]);
}
