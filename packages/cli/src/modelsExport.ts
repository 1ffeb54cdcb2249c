/** `tarea models export`: a preset, a saved model or a model of Keras in the format of another program. */

import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { messageOf, TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { writeFileAtomic } from "@tarea/files";
import { createModel, exportKeras, exportOnnx, importKeras, loadTfjs, PRESETS, saveSafetensors, saveTfjs } from "@tarea/models";
import { jsonOption, parseInteger } from "./options.js";
import { formatBytes, note, printJson } from "./output.js";

type Model = ReturnType<typeof createModel>;

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
    .argument("<model>", "preset, folder of a saved model or of a run, or .keras or .h5 file")
    .addOption(new Option("--format <format>", "format to write").choices(FORMATS).makeOptionMandatory())
    .requiredOption("--to <path>", "file to write; for savedmodel and tfjs a folder")
    .option("--seed <number>", "seed of the weights of a preset", parseInteger, 0)
    .addOption(jsonOption())
    .action((source: string, _options, command: Command) => exportModel(source, command.optsWithGlobals<ExportOptions>()));
}

async function exportModel(source: string, { format, to, seed, json }: ExportOptions): Promise<void> {
  await useEngine({ prefer: format === "savedmodel" ? "tensorflow" : "cpu" });
  const model = await openModel(source, seed);
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

/** A preset's name comes before a path of the same name. */
async function openModel(source: string, seed: number): Promise<Model> {
  if (PRESETS.some(({ id }) => id === source) || !existsSync(source)) return createModel(source, { seed });
  if ((await stat(source)).isFile()) return importKeras(await readFile(source));
  const folder = [source, join(source, "model")].find((path) => existsSync(join(path, "model.json"))) ?? source;
  return loadTfjs(async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      throw new TareaError({
        code: "file",
        where: "models export",
        problem: "a file of the model cannot be read",
        file: join(folder, path),
        received: messageOf(error),
        cause: error,
      });
    }
  });
}
