/** Texts as token ids: embeddings side by side, two dense layers, and an output that also sees the embeddings. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger } from "@tarea/core";
import { batchNorm, connect, dense, embedding, finishModel } from "./layers.js";
import {
  checkModelOptions,
  checkRate,
  checkSizes,
  KERNEL_DEFAULTS,
  kernelOptions,
  type KernelModelOptions,
} from "./modelOptions.js";
import { addOutput, outputFor } from "./output.js";
import { SeededDropout } from "./seededDropout.js";

/** `inputShape` is `[T]`, the number of tokens. 2 classes make a sigmoid over one output, more a softmax. */
export interface EmbeddingDenseOptions extends KernelModelOptions {
  /** Token ids are below this. Default `EMBEDDING_DENSE_DEFAULTS.vocabulary`. */
  vocabulary?: number;
  /** Numbers per token. Default `EMBEDDING_DENSE_DEFAULTS.embeddingUnits`. */
  embeddingUnits?: number;
  /** Units of the hidden layers. Default `EMBEDDING_DENSE_DEFAULTS.units`. */
  units?: readonly number[];
  /** Rate of the dropout after each hidden layer, from 0 to below 1. Default `EMBEDDING_DENSE_DEFAULTS.dropout`. */
  dropout?: number;
  /** Whether batch norm follows each hidden layer, before its dropout. Default `EMBEDDING_DENSE_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const EMBEDDING_DENSE_DEFAULTS = {
  vocabulary: 10_000,
  embeddingUnits: 32,
  units: [100, 10],
  dropout: 0.5,
  batchNorm: false,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "embeddingDense",
} as const satisfies Partial<EmbeddingDenseOptions>;

/**
 * Builds the network, token ids `[B, T]` -> the probability of class 1 `[B, 1]`, or of each class `[B, classes]`. The caller
 * disposes it.
 *
 * @throws TareaError for bad options.
 * @example
 * const model = embeddingDense({ inputShape: [500], classes: 2, vocabulary: 10_000, seed: 1 });
 */
export function embeddingDense(options: EmbeddingDenseOptions): tf.LayersModel {
  const {
    inputShape,
    classes,
    vocabulary,
    embeddingUnits,
    units,
    dropout,
    batchNorm: norm,
    seed,
    name,
    ...rest
  } = checkEmbeddingDenseOptions(options);
  const where = "embeddingDense";
  const kernel = kernelOptions(where, rest);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const flat = connect(where, input, [
    embedding({ name: "embedding", vocabulary, units: embeddingUnits }), // [B, T] -> [B, T, E]
    tf.layers.flatten({ name: "flatten" }), // -> [B, T * E]
  ]);
  const hidden = units.flatMap((width, i) => [
    dense({ name: `dense${i + 1}`, units: width, activation: "relu", ...kernel }),
    ...(norm ? [batchNorm(`batchNorm${i + 1}`)] : []),
    new SeededDropout({ name: `dropout${i + 1}`, rate: dropout, seed }),
  ]);
  const skip = tf.layers.concatenate({ axis: -1, name: "skip" });
  const x = skip.apply([connect(where, flat, hidden), flat]) as tf.SymbolicTensor; // [B, U + T * E]
  return finishModel({ input, output: addOutput(x, { where, classes, output: outputFor(classes), ...kernel }), name, seed });
}

function checkEmbeddingDenseOptions(options: EmbeddingDenseOptions): Required<EmbeddingDenseOptions> {
  const where = "embeddingDense";
  const complete = checkModelOptions(options, { where, defaults: EMBEDDING_DENSE_DEFAULTS, axes: 1 });
  checkInteger(where, "vocabulary", complete.vocabulary);
  checkInteger(where, "embeddingUnits", complete.embeddingUnits);
  checkSizes(where, "units", complete.units);
  if (complete.units.length === 0) checkInteger(where, "number of hidden layers", 0);
  checkRate(where, "dropout", complete.dropout);
  checkBoolean(where, "batchNorm", complete.batchNorm);
  return complete;
}
