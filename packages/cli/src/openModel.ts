/** The model that a command is given: a preset, a saved model, or a file of Keras. */

import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, TareaError } from "@tarea/core";
import { createModel, findPreset, importKeras, loadTfjs, PRESETS } from "@tarea/models";

export type Model = ReturnType<typeof createModel>;

export const MODEL_HELP = "preset, folder of a saved model or of a run, or .keras or .h5 file";

interface OpenOptions {
  /** The command, for error messages. */
  where: string;
  /** Of the weights of a preset; null draws none. */
  seed: number | null;
}

/** A preset's name comes before a path of the same name. @throws TareaError that names the file at fault */
export async function openModel(source: string, { where, seed }: OpenOptions): Promise<Model> {
  if (PRESETS.some(({ id }) => id === source)) return createModel(source, { seed });
  if (!existsSync(source)) throw notFound(where, source);
  if ((await stat(source)).isFile()) return withFile(source, async () => importKeras(await readFile(source)));
  const folder = [source, join(source, "model")].find((path) => existsSync(join(path, "model.json"))) ?? source;
  return withFile(folder, () => loadTfjs((path) => readModelFile(where, join(folder, path))));
}

function notFound(where: string, source: string): Error {
  if (/[\\/]|\.\w+$/.test(source)) {
    const hint = "Give a preset of `tarea models`, a folder with model.json, or a .keras or .h5 file.";
    return new TareaError({ code: "file", where, problem: `there is no file or folder ${source}`, file: source, hint });
  }
  try {
    findPreset(source);
  } catch (error) {
    return error as Error;
  }
  return new TareaError({ code: "file", where, problem: `there is no model ${source}` });
}

/** Says which file or folder is at fault, for the readers know bytes alone. */
async function withFile(file: string, load: () => Promise<Model>): Promise<Model> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof TareaError) || error.code !== "modelFile") throw error;
    const { code, problem, expected, received, hint, offset } = error;
    throw new TareaError({
      code,
      where: `${file}: ${error.where}`,
      problem,
      expected,
      received,
      hint,
      file,
      offset,
      cause: error,
    });
  }
}

async function readModelFile(where: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const problem = "a file of the model cannot be read";
    throw new TareaError({ code: "file", where, problem, file, received: messageOf(error), cause: error });
  }
}
