/** Loads a data set: the real files when they can be had, the synthetic twin when not and that is allowed. */

import { TareaError, canonicalHash } from "@tarea/core";
import type { Dataset, DatasetCard, DatasetDefinition, DatasetName, Splits } from "./dataset.js";
import { locateFiles, type LocatedFiles, type Obstacle } from "./locate.js";
import { definitionOf } from "./registry.js";
import { settingsFor, type LoadOptions, type Settings } from "./settings.js";

/**
 * The set's training and test part, as stored (images stay uint8).
 *
 * @throws TareaError for an unknown name or option; for a file in the data folder that is not the published one; with
 * source `"files"` when the files cannot be had.
 * @example
 * const { train, source } = await loadDataset("mnist", { source: "synthetic", synthetic: { trainCount: 100, testCount: 20 } });
 * // train.inputs.shape is [100, 28, 28, 1]
 */
export async function loadDataset(name: DatasetName, options: LoadOptions = {}): Promise<Dataset> {
  return loadDefined(definitionOf(name), options);
}

/** `loadDataset` for a set that is not in the table. */
export async function loadDefined(definition: DatasetDefinition, options: LoadOptions): Promise<Dataset> {
  const settings = settingsFor("loadDataset", definition.card, options);
  if (settings.source === "synthetic") return twinOf(definition, settings, "as asked for");
  const { located, obstacles } = await locateFiles(definition.card, settings);
  if (located !== null) return realSet(definition, located);
  if (settings.source === "files") throw missingFiles(definition.card, obstacles);
  const why = obstacles.map(({ reason }) => reason).join("; ");
  settings.log(`${definition.card.title}: going on with the synthetic twin: ${why}.`);
  return twinOf(definition, settings, `in place of the real files: ${why}`);
}

/** The fingerprint of the real files, whether they were found packed or unpacked. */
export function fingerprintOf(card: DatasetCard): string {
  return canonicalHash(card.files.map(({ name, sha256 }) => [name, sha256]));
}

/** The error for files that are needed and cannot be had. */
export function missingFiles(card: DatasetCard, obstacles: readonly Obstacle[]): TareaError {
  const error = obstacles.findLast((obstacle) => obstacle.error)?.error;
  return new TareaError({
    code: "no-data",
    where: card.name,
    problem: `the files of ${card.title} were not found: ${obstacles.map(({ reason }) => reason).join("; ")}`,
    hint: error
      ? error.message
      : `Run \`tarea data fetch ${card.name}\`, or set TAREA_DATA_DIR to a folder that holds ${card.name}/.`,
    cause: error,
  });
}

/** Parses verified files. */
function realSet(definition: DatasetDefinition, located: LocatedFiles): Dataset {
  const contents = new Map(located.files.map(({ name, bytes }) => [name, bytes]));
  const source = `The published files, ${located.phrase}, verified by SHA-256.`;
  return {
    ...described(definition.card),
    synthetic: false,
    fingerprint: fingerprintOf(definition.card),
    source,
    ...definition.parse(contents),
  };
}

/** Draws the twin; `why` ends its source sentence. */
export function twinOf(
  { card, twin, twinVersion }: DatasetDefinition,
  { twin: { seed, trainCount, testCount } }: Settings,
  why: string,
): Dataset {
  const splits: Splits = { train: twin("train", trainCount, seed), test: twin("test", testCount, seed) };
  const fingerprint = canonicalHash({ twinOf: card.name, twinVersion, seed, trainCount, testCount });
  return { ...described(card), synthetic: true, fingerprint, source: `Synthetic twin (drawn, seed ${seed}), ${why}.`, ...splits };
}

function described({
  name,
  title,
  inputShape,
  classNames,
}: DatasetCard): Pick<Dataset, "name" | "title" | "inputShape" | "classNames"> {
  return { name, title, inputShape, classNames };
}
