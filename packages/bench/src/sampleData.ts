/** Data of the right shapes and types, drawn from a seed: what is learned does not matter for speed. */

import { randomStream, sizeOf, type NumericArray } from "@tarea/core";
import type { BenchModel } from "./benchModel.js";

export interface SampleData {
  /** `[N, ...inputShape]` as a data set of this kind is stored: pixels are bytes. */
  inputs: NumericArray;
  /** Class ids `[N]`. */
  labels: NumericArray;
}

/** So many are drawn, and repeated after that: large arrays would take seconds. A prime, so that no two samples are equal. */
const DRAWN_VALUES = 1_000_003;

export function sampleData(model: BenchModel, seed: number): SampleData {
  const { samples, input, inputShape } = model;
  const stream = randomStream(seed, "inputs");
  const shape = [samples, ...inputShape];
  const draw = <T extends NumericArray["data"]>(values: T, next: () => number): T => {
    const drawn = Math.min(values.length, DRAWN_VALUES);
    for (let i = 0; i < drawn; i++) values[i] = next();
    for (let i = drawn; i < values.length; i *= 2) values.copyWithin(i, 0, Math.min(i, values.length - i));
    return values;
  };
  const below = (count: number) => () => stream.integer(count);
  const labels = { dtype: "int32", shape: [samples], data: draw(new Int32Array(samples), below(classesOf(model))) } as const;
  const size = sizeOf(shape);
  switch (input) {
    case "bytes":
      return { inputs: { dtype: "uint8", shape, data: draw(new Uint8Array(size), below(256)) }, labels };
    case "floats":
      return { inputs: { dtype: "float32", shape, data: draw(new Float32Array(size), () => stream.uniform()) }, labels };
    case "ids":
      return { inputs: { dtype: "int32", shape, data: draw(new Int32Array(size), below(vocabularyOf(model))) }, labels };
  }
}

/** Number of classes: the output's units, two where a single unit tells them apart. */
function classesOf({ layers }: BenchModel): number {
  const last = layers.at(-1);
  return last?.type === "dense" ? Math.max(last.units, 2) : 2;
}

function vocabularyOf({ layers }: BenchModel): number {
  return layers.flatMap((layer) => (layer.type === "embedding" ? [layer.vocabulary] : []))[0] ?? 1;
}
