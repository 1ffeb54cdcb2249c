/** What a person should see before training on a set, whoever made it. */

import type { Dataset, DatasetCard } from "../dataset.js";
import { countNear, exactDuplicates, sampleKeys, type DuplicateCheck, type Duplicates } from "./duplicates.js";
import { nearImages, type NearPairs } from "./nearImages.js";
import { nearTexts } from "./nearTexts.js";
import { notesOn } from "./notes.js";
import { partFacts, type PartCheck } from "./partFacts.js";

/** Plain JSON. */
export interface DatasetInspection {
  train: PartCheck;
  test: PartCheck;
  /** Samples of both parts together that equal an earlier one. */
  repeated: number;
  /** Test samples that occur in the training part. */
  duplicatesAcross: DuplicateCheck;
  /** Test samples that nearly repeat one of the training part; `null` for tables. */
  nearDuplicatesAcross: DuplicateCheck | null;
  /** How near duplicates were looked for, in one sentence; `null` for tables. */
  nearMethod: string | null;
  /** Sentences for people about what to keep in mind: duplicates, order, balance, missing values. */
  notes: string[];
}

export type InspectedSet = Pick<Dataset, "task" | "modality" | "classNames" | "columnNames" | "train" | "test">;

/**
 * Looks at samples: exact and near duplicates within and across the parts, label balance and order, ranges, constant columns, blanks and zeros
 * that seem to stand for missing values.
 *
 * @param card what is known of the set, for example which columns mark missing values by zero.
 */
export function inspectDataset(
  set: InspectedSet,
  card: Pick<DatasetCard, "counts" | "columns"> | null = null,
): DatasetInspection {
  const { train, test } = set;
  const [trainKeys, testKeys] = [sampleKeys(train), sampleKeys(test)];
  const exact = exactDuplicates(train, test, trainKeys, testKeys);
  const nearPairs = findNear(set);
  const near: Duplicates | null = nearPairs && countNear(nearPairs.pairs, train, test, trainKeys, testKeys);
  const part = (name: "train" | "test"): PartCheck =>
    partFacts(set, set[name], card?.counts[name] ?? null, { duplicates: exact[name], nearDuplicates: near?.[name] ?? null });
  const facts = {
    train: part("train"),
    test: part("test"),
    repeated: trainKeys.length + testKeys.length - new Set([...trainKeys, ...testKeys]).size,
    duplicatesAcross: exact.across,
    nearDuplicatesAcross: near?.across ?? null,
    nearMethod: nearPairs && nearPairs.method + (nearPairs.complete ? "" : " Not all pairs could be looked at."),
  };
  return { ...facts, notes: notesOn(facts, card?.columns ?? []) };
}

function findNear({ modality, train, test }: InspectedSet): NearPairs | null {
  if (modality === "image") return nearImages([train.inputs, test.inputs]);
  if (train.texts === undefined || test.texts === undefined) return null;
  return nearTexts([...train.texts, ...test.texts]);
}
