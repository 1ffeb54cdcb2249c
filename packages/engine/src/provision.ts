/** Makes an engine folder: built aside, tried, then renamed into place, so that it is there whole or not at all. */

import { mkdir, readdir, rename, rm, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { temporaryPathFor, withLock, writeError } from "@tarea/files";
import { fetchWheel, type DownloadWheel } from "./fetchWheel.js";
import { checkFolder, writeManifest, type Manifest } from "./manifest.js";
import { unpackWheel } from "./unpackWheel.js";
import type { Wheel } from "./versions.js";

/** The parts of provisioning that reach outside the cache folder. */
export interface Recipe {
  wheel: Wheel;
  /** Free disk space below which it is not even tried. */
  neededBytes: number;
  download: DownloadWheel;
  /** Makes the addon in the folder that holds the unpacked wheel and removes what is not needed any more; says with what. */
  build: (folder: string) => Promise<string>;
  /** File name of the addon that `build` makes. */
  addon: string;
  /** Rejects unless the addon works; returns the version of its TensorFlow. */
  check: (addonPath: string) => Promise<string>;
}

export interface InstallStep {
  name: string;
  ok: boolean;
  /** What was done, or why it failed; one line. */
  detail: string;
  seconds: number;
}

export interface ProvisionOptions {
  log: (line: string) => void;
  /** A clock in milliseconds. */
  now: () => number;
}

export interface ProvisionResult {
  manifest: Manifest;
  steps: InstallStep[];
  reused: boolean;
}

/**
 * Makes sure that `folder` holds a whole engine; one that is there and passes the full check is kept. Whatever ends the process, the
 * next call starts from the last finished wheel. The wheel is deleted once the engine stands.
 *
 * @throws TareaError; the steps done so far have been logged
 */
export function provision(folder: string, recipe: Recipe, options: ProvisionOptions): Promise<ProvisionResult> {
  const onWait = () => options.log("another process is setting up the engine; waiting for it");
  return withLock(`${folder}.lock`, () => provisionLocked(folder, recipe, options), { waitSeconds: 3600, onWait }).catch((error: unknown) => {
    throw isFileSystemError(error) ? writeError(error.path ?? folder, error) : error;
  });
}

async function provisionLocked(folder: string, recipe: Recipe, options: ProvisionOptions): Promise<ProvisionResult> {
  const { steps, step } = stepRecorder(options);
  await removeLeftovers(folder);
  const present = await step("cache", async () => {
    const found = await checkFolder(folder, { full: true });
    return { value: found.manifest, detail: found.fault ?? "installed and unchanged" };
  });
  if (present !== undefined) return { manifest: present, steps, reused: true };

  const wheelPath = join(dirname(folder), "downloads", recipe.wheel.fileName);
  const building = temporaryPathFor(folder);
  try {
    await checkSpace(dirname(folder), recipe.neededBytes);
    await step("wheel", async () => ({ detail: await fetchWheel(wheelPath, recipe.wheel, recipe.download) }));
    await mkdir(building);
    await step("unpack", async () => ({ detail: recipe.wheel.fileName, value: await unpackWheel(wheelPath, building) }));
    const builtWith = await step("compile", async () => same(await recipe.build(building)));
    const version = await step("self-check", async () => same(await recipe.check(join(building, recipe.addon))));
    const manifest = await step("manifest", async () => {
      const about = { version, addon: recipe.addon, origin: `${recipe.wheel.fileName}, ${builtWith}` };
      return { value: await writeManifest(building, about), detail: folder };
    });
    await moveIntoPlace(building, folder);
    await rm(wheelPath, { force: true });
    return { manifest, steps, reused: false };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Runs steps one after the other, keeping and logging how each went. */
function stepRecorder({ log, now }: ProvisionOptions) {
  const steps: InstallStep[] = [];
  const record = (name: string, ok: boolean, detail: string, start: number) => {
    const seconds = Math.round(now() - start) / 1000;
    steps.push({ name, ok, detail, seconds });
    log(`${name}: ${detail} (${seconds.toFixed(1)} s)`);
  };
  const step = async <T>(name: string, task: () => Promise<{ value?: T; detail: string }>): Promise<T> => {
    const start = now();
    try {
      const { value, detail } = await task();
      record(name, true, detail, start);
      return value as T;
    } catch (error) {
      record(name, false, messageOf(error), start);
      throw error;
    }
  };
  return { steps, step };
}

function same(value: string): { value: string; detail: string } {
  return { value, detail: value };
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

/** Removes what processes that were killed have left behind: their lock was taken over, so none of it is in use. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const parent of [dirname(folder), join(dirname(folder), "downloads")]) {
    const names = await readdir(parent).catch(() => []);
    const leftovers = names.filter((name) => name.startsWith(".tmp-") && !name.startsWith(`.tmp-${basename(folder)}.lock`));
    for (const name of leftovers) await rm(join(parent, name), { recursive: true, force: true });
  }
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
  return !(error instanceof TareaError) && error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}
