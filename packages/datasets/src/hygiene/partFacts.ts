/** Facts about one part of a set: counts, balance, order, range. */

import { sizeOf, type NumericArray } from "@tarea/core";
import type { Dataset, Samples } from "../dataset.js";
import { wordsOf } from "../prepare/text.js";
import { columnFacts, type ColumnCheck } from "./columnFacts.js";
import type { DuplicateCheck } from "./duplicates.js";

/** Plain JSON. */
export interface PartCheck {
  count: number;
  /** As the card has it; `null` for a set without a card. */
  expectedCount: number | null;
  /** Samples per class, by class name; empty for regression. */
  labels: Record<string, number>;
  /** Largest class divided by smallest; `null` when a class is empty, and for regression. */
  imbalance: number | null;
  /** Regression: what is to be predicted; else `null`. */
  target: Range | null;
  /** Whether the labels come class by class, so that a part of the rows, or a batch, would hold few classes. */
  labelOrder: LabelOrder;
  /** Over all numbers of the inputs that are not blank. */
  minimum: number;
  maximum: number;
  mean: number;
  /** Numbers of the inputs that are missing (NaN). */
  blanks: number;
  /** Positions of a sample (pixels, columns) that have the same value in every sample; `null` for texts. */
  constantInputs: number | null;
  /** Tables: one for each column. */
  columns: ColumnCheck[];
  /** Texts: words in the shortest, the longest and the average one. */
  words: { shortest: number; longest: number; mean: number } | null;
  /** Samples that occur again within the part. */
  duplicates: DuplicateCheck;
  /** Samples that nearly repeat an earlier one of the part; `null` for tables. */
  nearDuplicates: DuplicateCheck | null;
}

export interface Range {
  minimum: number;
  maximum: number;
  mean: number;
}

/** `sorted`: never falling or never rising. `grouped`: few changes of class from row to row. */
export type LabelOrder = "mixed" | "grouped" | "sorted";

/** Fewer samples say nothing about an order. */
const LEAST_FOR_ORDER = 20;
/** Rows are grouped when the label changes in fewer places than this share of what chance would give. */
const GROUPED_BELOW = 0.1;

export function partFacts(
  { task, modality, classNames, columnNames }: Pick<Dataset, "task" | "modality" | "classNames" | "columnNames">,
  { inputs, labels, texts }: Samples,
  expectedCount: number | null,
  found: Pick<PartCheck, "duplicates" | "nearDuplicates">,
): PartCheck {
  const counts = new Array<number>(classNames.length).fill(0);
  if (task === "classification") for (const label of labels.data) counts[label]!++;
  const smallest = Math.min(...counts);
  const { blanks, ...range } = rangeOf(inputs.data);
  return {
    count: inputs.shape[0]!,
    expectedCount,
    labels: Object.fromEntries(classNames.map((className, label) => [className, counts[label]!])),
    imbalance: counts.length === 0 || smallest === 0 ? null : Math.max(...counts) / smallest,
    target: task === "regression" ? withoutBlanks(rangeOf(labels.data)) : null,
    labelOrder: labelOrder(labels.data),
    ...range,
    blanks,
    constantInputs: modality === "text" ? null : constantInputs(inputs),
    columns: modality === "table" ? columnFacts(inputs, columnNames) : [],
    words: texts === undefined ? null : wordCounts(texts),
    ...found,
  };
}

function rangeOf(data: NumericArray["data"]): Range & { blanks: number } {
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  let blanks = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
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

function withoutBlanks({ minimum, maximum, mean }: Range): Range {
  return { minimum, maximum, mean };
}

/** Whether labels come in an order; a single label has none. */
export function labelOrder(labels: NumericArray["data"]): LabelOrder {
  const counts = new Map<number, number>();
  let [changes, rises, falls] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
    if (i === 0 || labels[i] === labels[i - 1]) continue;
    changes++;
    if (labels[i]! > labels[i - 1]!) rises++;
    else falls++;
  }
  if (labels.length < LEAST_FOR_ORDER || counts.size < 2) return "mixed";
  if (rises === 0 || falls === 0) return "sorted";
  // Two neighbours of a random order differ with probability 1 - sum of squared shares.
  const alike = [...counts.values()].reduce((sum, count) => sum + (count / labels.length) ** 2, 0);
  return changes < GROUPED_BELOW * labels.length * (1 - alike) ? "grouped" : "mixed";
}

function constantInputs({ data, shape }: NumericArray): number {
  const size = sizeOf(shape.slice(1));
  if (shape[0]! < 2) return 0;
  const varies = new Uint8Array(size);
  let constant = size;
  for (let start = size; start < data.length && constant > 0; start += size) {
    for (let i = 0; i < size; i++) {
      if (varies[i] === 1 || Object.is(data[start + i], data[i])) continue;
      varies[i] = 1;
      constant--;
    }
  }
  return constant;
}

function wordCounts(texts: readonly string[]): { shortest: number; longest: number; mean: number } {
  let [shortest, longest, sum] = [Infinity, 0, 0];
  for (const text of texts) {
    const words = wordsOf(text).length;
    shortest = Math.min(shortest, words);
    longest = Math.max(longest, words);
    sum += words;
  }
  return { shortest, longest, mean: sum / texts.length };
}
