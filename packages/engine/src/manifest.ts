/** The list of files in an engine folder, by which a whole folder is told from a damaged one. */

import { lstat, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@tarea/core";
import { sha256File } from "@tarea/files";

export const MANIFEST_FILE = "manifest.json";

export interface ManifestFile {
  name: string;
  sizeBytes: number;
  sha256: string;
}

export interface Manifest {
  /** Version of the TensorFlow library inside. */
  version: string;
  /** File name of the addon. */
  addon: string;
  /** How the folder was made, for people: wheel, compiler. */
  origin: string;
  files: ManifestFile[];
}

/** What a check of an engine folder found: its manifest, or the fault in a few words. */
export type FolderCheck = { manifest: Manifest; fault?: undefined } | { manifest?: undefined; fault: string };

/** More than any manifest needs; a larger file is not one. */
const MAX_MANIFEST_BYTES = 1 << 20;

/** Lists the folder's files with size and hash and writes the manifest, last of all files. */
export async function writeManifest(folder: string, about: Omit<Manifest, "files">): Promise<Manifest> {
  const names = (await readdir(folder)).filter((name) => name !== MANIFEST_FILE).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { name, sizeBytes: (await lstat(path)).size, sha256: await sha256File(path) };
    }),
  );
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
    const manifest = await readManifest(join(folder, MANIFEST_FILE));
    if (typeof manifest === "string") return { fault: manifest };
    for (const file of manifest.files) {
      const path = join(folder, file.name);
      const info = await lstat(path).catch(() => undefined);
      if (info === undefined) return { fault: `${file.name} is missing` };
      if (!info.isFile()) return { fault: `${file.name} is not a plain file` };
      if (info.size !== file.sizeBytes) return { fault: `${file.name} has ${info.size} bytes instead of ${file.sizeBytes}` };
      if (full && (await sha256File(path)) !== file.sha256) return { fault: `${file.name} has changed since it was set up (its SHA-256 differs)` };
    }
    return { manifest };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

async function readManifest(path: string): Promise<Manifest | string> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return "not installed";
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
    return isFileName(file?.name) && Number.isSafeInteger(file?.sizeBytes) && typeof file?.sha256 === "string";
  });
  return wellFormed && files.some((file: ManifestFile) => file.name === addon);
}

function isFileName(name: unknown): boolean {
  return typeof name === "string" && /^[\w][\w.-]*$/.test(name);
}
