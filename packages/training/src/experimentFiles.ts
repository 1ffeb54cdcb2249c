/** Finds and loads the experiment files of a project: `experiments/<id>.ts` or `.js`, one default export each. */

import { readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { didYouMean, messageOf, TareaError } from "@tarea/core";
import type { CompleteExperiment } from "./experiment.js";

export const EXPERIMENTS_FOLDER = "experiments";
const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/** Ids of a project's experiments in natural order. @throws TareaError when the project has no experiments folder. */
export async function listExperiments(root: string): Promise<string[]> {
  return [...(await experimentFiles(root)).keys()];
}

/**
 * Loads one experiment.
 *
 * @throws TareaError when there is no such experiment (the nearest is named), when the file cannot be loaded, or when
 * its default export was not made by `defineExperiment` or has another id than the file name.
 */
export async function loadExperiment(root: string, id: string): Promise<CompleteExperiment> {
  const files = await experimentFiles(root);
  const file = files.get(id);
  if (file === undefined) {
    throw new TareaError({
      code: "experiment",
      where: "train",
      problem: `there is no experiment ${JSON.stringify(id)} in ${join(root, EXPERIMENTS_FOLDER)}`,
      expected: files.size ? `one of ${[...files.keys()].join(", ")}` : "a file there",
      hint: didYouMean(id, [...files.keys()]),
    });
  }
  const experiment = await importDefault(file);
  if (experiment?.id === id && typeof experiment.model === "function") return experiment;
  throw new TareaError({
    code: "experiment",
    where: file,
    problem: "the default export must be defineExperiment(…) with the file's name as id",
    expected: JSON.stringify(id),
    received: experiment?.id === undefined ? "no experiment" : JSON.stringify(experiment.id),
    file,
  });
}

async function experimentFiles(root: string): Promise<Map<string, string>> {
  const folder = join(root, EXPERIMENTS_FOLDER);
  const names = await readdir(folder).catch(() => {
    throw new TareaError({
      code: "experiment",
      where: "train",
      problem: `there is no folder ${folder}`,
      hint: "Run the command in a report's folder, or name that folder with --root.",
    });
  });
  const files = names.filter((name) => EXTENSIONS.includes(extname(name)) && !name.endsWith(".d.ts"));
  const collator = new Intl.Collator("en", { numeric: true });
  return new Map(files.toSorted(collator.compare).map((name) => [basename(name, extname(name)), join(folder, name)]));
}

async function importDefault(file: string): Promise<CompleteExperiment | undefined> {
  try {
    return ((await import(pathToFileURL(file).href)) as { default?: CompleteExperiment }).default;
  } catch (error) {
    const noTypeScript = (error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
    throw new TareaError({
      code: "experiment",
      where: file,
      problem: `the experiment cannot be loaded: ${messageOf(error).split("\n")[0]!.replace(/\.$/, "")}`,
      hint: noTypeScript ? `TypeScript files need Node 22.18 or later; this is ${process.version}.` : undefined,
      file,
      cause: error,
    });
  }
}
