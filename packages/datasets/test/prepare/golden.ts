/** The golden numbers of scikit-learn and Keras, and helpers to compare with them. */

import { readFileSync } from "node:fs";
import type { NumericArray } from "@tarea/core";
import type { Samples } from "../../src/index.js";

interface Both {
  train: number[][];
  test: number[][];
}

interface Golden {
  train: number[][];
  test: number[][];
  standardize: Both;
  minMax: Both;
  oneHot: Both;
  imputeMean: Both;
  imputeMedian: Both;
  labels: number[];
  classWeights: number[];
  foldSizes: number[];
  stratifiedFolds: number[][];
  texts: string[];
  textCounts: number[][];
  textBinary: number[][];
  wordIndex: Record<string, number>;
  sequences: number[][];
  padded: Record<string, number[][]>;
}

export const golden = JSON.parse(
  readFileSync(new URL("../../../../test-fixtures/preparation/preparation.json", import.meta.url), "utf8"),
) as Golden;

export const columnNames = ["age", "dose", "constant", "kind"];

export function table(rows: readonly (readonly number[])[]): Samples {
  return {
    inputs: { dtype: "float32", shape: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) },
    labels: { dtype: "uint8", shape: [rows.length], data: new Uint8Array(rows.length) },
  };
}

export function textSamples(texts: readonly string[]): Samples {
  return {
    inputs: { dtype: "int32", shape: [texts.length, 1], data: new Int32Array(texts.length) },
    labels: { dtype: "uint8", shape: [texts.length], data: new Uint8Array(texts.length) },
    texts,
  };
}

export function rowsOf({ data, shape }: NumericArray): number[][] {
  const width = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

/** The column `i` of rows, as rows. */
export function column(rows: readonly (readonly number[])[], i: number): number[][] {
  return rows.map((row) => [row[i]!]);
}
