/** Texts as token ids: embeddings, then convolutions along the text with pooling and batch norm. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger } from "@tarea/core";
import { batchNorm, connect, conv1d, embedding, finishModel, maxPool1d } from "./layers.js";
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
export interface EmbeddingConv1dOptions extends KernelModelOptions {
  /** Token ids are below this. Default `EMBEDDING_CONV1D_DEFAULTS.vocabulary`. */
  vocabulary?: number;
  /** Numbers per token. Default `EMBEDDING_CONV1D_DEFAULTS.embeddingUnits`. */
  embeddingUnits?: number;
  /** Filters of the convolutions, each followed by a pool of 2. Default `EMBEDDING_CONV1D_DEFAULTS.filters`. */
  filters?: readonly number[];
  /** Rate of the dropout before the output, from 0 to below 1. Default `EMBEDDING_CONV1D_DEFAULTS.dropout`. */
  dropout?: number;
  /** Tokens that a kernel covers. Default `EMBEDDING_CONV1D_DEFAULTS.kernelSize`. */
  kernelSize?: number;
  /** Whether batch norm follows the embedding and every pool. Default `EMBEDDING_CONV1D_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const EMBEDDING_CONV1D_DEFAULTS = {
  vocabulary: 10_000,
  embeddingUnits: 16,
  filters: [16, 64],
  dropout: 0.5,
  kernelSize: 3,
  batchNorm: true,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "embeddingConv1d",
} as const satisfies Partial<EmbeddingConv1dOptions>;

/**
 * Builds the network, token ids `[B, T]` -> the probability of class 1 `[B, 1]`, or of each class `[B, classes]`. The caller
 * disposes it.
 *
 * @throws TareaError for bad options, and for texts too short for its pools.
 * @example
 * const model = embeddingConv1d({ inputShape: [500], classes: 2, vocabulary: 10_000, seed: 1 });
 */
export function embeddingConv1d(options: EmbeddingConv1dOptions): tf.LayersModel {
  const { inputShape, classes, vocabulary, embeddingUnits, filters, dropout, seed, name, ...rest } =
    checkEmbeddingConv1dOptions(options);
  const where = "embeddingConv1d";
  const { kernelSize } = rest;
  const kernel = kernelOptions(where, rest);
  const norms = (i: number): tf.layers.Layer[] => (rest.batchNorm ? [batchNorm(`batchNorm${i}`)] : []);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect(where, input, [
    embedding({ name: "embedding", vocabulary, units: embeddingUnits }), // [B, T] -> [B, T, E]
    ...norms(0),
    ...filters.flatMap((count, i) => [
      conv1d({ name: `conv${i + 1}`, filters: count, kernelSize, padding: "same", activation: "relu", ...kernel }), // -> [B, T, F]
      maxPool1d({ name: `pool${i + 1}`, size: 2 }), // -> [B, T / 2, F]
      ...norms(i + 1),
    ]),
    tf.layers.flatten({ name: "flatten" }),
    new SeededDropout({ name: "dropout1", rate: dropout, seed }),
  ]);
  return finishModel({ input, output: addOutput(x, { where, classes, output: outputFor(classes), ...kernel }), name, seed });
}

function checkEmbeddingConv1dOptions(options: EmbeddingConv1dOptions): Required<EmbeddingConv1dOptions> {
  const where = "embeddingConv1d";
  const complete = checkModelOptions(options, { where, defaults: EMBEDDING_CONV1D_DEFAULTS, axes: 1 });
  checkInteger(where, "vocabulary", complete.vocabulary);
  checkInteger(where, "embeddingUnits", complete.embeddingUnits);
  checkSizes(where, "filters", complete.filters);
  checkRate(where, "dropout", complete.dropout);
  checkInteger(where, "kernelSize", complete.kernelSize);
  checkBoolean(where, "batchNorm", complete.batchNorm);
  return complete;
}
