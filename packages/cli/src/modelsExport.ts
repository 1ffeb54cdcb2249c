/** `tarea models export`: a preset, a saved model or a model of Keras in the format of another program. */

import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { useEngine } from "@tarea/engine";
import { writeFileAtomic } from "@tarea/files";
import { exportKeras, exportOnnx, saveSafetensors, saveTfjs } from "@tarea/models";
import { MODEL_HELP, openModel, type Model } from "./openModel.js";
import { jsonOption, parseInteger } from "./options.js";
import { formatBytes, note, printJson } from "./output.js";

const FORMATS = ["onnx", "keras", "savedmodel", "safetensors", "tfjs"] as const;

interface ExportOptions {
  format: (typeof FORMATS)[number];
  to: string;
  seed: number;
  json?: boolean;
}

export function addModelsExportCommand(models: Command): void {
  models
    .command("export")
    .description("write a model with its weights in the format of another program")
    .argument("<model>", MODEL_HELP)
    .addOption(new Option("--format <format>", "format to write").choices(FORMATS).makeOptionMandatory())
    .requiredOption("--to <path>", "file to write; for savedmodel and tfjs a folder")
    .option("--seed <number>", "seed of the weights of a preset", parseInteger, 0)
    .addOption(jsonOption())
    .action((source: string, _options, command: Command) => exportModel(source, command.optsWithGlobals<ExportOptions>()));
}

async function exportModel(source: string, { format, to, seed, json }: ExportOptions): Promise<void> {
  await useEngine({ prefer: format === "savedmodel" ? "tensorflow" : "cpu" });
  const model = await openModel(source, { where: "models export", seed });
  const spoilt = model.weights.find((weight) => !weight.read().dataSync().every(Number.isFinite));
  if (spoilt !== undefined)
    note(`${model.name}: not every number in ${spoilt.originalName} is finite; such a model predicts nothing`);
  const path = resolve(to);
  await WRITERS[format](model, path);
  const facts = { model: model.name, format, path, totalParams: model.countParams() };
  if (json) printJson(facts);
  else note(`${facts.model}: ${path} (${format}, weights of ${formatBytes(4 * facts.totalParams)})`);
}

const WRITERS: Readonly<Record<ExportOptions["format"], (model: Model, path: string) => Promise<void>>> = {
  onnx: (model, path) => writeFileAtomic(path, exportOnnx(model)),
  keras: (model, path) => writeFileAtomic(path, exportKeras(model)),
  safetensors: (model, path) => writeFileAtomic(path, saveSafetensors(model)),
  async savedmodel(model, path) {
    const { exportSavedModel } = await import("@tarea/graph");
    exportSavedModel(model, path);
  },
  async tfjs(model, path) {
    for (const [name, bytes] of Object.entries(await saveTfjs(model)))
      await writeFileAtomic(join(path, name), bytes as Uint8Array);
  },
};
