/** The list of files in an engine folder, by which a whole folder is told from a damaged one. */

import { lstat, readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { messageOf } from "@tarea/core";
import { sha256File } from "@tarea/files";

const MANIFEST_FILE = "manifest.json";

export interface ManifestFile {
  /** Path below the engine folder, with "/" between its parts. */
  name: string;
  sizeBytes: number;
  sha256: string;
}

export interface Manifest {
  /** Version of the TensorFlow library inside. */
  version: string;
  /** Path of the addon below the engine folder. */
  addon: string;
  /** How the folder was made, for people: wheel, compiler. */
  origin: string;
  files: ManifestFile[];
}

/** What a check of an engine folder found: its manifest, or the fault in a few words and whether anything is there at all. */
export type FolderCheck =
  | { manifest: Manifest; fault?: undefined; damaged?: false }
  | { manifest?: undefined; fault: string; damaged: boolean };

/** More than any manifest needs; a larger file is not one. */
const MAX_MANIFEST_BYTES = 1 << 20;

/** Lists the folder's plain files with size and hash and writes the manifest, last of all files. */
export async function writeManifest(folder: string, about: Omit<Manifest, "files">): Promise<Manifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: ManifestFile[] = [];
  for (const path of paths.toSorted()) {
    const name = relative(folder, path).replaceAll(sep, "/");
    files.push({ name, sizeBytes: (await lstat(path)).size, sha256: await sha256File(path) });
  }
  const manifest: Manifest = { ...about, files };
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  return manifest;
}

/**
 * Checks an engine folder against its manifest: sizes only, which takes a millisecond, or with `full` the hashes too.
 * Never rejects.
 */
export async function checkFolder(folder: string, { full = false } = {}): Promise<FolderCheck> {
  try {
    if ((await lstat(folder).catch(() => undefined)) === undefined) return { fault: "not installed", damaged: false };
    const manifest = await readManifest(join(folder, MANIFEST_FILE));
    if (typeof manifest === "string") return { fault: manifest, damaged: true };
    for (const file of manifest.files) {
      const fault = await faultOf(folder, file, full);
      if (fault !== undefined) return { fault: `${file.name} ${fault}`, damaged: true };
    }
    return { manifest };
  } catch (error) {
    return { fault: messageOf(error), damaged: true };
  }
}

async function faultOf(folder: string, file: ManifestFile, full: boolean): Promise<string | undefined> {
  const path = join(folder, file.name);
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return "is missing";
  if (!info.isFile()) return "is not a plain file";
  if (info.size !== file.sizeBytes) return `has ${info.size} bytes instead of ${file.sizeBytes}`;
  if (full && (await sha256File(path)) !== file.sha256) return "has changed since it was set up (its SHA-256 differs)";
  return undefined;
}

async function readManifest(path: string): Promise<Manifest | string> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return `${MANIFEST_FILE} is missing`;
  if (info.size > MAX_MANIFEST_BYTES) return `${MANIFEST_FILE} is too large`;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return `${MANIFEST_FILE} cannot be parsed`;
  }
  return isManifest(value) ? value : `${MANIFEST_FILE} is not an engine's manifest`;
}

function isManifest(value: unknown): value is Manifest {
  const { version, addon, origin, files } = (value ?? {}) as Partial<Record<keyof Manifest, unknown>>;
  if (typeof version !== "string" || typeof origin !== "string" || !Array.isArray(files)) return false;
  const wellFormed = files.every((file: Partial<ManifestFile> | null) => {
    return isInnerPath(file?.name) && Number.isSafeInteger(file?.sizeBytes) && typeof file?.sha256 === "string";
  });
  return wellFormed && files.some((file: ManifestFile) => file.name === addon);
}

/** A relative path without a step up: every part begins with a letter, a digit or an underscore. */
function isInnerPath(name: unknown): boolean {
  return typeof name === "string" && /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(name);
}
