/** Samples that occur more than once, to the byte or nearly. */

import { createHash } from "node:crypto";
import { sizeOf } from "@tarea/core";
import type { Samples } from "../dataset.js";

/** Plain JSON. */
export interface DuplicateCheck {
  /** Within a part: samples that repeat an earlier one. Across parts: test samples that occur in the training part. */
  count: number;
  /** How many of them carry another label than the first. */
  conflicting: number;
  /** Up to `MAX_EXAMPLES` pairs of row numbers: the first and the repeated; across parts the training row and the test row. */
  examples: [number, number][];
}

export const MAX_EXAMPLES = 5;

export interface Duplicates {
  train: DuplicateCheck;
  test: DuplicateCheck;
  across: DuplicateCheck;
}

/** A text, or a digest of each row, so that equal samples have equal keys. */
export function sampleKeys({ inputs: { data, shape }, texts }: Samples): readonly string[] {
  if (texts !== undefined) return texts;
  const rowBytes = sizeOf(shape.slice(1)) * data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: shape[0]! }, (_, row) =>
    createHash("sha256")
      .update(bytes.subarray(row * rowBytes, (row + 1) * rowBytes))
      .digest("base64"),
  );
}

/** Samples that equal an earlier one: within each part, and test samples that equal one of the training part. */
export function exactDuplicates(
  train: Samples,
  test: Samples,
  trainKeys: readonly string[],
  testKeys: readonly string[],
): Duplicates {
  const found = noDuplicates();
  const inTrain = new Map<string, number>();
  for (const [row, key] of trainKeys.entries()) {
    const first = inTrain.get(key);
    if (first === undefined) inTrain.set(key, row);
    else noteDuplicate(found.train, [first, row], train.labels.data[first] !== train.labels.data[row]);
  }
  const inTest = new Map<string, number>();
  for (const [row, key] of testKeys.entries()) {
    const first = inTest.get(key);
    if (first === undefined) inTest.set(key, row);
    else noteDuplicate(found.test, [first, row], test.labels.data[first] !== test.labels.data[row]);
    const trainRow = inTrain.get(key);
    if (trainRow !== undefined) {
      noteDuplicate(found.across, [trainRow, row], train.labels.data[trainRow] !== test.labels.data[row]);
    }
  }
  return found;
}

/**
 * Counts pairs as duplicates are counted: a sample once, however many it resembles, by the earliest. Rows count through both parts, the
 * training part first. Pairs of equal samples are left out.
 *
 * @param pairs rows, the smaller first, in any order.
 */
export function countNear(
  pairs: readonly (readonly [number, number])[],
  train: Samples,
  test: Samples,
  trainKeys: readonly string[],
  testKeys: readonly string[],
): Duplicates {
  const border = trainKeys.length;
  const keyOf = (row: number): string => (row < border ? trainKeys[row]! : testKeys[row - border]!);
  const labelOf = (row: number): number => (row < border ? train.labels.data[row]! : test.labels.data[row - border]!);
  const found = noDuplicates();
  const counted = { train: new Set<number>(), test: new Set<number>(), across: new Set<number>() };
  for (const [first, row] of pairs.toSorted(([a, b], [c, d]) => b - d || a - c)) {
    const where = row < border ? "train" : first < border ? "across" : "test";
    if (counted[where].has(row) || keyOf(first) === keyOf(row)) continue;
    counted[where].add(row);
    const shown: [number, number] =
      where === "train" ? [first, row] : where === "test" ? [first - border, row - border] : [first, row - border];
    noteDuplicate(found[where], shown, labelOf(first) !== labelOf(row));
  }
  return found;
}

function noDuplicates(): Duplicates {
  const none = (): DuplicateCheck => ({ count: 0, conflicting: 0, examples: [] });
  return { train: none(), test: none(), across: none() };
}

function noteDuplicate(found: DuplicateCheck, pair: [number, number], conflicting: boolean): void {
  found.count++;
  if (conflicting) found.conflicting++;
  if (found.examples.length < MAX_EXAMPLES) found.examples.push(pair);
}
