/** Carries out one fitted step on samples. */

import { sizeOf, stepStream, type NumericArray } from "@tarea/core";
import type { Samples } from "../dataset.js";
import { preparationError } from "./preparationError.js";
import type { FittedStep } from "./preparationPlan.js";
import { TEXT_IDS, wordIds, wordsOf, writePadded } from "./text.js";

/** Samples on their way through a plan. */
export interface Working {
  samples: Samples;
  columnNames: readonly string[];
  /** Whether the inputs are a copy that the next step may change in place. */
  owned: boolean;
}

/** Which samples these are, so that each has noise of its own. */
export interface SampleIdentity {
  part: string;
  /** Number of each sample in its part; `null`: 0, 1, 2, … */
  rows: ArrayLike<number> | null;
}

type FittedOf<K extends FittedStep["kind"]> = Extract<FittedStep, { kind: K }>;

/** @throws TareaError for samples that the step cannot take. */
export function applyStep(where: string, step: FittedStep, working: Working, identity: SampleIdentity): Working {
  switch (step.kind) {
    case "impute":
      return changeInputs(working, (values) => impute(values, working.samples.inputs.shape[1]!, step));
    case "affine":
      return changeInputs(working, (values) => subtractAndDivide(where, values, step));
    case "divide":
      return changeInputs(working, (values) => {
        for (let i = 0; i < values.length; i++) values[i]! /= step.by;
      });
    case "oneHot":
      return oneHot(where, step, working);
    case "oneHotLabels":
      return { ...working, samples: { ...working.samples, labels: oneHotLabels(where, working.samples.labels, step.classes) } };
    case "permutePixels":
      return replaceInputs(working, permute(where, working.samples.inputs, step));
    case "noise":
      return changeInputs(working, (values) => addNoise(values, working.samples.inputs.shape[0]!, step, identity));
    case "textCounts":
      return replaceInputs(working, countWords(textsOf(where, working.samples), step));
    case "textIds":
      return replaceInputs(working, paddedIds(textsOf(where, working.samples), step));
  }
}

function changeInputs(working: Working, change: (values: Float32Array) => void): Working {
  const { dtype, shape, data } = working.samples.inputs;
  const values = working.owned && dtype === "float32" ? (data as Float32Array) : Float32Array.from(data);
  change(values);
  return { ...working, samples: { ...working.samples, inputs: { dtype: "float32", shape, data: values } }, owned: true };
}

function replaceInputs(working: Working, inputs: NumericArray): Working {
  return { ...working, samples: { ...working.samples, inputs }, owned: true };
}

function impute(values: Float32Array, width: number, { columns, values: fills, missing }: FittedOf<"impute">): void {
  const blank = missing.includes("blank");
  for (const [i, column] of columns.entries()) {
    for (let at = column; at < values.length; at += width) {
      const value = values[at]!;
      if (Number.isNaN(value) ? blank : missing.includes(value)) values[at] = fills[i]!;
    }
  }
}

function subtractAndDivide(where: string, values: Float32Array, { period, columns, subtract, divide }: FittedOf<"affine">): void {
  if (values.length % period !== 0) throw preparationError(where, "the samples have another shape than the training part");
  for (const [i, column] of (columns ?? subtract).entries()) {
    const [low, by] = [subtract[i]!, divide[i]!];
    for (let at = columns === null ? i : column; at < values.length; at += period) values[at] = (values[at]! - low) / by;
  }
}

function oneHot(where: string, { columns, categories, unknown }: FittedOf<"oneHot">, working: Working): Working {
  const { data, shape } = working.samples.inputs;
  const [rows, width] = shape as [number, number];
  const place = new Map(columns.map((column, i) => [column, new Map(categories[i]!.map((category, k) => [category, k]))]));
  const names = working.columnNames.flatMap((name, column) => {
    const list = categories[columns.indexOf(column)];
    return list === undefined ? [name] : list.map((category) => `${name}=${category}`);
  });
  const result = new Float32Array(rows * names.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column]!;
      const ids = place.get(column);
      if (ids === undefined) {
        result[at++] = value;
        continue;
      }
      const id = ids.get(value);
      if (id !== undefined) result[at + id] = 1;
      else if (unknown === "error") {
        const problem = `column ${working.columnNames[column]} of sample ${row} has a category that the training part does not have`;
        throw preparationError(where, problem, String(value), 'Say unknown: "zeros" to let it pass.');
      }
      at += ids.size;
    }
  }
  const inputs: NumericArray = { dtype: "float32", shape: [rows, names.length], data: result };
  return { samples: { ...working.samples, inputs }, columnNames: names, owned: true };
}

function oneHotLabels(where: string, { data, shape }: NumericArray, classes: number): NumericArray {
  if (shape.length !== 1) throw preparationError(where, "the labels are not class ids", `shape [${shape.join(", ")}]`);
  const result = new Float32Array(data.length * classes);
  for (const [i, label] of data.entries()) {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw preparationError(where, `label ${i} is not a class id from 0 to ${classes - 1}`, String(label));
    }
    result[i * classes + label] = 1;
  }
  return { dtype: "float32", shape: [data.length, classes], data: result };
}

function permute(
  where: string,
  { dtype, shape, data }: NumericArray,
  { order, channels }: FittedOf<"permutePixels">,
): NumericArray {
  const size = sizeOf(shape.slice(1));
  if (size !== order.length * channels) throw preparationError(where, "the images have another size than the training part's");
  const result = new (data.constructor as new (length: number) => NumericArray["data"])(data.length);
  for (let start = 0; start < data.length; start += size) {
    for (let to = 0; to < order.length; to++) {
      const from = start + order[to]! * channels;
      for (let channel = 0; channel < channels; channel++) result[start + to * channels + channel] = data[from + channel]!;
    }
  }
  return { dtype, shape, data: result };
}

/** Sample r of a part takes the normal numbers of step r of the stream `noise:<part>`. */
function addNoise(
  values: Float32Array,
  count: number,
  { standardDeviation, seed, clip }: FittedOf<"noise">,
  { part, rows }: SampleIdentity,
): void {
  const size = values.length / count;
  for (let i = 0; i < count; i++) {
    const random = stepStream(seed, `noise:${part}`, rows === null ? i : rows[i]!);
    for (let at = i * size; at < (i + 1) * size; at++) {
      const value = values[at]! + standardDeviation * random.normal();
      values[at] = clip === null ? value : Math.min(Math.max(value, clip[0]), clip[1]);
    }
  }
}

function countWords(texts: readonly string[], { words, most, vocabulary }: FittedOf<"textCounts">): NumericArray {
  const ids = wordIds(vocabulary, 1);
  const small = most !== null && most <= 255;
  const size = sizeOf([texts.length, words]);
  const result = small ? new Uint8Array(size) : new Float32Array(size);
  for (const [row, text] of texts.entries()) {
    for (const word of wordsOf(text)) {
      const id = ids.get(word);
      if (id === undefined) continue;
      const at = row * words + id;
      if (most === null || result[at]! < most) result[at]!++;
    }
  }
  return { dtype: small ? "uint8" : "float32", shape: [texts.length, words], data: result };
}

function paddedIds(texts: readonly string[], { length, vocabulary, padding, truncating }: FittedOf<"textIds">): NumericArray {
  const ids = wordIds(vocabulary, TEXT_IDS.first);
  const result = new Int32Array(sizeOf([texts.length, length]));
  for (const [row, text] of texts.entries()) {
    const sequence = [TEXT_IDS.start as number, ...wordsOf(text).map((word) => ids.get(word) ?? TEXT_IDS.unknown)];
    writePadded(result.subarray(row * length, (row + 1) * length), sequence, { padding, truncating });
  }
  return { dtype: "int32", shape: [texts.length, length], data: result };
}

function textsOf(where: string, { texts }: Samples): readonly string[] {
  if (texts !== undefined) return texts;
  throw preparationError(where, "these samples have no texts");
}
