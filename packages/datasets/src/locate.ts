/** Goes through the places where a set's files may lie, in a fixed order, and brings back verified bytes or the reasons why not. */

import { join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { DownloadError, downloadVerified } from "@tarea/files";
import type { DatasetCard } from "./dataset.js";
import { readFolder, type FileState } from "./files.js";
import { DATA_FOLDER_VARIABLE, type Settings } from "./settings.js";

export interface LocatedFiles {
  place: "data folder" | "cache" | "download";
  /** One clause for people, without a path. */
  phrase: string;
  folder: string;
  files: (FileState & { bytes: Uint8Array })[];
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
  card: DatasetCard,
  settings: Settings,
): Promise<{ located: LocatedFiles | null; obstacles: Obstacle[] }> {
  const obstacles: Obstacle[] = [];
  for (const look of [lookInDataFolder, lookInCache, download]) {
    const result = await look(card, settings);
    if ("place" in result) return { located: result, obstacles };
    obstacles.push(result);
  }
  return { located: null, obstacles };
}

async function lookInDataFolder(card: DatasetCard, { dataFolder }: Settings): Promise<LocatedFiles | Obstacle> {
  if (dataFolder === null) return { reason: `${DATA_FOLDER_VARIABLE} is not set` };
  const states = await readFolder(dataFolder.path, card.files);
  const wrong = states.find(({ state }) => state === "wrong");
  if (wrong?.error) throw wrong.error;
  if (allRight(states)) return found("data folder", `from ${dataFolder.title}`, dataFolder.path, states);
  return { reason: `${dataFolder.title} has no complete ${card.name} folder` };
}

async function lookInCache(card: DatasetCard, { cacheFolder, log }: Settings): Promise<LocatedFiles | Obstacle> {
  const states = await readFolder(cacheFolder, card.files);
  if (allRight(states)) return found("cache", "from the cache", cacheFolder, states);
  const wrong = states.find(({ state }) => state === "wrong");
  if (!wrong?.error) return { reason: "the cache holds no copy" };
  log(wrong.error.message);
  return { reason: `the cached copy of ${wrong.name} is damaged`, error: wrong.error };
}

async function download(card: DatasetCard, settings: Settings): Promise<LocatedFiles | Obstacle> {
  if (settings.offline) return { reason: "downloads are switched off" };
  const urls = new Map<string, string>();
  let receivedBytes = 0;
  let mirrors = [...card.mirrors];
  try {
    for (const { name, sha256, sizeBytes } of card.files) {
      const result = await downloadVerified({
        urls: mirrors.map((mirror) => mirror + name),
        path: join(settings.cacheFolder, name),
        sha256,
        sizeBytes,
        fetch: settings.fetch,
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
  const states = await readFolder(settings.cacheFolder, card.files);
  if (!allRight(states)) return { reason: "the downloaded files could not be read back" };
  const hosts = [...new Set([...urls.values()].map((url) => new URL(url).host))];
  return { ...found("download", `downloaded from ${hosts.join(" and ")}`, settings.cacheFolder, states), urls, receivedBytes };
}

function found(place: LocatedFiles["place"], phrase: string, folder: string, files: LocatedFiles["files"]): LocatedFiles {
  return { place, phrase, folder, files, urls: new Map(), receivedBytes: 0 };
}

function allRight(states: FileState[]): states is LocatedFiles["files"] {
  return states.every(({ bytes }) => bytes !== null);
}

function reasonOf(error: TareaError): string {
  if (error instanceof DownloadError) return error.summary;
  const cause = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (error.code === "write") return `the cache folder cannot be written${cause === undefined ? "" : ` (${cause})`}`;
  return messageOf(error);
}
