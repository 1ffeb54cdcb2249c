/** A batch worked on in parts, side by side: what a layer computes sample by sample, it computes for each part. */

import * as tf from "@tensorflow/tfjs";

/** Layers that treat every sample for itself, and whose work is worth being divided. */
const PER_SAMPLE = new Set([
  "Activation",
  "Add",
  "AveragePooling1D",
  "AveragePooling2D",
  "Concatenate",
  "Conv1D",
  "Conv2D",
  "Conv2DTranspose",
  "Cropping2D",
  "Dense",
  "DepthwiseConv2D",
  "ELU",
  "Embedding",
  "Flatten",
  "GlobalAveragePooling1D",
  "GlobalAveragePooling2D",
  "GlobalMaxPooling1D",
  "GlobalMaxPooling2D",
  "LeakyReLU",
  "MaxPooling1D",
  "MaxPooling2D",
  "Multiply",
  "Permute",
  "ReLU",
  "Reshape",
  "SeparableConv2D",
  "Softmax",
  "ThresholdedReLU",
  "UpSampling2D",
  "ZeroPadding2D",
]);

/** Those of them that only move numbers: not worth it where a batch comes and goes as a whole. */
const MOVING = new Set(["Concatenate", "Cropping2D", "Flatten", "Permute", "Reshape", "ZeroPadding2D"]);

/** Whether a layer, one of TensorFlow.js's own, is given a batch in parts; `wholes`: its neighbours give and take whole batches. */
export function isDivided(className: string, wholes: boolean): boolean {
  return PER_SAMPLE.has(className) && !(wholes && MOVING.has(className));
}

/** Cuts `length` into at most `count` stretches of nearly the same size. */
export function stretches(length: number, count: number): { from: number; size: number }[] {
  const parts = Math.min(length, count);
  const start = (i: number) => Math.floor((length * i) / parts);
  return Array.from({ length: parts }, (_, i) => ({ from: start(i), size: start(i + 1) - start(i) }));
}

/** A batch, `[B, ...]`, as parts of `sizes`. */
export function divide<T extends tf.Tensor>(batch: T, sizes: readonly number[]): T[] {
  return sizes.length === 1 ? [batch] : tf.split(batch, [...sizes], 0);
}

/** `compute` for each part of the inputs, `[B, ...]` each, and the results as one batch again. */
export function inParts(
  sizes: readonly number[],
  inputs: readonly tf.Tensor[],
  compute: (parts: tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  if (sizes.length === 1) return compute([...inputs]);
  const divided = inputs.map((input) => divide(input, sizes));
  return tf.concat(
    sizes.map((_, p) => compute(divided.map((parts) => parts[p]!))),
    0,
  );
}
