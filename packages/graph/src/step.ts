/** What one training step computes, eager or traced: data loss, penalty, hits and the gradients. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import type { LayerCalls } from "./layerCalls.js";
import type { LossSum } from "./losses.js";
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
  lossSum: LossSum;
  /** The forward passes of layers that draw or that have a fused form. */
  calls: LayerCalls;
  /** Samples of the whole batch, of which this may be a part. */
  batchSize: number;
  /** Whether the penalty is counted: in one part of a batch only. */
  penalized: boolean;
}

export interface StepValues {
  /** Float32 `[3]`, see `RESULT_COLUMNS`. */
  results: tf.Tensor;
  /** One per trainable weight. */
  gradients: tf.Tensor[];
}

/**
 * Forward and backward pass over a batch or a part of it. Minimized is the sum of the data loss divided by the batch size, plus the
 * penalty, so results and gradients of the parts add up to those of the batch. Call it in a tidy: what it returns is the caller's.
 * Weights that the forward pass assigns (moving averages) are new afterwards.
 */
export function computeStep(trainee: Trainee, { inputs, labels, weights }: StepBatch, parts: StepParts): StepValues {
  let columns: tf.Tensor[] = [];
  const { grads } = tf.variableGrads(() => {
    const outputs = trainee.forward(inputs, { training: true, calls: parts.calls });
    const dataLoss = parts.lossSum(outputs, labels, weights);
    const penalty = parts.penalized ? trainee.penalty() : tf.scalar(0);
    columns = [dataLoss, penalty, tf.sum(trainee.loss.hits(outputs, labels))].map((column) => tf.keep(column));
    return tf.add<tf.Scalar>(tf.div(dataLoss, parts.batchSize), penalty);
  }, trainee.trainable);
  const results = tf.stack(columns);
  tf.dispose(columns);
  return { results, gradients: trainee.trainable.map((weight) => gradientOf(trainee, grads, weight)) };
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
