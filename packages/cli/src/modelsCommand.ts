/** `tarea models`: the presets of the model zoo and what each costs, what the runs say of them, and a card for publishing one. */

import { resolve } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { writeFileAtomic } from "@tarea/files";
import { summarizePresets } from "@tarea/models";
import { modelCard, type CardMetric } from "@tarea/models/card";
import { latestRuns, readRuns, type Run } from "@tarea/runs";
import { addModelsExportCommand } from "./modelsExport.js";
import { addModelsShowCommand } from "./modelsShow.js";
import { jsonOption } from "./options.js";
import { note, printJson, printTable } from "./output.js";

const RUNS_HELP = "folder of the run records";

interface ResultsOptions {
  runs: string;
  json?: boolean;
}

interface CardOptions {
  runs: string;
  license: string;
  description?: string;
  task: string;
  tags?: string[];
  out?: string;
}

export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("list the models by preset, with parameters and multiply-adds per sample")
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => list(options));
  addModelsShowCommand(models);
  models
    .command("results")
    .description("print what the runs measured, per experiment over its seeds, as a Markdown table")
    .option("--runs <folder>", RUNS_HELP, "runs")
    .addOption(jsonOption())
    .action((_options, command: Command) => results(command.optsWithGlobals<ResultsOptions>()));
  models
    .command("card")
    .description("write a model card in Hugging Face's format from the final runs of an experiment")
    .argument("<experiment>", "id of the experiment")
    .requiredOption("--license <id>", "licence of the model, for example mit")
    .option("--runs <folder>", RUNS_HELP, "runs")
    .option("--description <text>", "what the model is for (default: the experiment's description or title)")
    .option("--task <id>", "task as the Hub calls it", "image-classification")
    .option("--tags <list>", "tags, with commas between them", parseList)
    .option("--out <file>", "where to write it (default: standard output)")
    .action((experiment: string, options: CardOptions) => card(experiment, options));
  addModelsExportCommand(models);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  await useEngine({ prefer: "cpu" });
  const presets = summarizePresets();
  if (json) return printJson(presets);
  const count = (value: number): string => value.toLocaleString("en");
  const rows = presets.map((preset) => [
    preset.id,
    preset.title,
    preset.architecture,
    `[${preset.inputShape.join(", ")}]`,
    count(preset.totalParams),
    count(preset.trainableParams),
    count(preset.multiplyAdds),
  ]);
  printTable([["preset", "title", "function", "input", "parameters", "trainable", "multiply-adds"], ...rows], [4, 5, 6]);
}

async function results({ runs: folder, json }: ResultsOptions): Promise<void> {
  const { formatModelResults, modelResults } = await import("@tarea/report");
  const rows = modelResults(await allRuns(folder));
  if (rows.length === 0) note(`There is no complete final run in ${resolve(folder)}. Train one with: tarea train`);
  process.stdout.write(`${formatModelResults(rows, { format: json ? "json" : "markdown" })}\n`);
}

async function card(experiment: string, { runs: folder, description, out, ...options }: CardOptions): Promise<void> {
  const { modelResults } = await import("@tarea/report");
  const runs = latestRuns(await allRuns(folder), { experiment, stage: "final" });
  const [row] = modelResults(runs);
  if (row === undefined) {
    throw new TareaError({
      code: "runs",
      where: "models card",
      problem: `there is no complete final run of ${JSON.stringify(experiment)}`,
      hint: `Train it with: tarea train ${experiment}`,
    });
  }
  const { model, data, experiment: about } = runs[0]!.record;
  const measured = Object.entries({ accuracy: row.accuracy, loss: row.loss });
  const metrics = measured.flatMap(([type, value]): CardMetric[] =>
    value === null ? [] : [{ type, value: value.mean, spread: value.spread, runs: value.count }],
  );
  const text = modelCard({
    model,
    title: about.title,
    description: description ?? about.description ?? about.title,
    license: options.license,
    tags: options.tags ?? [],
    synthetic: row.synthetic,
    results: [{ task: options.task, dataset: { type: data.name, name: data.name, split: "test" }, metrics }],
  });
  if (out === undefined) return void process.stdout.write(text);
  const path = resolve(out);
  await writeFileAtomic(path, text);
  note(`${experiment}: ${path}`);
}

/** The runs in a folder; damaged ones are said on standard error. */
async function allRuns(folder: string): Promise<Run[]> {
  const { runs, faults } = await readRuns(resolve(folder));
  for (const { folder: place, problem } of faults) note(`${place}: ${problem}`);
  return runs;
}

function parseList(text: string): string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.every((item) => item !== "")) return items;
  throw new InvalidArgumentError("expected words with commas between them.");
}
