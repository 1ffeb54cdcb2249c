/** Goes through the places where a set's files may lie, in a fixed order, and brings back verified bytes or the reasons why not. */

import { join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { DownloadError, downloadVerified } from "@tarea/files";
import type { DatasetCard, DatasetDefinition, DatasetForm } from "./dataset.js";
import { readFolder, verifyTree, type FileState } from "./files.js";
import { DATA_FOLDER_VARIABLE, type Settings } from "./settings.js";

export type RightFile = FileState & { bytes: Uint8Array };

export interface LocatedFiles {
  place: "data folder" | "cache" | "download";
  /** One clause for people, without a path. */
  phrase: string;
  folder: string;
  files: RightFile[];
  /** The mirror of each file that was downloaded, by published name. */
  urls: Map<string, string>;
  receivedBytes: number;
}

/** Why a place had nothing: one clause without a path, and the error that tells it in full, if there is one. */
export interface Obstacle {
  reason: string;
  error?: TareaError;
}

/**
 * The set's files from the data folder, the cache or a download; `obstacles` says what stood in the way before.
 *
 * @throws TareaError when the data folder holds a file that is not the published one.
 */
export async function locateFiles(
  definition: DatasetDefinition,
  settings: Settings,
): Promise<{ located: LocatedFiles | null; obstacles: Obstacle[] }> {
  const obstacles: Obstacle[] = [];
  for (const look of [lookInDataFolder, lookInCache, download]) {
    const result = await look(definition, settings);
    if ("place" in result) return { located: result, obstacles };
    obstacles.push(result);
  }
  return { located: null, obstacles };
}

/** What a folder holds of a set: the files of the first form that is complete, else those of the form that is nearest to it. */
export async function readForms({ card, readTree }: DatasetDefinition, folder: string): Promise<FileState[]> {
  const states: FileState[][] = [];
  for (const { files, folder: below = "." } of formsOf(card)) {
    const form = await readFolder(join(folder, below), files);
    if (allRight(form)) return withoutMissing(form);
    states.push(form);
  }
  const tree = readTree && (await verifyTree(folder, card.files, readTree));
  if (tree) return withoutMissing(tree);
  const present = (form: FileState[]): number => form.filter(({ state, optional }) => state !== "missing" && !optional).length;
  return states.toSorted((a, b) => present(b) - present(a))[0]!;
}

/** Right files, and optional ones that may be missing. */
function allRight(states: FileState[]): boolean {
  return states.every(({ state, optional }) => state === "right" || (optional && state === "missing"));
}

function withoutMissing(states: FileState[]): RightFile[] {
  return states.filter((state): state is RightFile => state.bytes !== null);
}

function formsOf({ files, mirrors, otherForms = [] }: DatasetCard): readonly DatasetForm[] {
  return [{ what: "the files", files, mirrors }, ...otherForms];
}

async function lookInDataFolder(definition: DatasetDefinition, { dataFolder }: Settings): Promise<LocatedFiles | Obstacle> {
  if (dataFolder === null) return { reason: `${DATA_FOLDER_VARIABLE} is not set` };
  const states = await readForms(definition, dataFolder.path);
  const wrong = states.find(({ state }) => state === "wrong");
  if (wrong?.error) throw wrong.error;
  if (allRight(states)) return found("data folder", `from ${dataFolder.title}`, dataFolder.path, withoutMissing(states));
  return { reason: `${dataFolder.title} has no complete ${definition.card.folder ?? definition.card.name} folder` };
}

async function lookInCache(definition: DatasetDefinition, { cacheFolder, log }: Settings): Promise<LocatedFiles | Obstacle> {
  const states = await readForms(definition, cacheFolder);
  if (allRight(states)) return found("cache", "from the cache", cacheFolder, withoutMissing(states));
  const wrong = states.find(({ state }) => state === "wrong");
  if (!wrong?.error) return { reason: "the cache holds no copy" };
  log(wrong.error.message);
  return { reason: `the cached copy of ${wrong.name} is damaged`, error: wrong.error };
}

async function download({ card }: DatasetDefinition, settings: Settings): Promise<LocatedFiles | Obstacle> {
  if (settings.offline) return { reason: "downloads are switched off" };
  const form = formsOf(card).find(({ files, mirrors }) => files.every((file) => (file.mirrors ?? mirrors).length > 0));
  if (form === undefined) return { reason: "no mirror serves the files" };
  const urls = new Map<string, string>();
  let receivedBytes = 0;
  let mirrors = [...form.mirrors];
  try {
    for (const { name, sha256, sizeBytes, mirrors: own } of form.files) {
      const result = await downloadVerified({
        urls: (own ?? mirrors).map((mirror) => mirror + name),
        path: join(settings.cacheFolder, name),
        sha256,
        sizeBytes,
        fetch: settings.fetch,
        stallSeconds: settings.stallSeconds,
        onProgress: settings.onProgress,
        log: settings.log,
      });
      receivedBytes += result.receivedBytes;
      if (result.url === null) continue;
      urls.set(name, result.url);
      // The mirror that worked goes first for the next file, so that a silent one costs its time only once.
      mirrors = mirrors.toSorted((a, b) => Number(result.url === b + name) - Number(result.url === a + name));
    }
  } catch (error) {
    if (!(error instanceof TareaError)) throw error;
    // The mirrors' failures were logged one by one.
    if (!(error instanceof DownloadError)) settings.log(error.message);
    return { reason: reasonOf(error), error };
  }
  const states = await readFolder(settings.cacheFolder, form.files);
  if (!allRight(states)) return { reason: "the downloaded files could not be read back" };
  const hosts = [...new Set([...urls.values()].map((url) => new URL(url).host))];
  const phrase = `downloaded from ${hosts.join(" and ")}`;
  return { ...found("download", phrase, settings.cacheFolder, withoutMissing(states)), urls, receivedBytes };
}

function found(place: LocatedFiles["place"], phrase: string, folder: string, files: RightFile[]): LocatedFiles {
  return { place, phrase, folder, files, urls: new Map(), receivedBytes: 0 };
}

function reasonOf(error: TareaError): string {
  if (error instanceof DownloadError) return error.summary;
  const cause = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (error.code === "write") return `the cache folder cannot be written${cause === undefined ? "" : ` (${cause})`}`;
  return messageOf(error);
}
