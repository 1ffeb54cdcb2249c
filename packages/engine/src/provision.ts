/** Makes an engine folder: built aside, tried, then renamed into place, so that it is there whole or not at all. */

import { mkdir, readdir, rename, rm, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TareaError } from "@tarea/core";
import { temporaryPathFor, withLock, writeError } from "@tarea/files";
import { checkFolder, writeManifest, type Manifest } from "./manifest.js";
import type { Steps } from "./steps.js";

/** How one kind of engine folder is made; everything that reaches outside the cache folder is in here. */
export interface Recipe {
  /** Free disk space below which it is not even tried. */
  neededBytes: number;
  /** Path of the addon below the engine folder. */
  addon: string;
  /** Fills an empty folder and says with what. `keep` is a folder for what a next attempt can use again. */
  make: (folder: string, keep: string, steps: Steps) => Promise<string>;
  /** Rejects unless the addon works; returns the version of its TensorFlow. */
  check: (addonPath: string) => Promise<string>;
  /** Name of the file that `make` leaves in `keep`; removed once the engine stands. */
  keptFile?: string;
}

export interface ProvisionResult {
  manifest: Manifest;
  reused: boolean;
}

/** Longer than a slow download takes. */
const LOCK_WAIT_SECONDS = 3600;

/**
 * Makes sure that `folder` holds a whole engine; one that is there and passes the full check is kept. Whatever ends the process, what is
 * in place is whole, and the next call starts from what was kept.
 *
 * @throws TareaError; `steps` holds what was done so far
 */
export async function provision(
  folder: string,
  recipe: Recipe,
  steps: Steps,
  log: (line: string) => void,
): Promise<ProvisionResult> {
  const present = await checkFolder(folder, { full: true });
  if (present.manifest !== undefined && (await leftovers(folder, recipe)).length === 0)
    return reuse(folder, present.manifest, steps);
  const onWait = () => log("another process is setting up the engine; waiting for it");
  try {
    return await withLock(`${folder}.lock`, () => provisionLocked(folder, recipe, steps), {
      waitSeconds: LOCK_WAIT_SECONDS,
      onWait,
    });
  } catch (error) {
    throw isFileSystemError(error) ? writeError(error.path ?? folder, error) : error;
  }
}

async function provisionLocked(folder: string, recipe: Recipe, steps: Steps): Promise<ProvisionResult> {
  const parent = dirname(folder);
  const present = await checkFolder(folder, { full: true });
  for (const path of await leftovers(folder, recipe, present.manifest !== undefined))
    await rm(path, { recursive: true, force: true });
  if (present.manifest !== undefined) return reuse(folder, present.manifest, steps);
  if (present.damaged) steps.note("cache", false, `${present.fault}; setting up again`);

  const building = temporaryPathFor(folder);
  const keep = keepFolder(folder);
  try {
    await checkSpace(parent, recipe.neededBytes);
    await mkdir(building);
    const origin = await recipe.make(building, keep, steps);
    const version = await steps.run("self-check", () => recipe.check(join(building, recipe.addon)));
    const manifest = await writeManifest(building, { version, addon: recipe.addon, origin });
    await moveIntoPlace(building, folder);
    if (recipe.keptFile !== undefined) await rm(join(keep, recipe.keptFile), { force: true });
    return { manifest, reused: false };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** A folder already in place is moved aside first: it is damaged, or it would have been kept. */
async function moveIntoPlace(built: string, folder: string): Promise<void> {
  const old = temporaryPathFor(folder);
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(built, folder);
  await rm(old, { recursive: true, force: true });
}

/** What killed processes have left behind: folders half built and, where the engine stands, the kept file. In use only under the lock. */
async function leftovers(folder: string, recipe: Recipe, standing = true): Promise<string[]> {
  const list = async (parent: string) => (await readdir(parent).catch(() => [])).map((name) => join(parent, name));
  const halfBuilt = (await list(dirname(folder))).filter((path) => basename(path).startsWith(`.tmp-${basename(folder)}-`));
  const kept = (await list(keepFolder(folder))).filter((path) => standing && basename(path) === recipe.keptFile);
  return [...halfBuilt, ...kept];
}

function keepFolder(folder: string): string {
  return join(dirname(folder), "downloads");
}

function reuse(folder: string, manifest: Manifest, steps: Steps): ProvisionResult {
  steps.note("cache", true, `already set up in ${folder}`);
  return { manifest, reused: true };
}

async function checkSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new TareaError({
    code: "write",
    where: "installEngine",
    problem: `not enough free disk space in ${folder}`,
    expected: gigabytes(neededBytes),
    received: gigabytes(bavail * bsize),
    hint: "Free some space, or set TAREA_CACHE_DIR to a folder on another disk.",
    file: folder,
  });
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}
