/** Facts about a set that a person should see before training on it. */

import { createHash } from "node:crypto";
import { sizeOf, type NumericArray } from "@tarea/core";
import type { Dataset, DatasetCard, DatasetDefinition, Samples } from "./dataset.js";
import type { FileState } from "./files.js";
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
  /** `null` when the files are not complete. */
  train: PartCheck | null;
  test: PartCheck | null;
  duplicatesAcross: DuplicateCheck | null;
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

export interface PartCheck {
  count: number;
  expectedCount: number;
  /** Samples per class, by class name; empty for regression. */
  labels: Record<string, number>;
  /** Largest class divided by smallest; `null` when a class is empty or there are none. */
  imbalance: number | null;
  /** Of all input values that are not blank. */
  minimum: number;
  maximum: number;
  mean: number;
  /** Input values that are NaN: blanks in the file. */
  blanks: number;
  /** Inputs that occur again within the part. */
  duplicates: DuplicateCheck;
}

export interface DuplicateCheck {
  /** Samples whose input equals an earlier one's, byte for byte; across parts: test samples that occur in the training part. */
  count: number;
  /** How many of them carry another label than the first. */
  conflicting: number;
  /** Up to `MAX_EXAMPLES` pairs of row numbers: the first and the repeated; across parts the training row and the test row. */
  examples: [number, number][];
}

export const MAX_EXAMPLES = 5;

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
  if (problems.length > 0)
    return { ...base, ok: false, fingerprint: null, train: null, test: null, duplicatesAcross: null, problems };
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

type SampleFacts = Pick<DatasetCheck, "ok" | "train" | "test" | "duplicatesAcross" | "problems">;

function checkSamples(
  card: DatasetCard,
  { train, test }: Pick<Dataset, "train" | "test">,
  counts: DatasetCard["counts"],
): SampleFacts {
  const trainKeys = rowKeys(train.inputs);
  const testKeys = rowKeys(test.inputs);
  const parts = { train: checkPart(card, train, trainKeys, counts.train), test: checkPart(card, test, testKeys, counts.test) };
  const problems = (["train", "test"] as const)
    .filter((part) => parts[part].count !== parts[part].expectedCount)
    .map((part) => `The ${part} part has ${parts[part].count} samples, not ${parts[part].expectedCount}.`);
  return { ok: problems.length === 0, ...parts, duplicatesAcross: duplicatesAcross(train, trainKeys, test, testKeys), problems };
}

function checkPart(card: DatasetCard, { inputs, labels }: Samples, keys: readonly string[], expectedCount: number): PartCheck {
  const counts = new Array<number>(card.classNames.length).fill(0);
  if (counts.length > 0) for (const label of labels.data) counts[label]!++;
  const smallest = Math.min(...counts);
  return {
    count: inputs.shape[0]!,
    expectedCount,
    labels: Object.fromEntries(card.classNames.map((className, label) => [className, counts[label]!])),
    imbalance: smallest === 0 || counts.length === 0 ? null : Math.max(...counts) / smallest,
    ...range(inputs),
    duplicates: duplicatesWithin(labels, keys),
  };
}

function range({ data }: NumericArray): Pick<PartCheck, "minimum" | "maximum" | "mean" | "blanks"> {
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  let blanks = 0;
  for (const value of data) {
    if (Number.isNaN(value)) {
      blanks++;
      continue;
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  return { minimum, maximum, mean: sum / (data.length - blanks), blanks };
}

/** A digest of each row, so that equal rows have equal keys. */
function rowKeys({ data, shape }: NumericArray): string[] {
  const rowBytes = sizeOf(shape.slice(1)) * data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: shape[0]! }, (_, row) =>
    createHash("sha256")
      .update(bytes.subarray(row * rowBytes, (row + 1) * rowBytes))
      .digest("base64"),
  );
}

function duplicatesWithin(labels: NumericArray, keys: readonly string[]): DuplicateCheck {
  const first = new Map<string, number>();
  const found: DuplicateCheck = { count: 0, conflicting: 0, examples: [] };
  for (const [row, key] of keys.entries()) {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, row);
    else note(found, earlier, row, labels.data[earlier] !== labels.data[row]);
  }
  return found;
}

function duplicatesAcross(
  train: Samples,
  trainKeys: readonly string[],
  test: Samples,
  testKeys: readonly string[],
): DuplicateCheck {
  const rowOf = new Map(trainKeys.map((key, row) => [key, row]));
  const found: DuplicateCheck = { count: 0, conflicting: 0, examples: [] };
  for (const [row, key] of testKeys.entries()) {
    const trainRow = rowOf.get(key);
    if (trainRow !== undefined) note(found, trainRow, row, train.labels.data[trainRow] !== test.labels.data[row]);
  }
  return found;
}

function note(found: DuplicateCheck, first: number, repeated: number, conflicting: boolean): void {
  found.count++;
  if (conflicting) found.conflicting++;
  if (found.examples.length < MAX_EXAMPLES) found.examples.push([first, repeated]);
}
