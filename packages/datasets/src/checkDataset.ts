/** Facts about a set that a person should see before training on it. */

import type { Dataset, DatasetCard, DatasetDefinition } from "./dataset.js";
import type { FileState } from "./files.js";
import type { DuplicateCheck } from "./hygiene/duplicates.js";
import { inspectDataset, type DatasetInspection } from "./hygiene/inspectDataset.js";
import type { PartCheck } from "./hygiene/partFacts.js";
import { fingerprintOf, parseParts, twinOf } from "./loadDataset.js";
import { readForms } from "./locate.js";
import { definitionOf, type DatasetName } from "./registry.js";
import { settingsFor, type LoadOptions, type Settings } from "./settings.js";

/** Plain JSON. */
export interface DatasetCheck {
  name: string;
  title: string;
  /** True when every file is there and right, and the counts are those of the card. */
  ok: boolean;
  /** True when the twin was checked, as `source: "synthetic"` asks for. */
  synthetic: boolean;
  /** Which folder was checked; `null` for the twin. */
  folder: string | null;
  files: FileCheck[];
  fingerprint: string | null;
  /** What was found in the samples; `null` when the files are not complete. */
  train: PartCheck | null;
  test: PartCheck | null;
  /** Samples of both parts together that equal an earlier one. */
  repeated: number | null;
  /** Test samples that occur in the training part. */
  duplicatesAcross: DuplicateCheck | null;
  /** Test samples that nearly repeat one of the training part; `null` for tables, too. */
  nearDuplicatesAcross: DuplicateCheck | null;
  /** How near duplicates were looked for, in one sentence. */
  nearMethod: string | null;
  /** Sentences for people about what to keep in mind when the set is used; nothing of it makes the set wrong. */
  notes: string[];
  /** Sentences for people, one for each thing that is not as it should be. */
  problems: string[];
}

export interface FileCheck {
  name: string;
  path: string;
  found: boolean;
  ok: boolean;
  sizeBytes: number | null;
  expectedSizeBytes: number;
  sha256: string | null;
  expectedSha256: string;
}

/**
 * Checks the set's files in the data folder, or in the cache when the data folder has none of them, and then the samples
 * themselves. Nothing is downloaded, and a missing or wrong file is a finding, not an error.
 *
 * @throws TareaError for an unknown name or option.
 */
export async function checkDataset(name: DatasetName, options: LoadOptions = {}): Promise<DatasetCheck> {
  return checkDefined(definitionOf(name), options);
}

/** `checkDataset` for a set that is not in the table. */
export async function checkDefined(definition: DatasetDefinition, options: LoadOptions): Promise<DatasetCheck> {
  const settings = settingsFor("checkDataset", definition.card, options);
  const { card } = definition;
  if (settings.source === "synthetic" || card.origin === "formula") return checkTwin(definition, settings);
  const { folder, states } = await chooseFolder(definition, settings);
  const files = states.map(toFileCheck);
  const problems = states.flatMap(({ error, state, optional, path }) =>
    error ? [error.message] : state === "missing" && !optional ? [`${path} is missing.`] : [],
  );
  const base = { name: card.name, title: card.title, synthetic: false, folder, files };
  if (problems.length > 0) return { ...base, ok: false, fingerprint: null, ...NOTHING_FOUND, problems };
  const contents = new Map(states.flatMap(({ name, bytes }) => (bytes ? [[name, bytes] as const] : [])));
  const fingerprint = fingerprintOf(card, contents);
  return { ...base, fingerprint, ...checkSamples(card, await parseParts(definition, contents), card.counts) };
}

function checkTwin(definition: DatasetDefinition, settings: Settings): DatasetCheck {
  const { card } = definition;
  const twin = twinOf(definition, settings, "as asked for");
  const facts = checkSamples(card, twin, { train: settings.twin.trainCount, test: settings.twin.testCount });
  return {
    name: card.name,
    title: card.title,
    synthetic: twin.synthetic,
    folder: null,
    files: [],
    fingerprint: twin.fingerprint,
    ...facts,
  };
}

async function chooseFolder(
  definition: DatasetDefinition,
  { dataFolder, cacheFolder }: Settings,
): Promise<{ folder: string; states: FileState[] }> {
  if (dataFolder !== null) {
    const states = await readForms(definition, dataFolder.path);
    if (states.some(({ state }) => state !== "missing")) return { folder: dataFolder.path, states };
  }
  return { folder: cacheFolder, states: await readForms(definition, cacheFolder) };
}

function toFileCheck({ name, path, state, sizeBytes, sha256, expected }: FileState): FileCheck {
  const { sizeBytes: expectedSizeBytes, sha256: expectedSha256 } = expected;
  return { name, path, found: state !== "missing", ok: state === "right", sizeBytes, expectedSizeBytes, sha256, expectedSha256 };
}

const NOTHING_FOUND = {
  train: null,
  test: null,
  repeated: null,
  duplicatesAcross: null,
  nearDuplicatesAcross: null,
  nearMethod: null,
  notes: [],
};

type SampleFacts = Omit<DatasetInspection, "notes"> & Pick<DatasetCheck, "ok" | "notes" | "problems">;

function checkSamples(
  card: DatasetCard,
  { train, test }: Pick<Dataset, "train" | "test">,
  counts: DatasetCard["counts"],
): SampleFacts {
  const columnNames = card.columns.map((column) => column.name);
  const set = { task: card.task, modality: card.modality, classNames: card.classNames, columnNames, train, test };
  const facts = inspectDataset(set, { counts, columns: card.columns });
  const problems = (["train", "test"] as const)
    .filter((part) => facts[part].count !== facts[part].expectedCount)
    .map((part) => `The ${part} part has ${facts[part].count} samples, not ${facts[part].expectedCount}.`);
  return { ok: problems.length === 0, ...facts, problems };
}
