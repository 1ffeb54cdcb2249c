/** Losses by name: what a model ends in, what a sample costs, what counts as a hit and what a prediction is. */

import * as tf from "@tensorflow/tfjs";

/** The losses that are known. */
export const LOSSES = ["categoricalCrossentropy", "binaryCrossentropy", "meanSquaredError"] as const;
export type LossName = (typeof LOSSES)[number];

/** `outputs` are what `Trainee.forward` gives, `[B, ...]`: logits where the loss splits an activation off. */
export interface Loss {
  readonly name: LossName;
  /** The activation of the layer that ends a model and that is left to `predictions`, so that gradients never vanish in it. */
  readonly ending: "softmax" | "sigmoid" | undefined;
  /** Whether labels are class ids, int32 `[B]`, or float32 in the outputs' shape. */
  readonly classIds: boolean;
  /** Whether labels stored as bytes are scaled to [0, 1], as inputs are. */
  readonly scaleLabels: boolean;
  /** The mean over each sample's outputs; `[B]`. */
  losses(outputs: tf.Tensor, labels: tf.Tensor): tf.Tensor1D;
  /** The share of each sample's outputs that are right; `[B]`. 0 where there is no right and wrong. */
  hits(outputs: tf.Tensor, labels: tf.Tensor): tf.Tensor1D;
  /** What the whole model predicts; in the outputs' shape. */
  predictions(outputs: tf.Tensor): tf.Tensor;
}

/** Sums over a batch. */
export interface LossSums {
  /** Of each sample's weight times its loss, differentiable in the outputs. */
  loss: tf.Scalar;
  hits: tf.Scalar;
}

/** Works the sums out; `labels` and `weights` as in `StepBatch`. */
export type SumLosses = (outputs: tf.Tensor, labels: tf.Tensor, weights?: tf.Tensor1D) => LossSums;

interface LabelOptions {
  /** See `CompileOptions`. */
  scaleLabels?: boolean;
  oneHotLabels?: boolean;
}

export function lossOf(name: LossName, { scaleLabels = false, oneHotLabels = false }: LabelOptions = {}): Loss {
  return {
    name,
    scaleLabels,
    ...RULES[name],
    ...(scaleLabels && { hits: noHits }),
    ...(oneHotLabels && oneHotRule(RULES[name])),
  };
}

/** The rule for class ids `[B]` and outputs `[B, K]`: each id stands for a row with a single 1, and the largest output decides. */
function oneHotRule({ losses }: Pick<Loss, "losses">): Pick<Loss, "classIds" | "losses" | "hits"> {
  return {
    classIds: true,
    losses: (outputs, labels) => losses(outputs, tf.oneHot(labels, outputs.shape[1]!, 1, 0, "float32")),
    hits: RULES.categoricalCrossentropy.hits,
  };
}

/** `SumLosses` from plain operations. */
export function plainSums({ losses, hits }: Loss): SumLosses {
  return (outputs, labels, weights) => {
    const values = losses(outputs, labels);
    return { loss: tf.sum(weights === undefined ? values : tf.mul(values, weights)), hits: tf.sum(hits(outputs, labels)) };
  };
}

const RULES: Readonly<Record<LossName, Omit<Loss, "name" | "scaleLabels">>> = {
  categoricalCrossentropy: {
    ending: "softmax",
    classIds: true,
    losses: (logits, labels) => tf.neg(tf.sum(tf.mul(tf.oneHot(labels, logits.shape[1]!), tf.logSoftmax(logits)), 1)),
    hits: (logits, labels) => tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"),
    predictions: (logits) => tf.softmax(logits),
  },
  binaryCrossentropy: {
    ending: "sigmoid",
    classIds: false,
    losses: (logits, labels) => meanOfSamples(binaryCrossentropies(logits, labels)),
    hits: (logits, labels) => meanOfSamples(tf.cast(tf.equal(tf.cast(tf.greater(logits, 0), "float32"), labels), "float32")),
    predictions: (logits) => tf.sigmoid(logits),
  },
  meanSquaredError: {
    ending: undefined,
    classIds: false,
    losses: (outputs, labels) => meanOfSamples(tf.squaredDifference(outputs, labels)),
    hits: noHits,
    predictions: (outputs) => outputs,
  },
};

function noHits(outputs: tf.Tensor): tf.Tensor1D {
  return tf.zeros([outputs.shape[0]]);
}

/**
 * -z log sigmoid(x) - (1 - z) log(1 - sigmoid(x)) for logits x and labels z from 0 to 1, as max(x, 0) - x z + log(1 + exp(-|x|)), which
 * never overflows; its gradient sigmoid(x) - z is written out, since that of the three terms is wrong at x = 0.
 */
function binaryCrossentropies(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((x: unknown, save: unknown) => {
    const logit = x as tf.Tensor;
    (save as tf.GradSaveFunc)([logit, labels]);
    const value = tf.add(tf.sub(tf.relu(logit), tf.mul(logit, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(logit)))));
    return { value, gradFunc: (dy: tf.Tensor, [saved, target]: tf.Tensor[]) => tf.mul(dy, tf.sub(tf.sigmoid(saved!), target!)) };
  });
  return operation(logits);
}

/** `[B, ...]` -> `[B]`. */
function meanOfSamples(values: tf.Tensor): tf.Tensor1D {
  const batchSize = values.shape[0];
  const perSample = values.size / batchSize;
  return tf.div(tf.sum(tf.reshape(values, [batchSize, perSample]), 1), perSample);
}
