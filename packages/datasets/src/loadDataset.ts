/** Loads a data set: the real files when they can be had, the synthetic twin when not and that is allowed. */

import { TareaError, canonicalHash } from "@tarea/core";
import type { Dataset, DatasetCard, DatasetDefinition, FileContents, Splits } from "./dataset.js";
import { locateFiles, type LocatedFiles, type Obstacle } from "./locate.js";
import { definitionOf, type DatasetName, type DatasetOf } from "./registry.js";
import { splitSamples } from "./splitSamples.js";
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
export async function loadDataset<Name extends DatasetName>(name: Name, options: LoadOptions = {}): Promise<DatasetOf<Name>> {
  return (await loadDefined(definitionOf(name), options)) as DatasetOf<Name>;
}

/** `loadDataset` for a set that is not in the table. */
export async function loadDefined(definition: DatasetDefinition, options: LoadOptions): Promise<Dataset> {
  const settings = settingsFor("loadDataset", definition.card, options);
  if (definition.card.origin === "formula") return twinOf(definition, settings, "");
  if (settings.source === "synthetic") return twinOf(definition, settings, "as asked for");
  const { located, obstacles } = await locateFiles(definition, settings);
  if (located !== null) return realSet(definition, located);
  if (settings.source === "files") throw missingFiles(definition.card, obstacles);
  const why = obstacles.map(({ reason }) => reason).join("; ");
  settings.log(`${definition.card.title}: going on with the synthetic twin: ${why}.`);
  return twinOf(definition, settings, `in place of the real files: ${why}`);
}

/** The fingerprint of the real files, in whatever form they were found, and of how they are split. */
export function fingerprintOf({ files, split }: DatasetCard, contents: FileContents): string {
  const hashes = files.filter(({ name, optional }) => !optional || contents.has(name)).map(({ name, sha256 }) => [name, sha256]);
  return canonicalHash(split.by === "publisher" ? hashes : [hashes, split.seed]);
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
      : `Run \`tarea data fetch ${card.name}\`, or set TAREA_DATA_DIR to a folder that holds ${card.folder ?? card.name}/.`,
    cause: error,
  });
}

async function realSet(definition: DatasetDefinition, { files, phrase }: LocatedFiles): Promise<Dataset> {
  const contents = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const fingerprint = fingerprintOf(definition.card, contents);
  return {
    ...described(definition.card),
    synthetic: false,
    fingerprint,
    source: `The published files, ${phrase}, verified by SHA-256.`,
    ...(await parseParts(definition, contents)),
  };
}

/** Both parts from verified files; a set without a published test part is split by the card's seed. */
export async function parseParts({ card, parse }: DatasetDefinition, contents: FileContents): Promise<Splits> {
  const parsed = await parse!(contents);
  return "train" in parsed ? parsed : splitSamples(parsed, card);
}

/** Draws the twin, or makes the set where a formula is all there is; `why` ends the twin's source sentence. */
export function twinOf(
  { card, twin, twinVersion, twinVocabulary }: DatasetDefinition,
  { twin: { seed, trainCount, testCount } }: Settings,
  why: string,
): Dataset {
  const splits: Splits = {
    train: twin("train", trainCount, seed),
    test: twin("test", testCount, seed),
    ...(twinVocabulary && { vocabulary: twinVocabulary() }),
  };
  const synthetic = card.origin === "files";
  return {
    ...described(card),
    synthetic,
    fingerprint: canonicalHash({ [synthetic ? "twinOf" : "formula"]: card.name, twinVersion, seed, trainCount, testCount }),
    source: synthetic ? `Synthetic twin (drawn, seed ${seed}), ${why}.` : `Made by formula, seed ${seed}.`,
    ...splits,
  };
}

type Description = Pick<Dataset, "name" | "title" | "task" | "modality" | "inputShape" | "classNames" | "columnNames">;

function described({ name, title, task, modality, inputShape, classNames, columns }: DatasetCard): Description {
  return { name, title, task, modality, inputShape, classNames, columnNames: columns.map((column) => column.name) };
}
