/** What is trained: weights, a forward pass to logits, a penalty. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import { checkDraws } from "./dropout.js";
import { withLayerCalls, type LayerCalls } from "./layerCalls.js";

export type ForwardOptions = { training: false } | { training: true; calls: LayerCalls };

/** A model of plain TensorFlow.js operations instead of layers. */
export interface ForwardModel {
  /** Shows in error messages. */
  name: string;
  /** Shape of one sample. */
  inputShape: readonly number[];
  classes: number;
  /** What is trained. */
  weights: tf.Variable[];
  /** Float32 `[B, ...]` -> logits `[B, K]`. Traced once: it must not look at values nor draw random numbers. */
  forward(inputs: tf.Tensor, options: { training: boolean }): tf.Tensor2D;
  /** Scalar added to the mean data loss; default none. */
  penalty?(): tf.Scalar;
}

export interface Trainee {
  name: string;
  /** Shape of one sample. */
  inputShape: readonly number[];
  classes: number;
  /** All weights, in the order of the model. */
  weights: tf.Variable[];
  trainable: tf.Variable[];
  /** `[B, ...]` float32 -> logits `[B, K]`; with `calls` as in training, else as in prediction. */
  forward(inputs: tf.Tensor, options: ForwardOptions): tf.Tensor2D;
  /** Scalar added to the mean data loss. */
  penalty(): tf.Scalar;
}

/**
 * Splits the softmax off a model: losses on logits neither saturate nor lose their gradient.
 *
 * @throws TareaError when the model does not end in a softmax activation layer.
 */
export function traineeOf(model: tf.LayersModel | ForwardModel): Trainee {
  if ("forward" in model) {
    const penalty = model.penalty === undefined ? () => tf.scalar(0) : () => model.penalty!();
    const forward = (inputs: tf.Tensor, { training }: ForwardOptions) => model.forward(inputs, { training });
    const { name, inputShape, classes, weights } = model;
    return { name, inputShape, classes, weights, trainable: weights, forward, penalty };
  }
  const last = model.layers.at(-1);
  const activation = (last?.getConfig() as { activation?: unknown } | undefined)?.activation;
  if (
    last?.getClassName() !== "Activation" ||
    activation !== "softmax" ||
    model.inputs.length !== 1 ||
    model.outputs.length !== 1
  ) {
    throw new TareaError({
      code: "model",
      where: `compileTraining(${model.name})`,
      problem: "the model must have one input and end in a softmax activation layer of its own",
      received: last === undefined ? "no layers" : `${last.getClassName()} ${last.name}`,
      hint: 'End it with dense({ units, activation: "linear" }) and activation({ activation: "softmax" }).',
    });
  }
  checkDraws(model);
  const logitsModel = tf.model({ inputs: model.inputs, outputs: last.input });
  return {
    name: model.name,
    inputShape: model.inputs[0]!.shape.slice(1) as number[],
    classes: logitsModel.outputShape[1] as number,
    weights: model.weights.map((weight) => weight.read() as tf.Variable),
    trainable: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    forward(inputs, options) {
      if (!options.training) return logitsModel.apply(inputs, { training: false }) as tf.Tensor2D;
      return withLayerCalls(model, options.calls, () => logitsModel.apply(inputs, { training: true }) as tf.Tensor2D);
    },
    penalty: () => model.calculateLosses().reduce<tf.Scalar>((sum, loss) => tf.add(sum, loss), tf.scalar(0)),
  };
}
