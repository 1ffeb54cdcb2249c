/** Makes sure that a set's files are on this machine, verified. */

import type { DatasetDefinition } from "./dataset.js";
import { missingFiles } from "./loadDataset.js";
import { locateFiles, type LocatedFiles } from "./locate.js";
import { definitionOf, type DatasetName } from "./registry.js";
import { settingsFor, type LoadOptions } from "./settings.js";

/** Plain JSON. */
export interface FetchResult {
  name: string;
  title: string;
  /** Where the files were found, or that they were downloaded into the cache; `formula` when the set needs no files. */
  place: LocatedFiles["place"] | "formula";
  /** `null` when the set needs no files. */
  folder: string | null;
  files: FetchedFile[];
  /** Bytes that came over the network in this call. */
  receivedBytes: number;
}

export interface FetchedFile {
  /** The published name. */
  name: string;
  path: string;
  sizeBytes: number;
  sha256: string;
  /** The mirror it came from in this call; `null` when it was already there. */
  url: string | null;
}

/**
 * Finds the files in the data folder or the cache, or downloads them into the cache.
 *
 * @throws TareaError when they cannot be had, with every mirror's failure.
 */
export async function fetchDataset(
  name: DatasetName,
  options: Omit<LoadOptions, "source" | "synthetic"> = {},
): Promise<FetchResult> {
  return fetchDefined(definitionOf(name), options);
}

/** `fetchDataset` for a set that is not in the table. */
export async function fetchDefined(definition: DatasetDefinition, options: LoadOptions): Promise<FetchResult> {
  const { card } = definition;
  if (card.origin === "formula")
    return { name: card.name, title: card.title, place: "formula", folder: null, files: [], receivedBytes: 0 };
  const { located, obstacles } = await locateFiles(definition, settingsFor("fetchDataset", card, options));
  if (located === null) throw missingFiles(card, obstacles);
  const files = located.files.map(({ name: file, path, expected }) => ({
    name: file,
    path,
    ...expected,
    url: located.urls.get(file) ?? null,
  }));
  return {
    name: card.name,
    title: card.title,
    place: located.place,
    folder: located.folder,
    files,
    receivedBytes: located.receivedBytes,
  };
}
