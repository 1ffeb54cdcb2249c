/** Names of a run folder's files, and the rule that no path may leave the folder. */

import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { TareaError, show } from "@tarea/core";

export const RECORD_FILE = "run.json";
export const HISTORY_FILE = "history.json";
export const PREDICTIONS_FILE = "predictions.bin";
export const SAMPLES_FOLDER = "samples";

/** Ids are folder names on every system: letters, digits, dot, dash and underscore, a letter or digit first. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** @throws TareaError when `id` could not be a folder's name everywhere. */
export function checkId(where: string, name: string, id: unknown): string {
  if (typeof id === "string" && SAFE_ID.test(id) && !id.endsWith(".")) return id;
  throw new TareaError({
    code: "option",
    where,
    problem: `${name} must be usable as a folder's name`,
    expected: "1 to 100 letters, digits, dots, dashes or underscores, a letter or digit first, no dot last",
    received: show(id),
  });
}

/**
 * The absolute path of `relativePath` (forward slashes) inside `folder`, whether or not it exists yet.
 *
 * @throws TareaError with code `"path"` when it is absolute, climbs out with `..`, is the folder itself, or passes
 * through a link that leads outside.
 */
export async function pathInside(where: string, folder: string, relativePath: string): Promise<string> {
  const parts = relativePath.split("/");
  const plain = parts.every((part) => part !== "" && part !== "." && part !== ".." && !/[\\:\0]/.test(part));
  if (!plain || isAbsolute(relativePath)) throw outside(where, folder, relativePath);
  const path = join(folder, ...parts);
  const root = await realpath(folder).catch(() => folder);
  const real = await realPathSoFar(path, folder);
  const step = relative(root, real);
  if (step === "" || step === ".." || step.startsWith(`..${sep}`) || isAbsolute(step)) throw outside(where, folder, relativePath);
  return path;
}

/** `path` with every link in its existing part resolved; a dangling link counts as leading outside. */
async function realPathSoFar(path: string, folder: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    if (path === folder) return folder;
    const dangling = await lstat(path).then(
      (info) => info.isSymbolicLink(),
      () => false,
    );
    return dangling ? dirname(folder) : join(await realPathSoFar(dirname(path), folder), basename(path));
  }
}

function outside(where: string, folder: string, relativePath: string): TareaError {
  return new TareaError({
    code: "path",
    where,
    problem: "the path must stay inside the run's folder",
    received: show(relativePath),
    hint: "Give a path such as model/model.json, without .. and without links that lead elsewhere.",
    file: folder,
  });
}
