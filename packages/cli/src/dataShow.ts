/** `tarea data show | export`: a data set as a page, and as a description for catalogues. */

import { resolve } from "node:path";
import * as charts from "@tarea/charts";
import { exportCroissant, listDatasets, loadDataset, previewDataset } from "@tarea/datasets";
import { writeFileAtomic } from "@tarea/files";
import { Option, type Command } from "commander";
import { checkName } from "./datasetNames.js";
import { jsonOption } from "./options.js";
import { note, printJson } from "./output.js";

interface ShowOptions {
  out?: string;
  offline?: boolean;
  synthetic?: boolean;
  json?: boolean;
}

export function addShowCommand(data: Command): void {
  data
    .command("show")
    .description("make a page with samples of each class and distributions; it opens in any browser")
    .argument("<name>", "name of a data set")
    .option("--out <file>", "where to write the page (default: <name>.html)")
    .option("--offline", "open no network connection")
    .option("--synthetic", "show the synthetic twin")
    .addOption(jsonOption())
    .action((name: string, options: ShowOptions) => show(name, options));
}

export function addExportCommand(data: Command): void {
  data
    .command("export")
    .description("describe a data set for catalogues and other tools, on standard output or in a file")
    .argument("<name>", "name of a data set")
    .addOption(new Option("--format <format>", "format of the description").choices(["croissant"]).default("croissant"))
    .option("--out <file>", "where to write it (default: standard output)")
    .action((name: string, options: { out?: string }) => describe(name, options));
}

async function show(text: string, { out, offline = false, synthetic, json }: ShowOptions): Promise<void> {
  const name = checkName(text);
  const set = await loadDataset(name, { offline, log: note, ...(synthetic && { source: "synthetic" }) });
  const card = listDatasets().find((each) => each.name === name)!;
  const path = resolve(out ?? `${name}.html`);
  await writeFileAtomic(path, previewDataset(set, { charts, card }));
  if (json) printJson({ name, path, synthetic: set.synthetic, fingerprint: set.fingerprint, source: set.source });
  else note(`${set.title}: ${path}`);
}

async function describe(text: string, { out }: { out?: string }): Promise<void> {
  const name = checkName(text);
  const description = await exportCroissant(name);
  if (out === undefined) return printJson(description);
  const path = resolve(out);
  await writeFileAtomic(path, `${JSON.stringify(description, null, 2)}\n`);
  note(`${name}: ${path}`);
}
