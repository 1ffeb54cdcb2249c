/** What one training step computes, eager or traced: data loss, penalty, hits and the gradients. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import type { LayerCalls } from "./layerCalls.js";
import type { SumLosses } from "./losses.js";
import { divide } from "./parts.js";
import type { Trainee } from "./trainee.js";

/** The columns of a step's result. */
export const RESULT_COLUMNS = ["dataLoss", "penalty", "correct"] as const;

export interface StepBatch {
  /** Float32 `[B, ...]`. */
  inputs: tf.Tensor;
  /** Int32 `[B]` or float32 `[B, ...]`, see `Trainee.labelShape`. */
  labels: tf.Tensor;
  /** Float32 `[B]`, when samples weigh differently. */
  weights?: tf.Tensor1D | undefined;
}

export interface StepParts {
  sumLosses: SumLosses;
  /** The forward passes of layers that draw or that have a fused form. */
  calls: LayerCalls;
  /** Sizes of the parts in which the batch is worked on by the layers, and by the loss. */
  sizes: readonly number[];
  lossSizes: readonly number[];
  /** See `LayerWork`. */
  wholes?: boolean;
  /** What gradients are taken of: the trainable weights, or blocks of them. */
  targets: tf.Variable[];
}

export interface StepValues {
  /** Float32 `[3]`, see `RESULT_COLUMNS`. */
  results: tf.Tensor;
  /** One per target. */
  gradients: tf.Tensor[];
}

/**
 * Forward and backward pass over a batch. Minimized is the mean data loss plus the penalty. Call it in a tidy: what it returns is the
 * caller's. Weights that the forward pass assigns (moving averages) are new afterwards.
 */
export function computeStep(
  trainee: Trainee,
  { inputs, labels, weights }: StepBatch,
  { sumLosses, calls, sizes, lossSizes, wholes = false, targets }: StepParts,
): StepValues {
  let columns: tf.Tensor[] = [];
  // Cut before the forward pass, whose own tensors are gone when the losses' gradients need them.
  const [expected, shares] = [divide(labels, lossSizes), weights && divide(weights, lossSizes)];
  const { grads } = tf.variableGrads(() => {
    const outputs = divide(trainee.forward(inputs, { training: true, calls, sizes, wholes }), lossSizes);
    const sums = outputs.map((output, p) => sumLosses(output, expected[p]!, shares?.[p]));
    const dataLoss = sum(sums.map(({ loss }) => loss));
    const penalty = trainee.penalty();
    const correct = sum(sums.map(({ hits }) => hits));
    columns = [dataLoss, penalty, correct].map((column) => tf.keep(column));
    return tf.add<tf.Scalar>(tf.div(dataLoss, inputs.shape[0]), penalty);
  }, targets);
  const results = tf.stack(columns);
  tf.dispose(columns);
  return { results, gradients: targets.map((weight) => gradientOf(trainee, grads, weight)) };
}

function sum(terms: tf.Scalar[]): tf.Scalar {
  return terms.length === 1 ? terms[0]! : tf.addN(terms);
}

function gradientOf({ name }: Trainee, gradients: tf.NamedTensorMap, weight: tf.Variable): tf.Tensor {
  const gradient = gradients[weight.name];
  if (gradient !== undefined && gradient !== null) return gradient;
  throw new TareaError({
    code: "model",
    where: `compileTraining(${name})`,
    problem: `the loss does not depend on the weight ${weight.name}`,
  });
}
