/** What is trained: weights, a forward pass to logits, a penalty. */

import * as tf from "@tensorflow/tfjs";
import { sizeOf, TareaError } from "@tarea/core";
import { checkDraws } from "./dropout.js";
import { withoutEnding } from "./ending.js";
import { joinedDivisions } from "./joinedDense.js";
import { kernelDivisions, type Division } from "./kernelBlocks.js";
import { withLayerCalls, type LayerWork } from "./layerCalls.js";
import type { Loss } from "./losses.js";
import { inParts } from "./parts.js";

export interface ForwardOptions extends Partial<LayerWork> {
  training: boolean;
}

/** A model of plain TensorFlow.js operations instead of layers. */
export interface ForwardModel {
  /** Shows in error messages. */
  name: string;
  /** Shape of one sample. */
  inputShape: readonly number[];
  /** Shape of one sample's outputs; default `[classes]`. */
  outputShape?: readonly number[];
  /** Needed without `outputShape`. */
  classes?: number;
  /** What is trained. */
  weights: tf.Variable[];
  /**
   * Float32 `[B, ...]` -> `[B, ...outputShape]`: logits for the cross-entropies. Traced once: it must not look at values nor draw
   * random numbers.
   */
  forward(inputs: tf.Tensor, options: { training: boolean }): tf.Tensor;
  /** Scalar added to the mean data loss; default none. */
  penalty?(): tf.Scalar;
}

export interface Trainee {
  name: string;
  /** Whether the forward pass is a function, not layers. */
  isFunction: boolean;
  /** Shape of one sample. */
  inputShape: readonly number[];
  outputShape: readonly number[];
  /** Numbers in one sample's outputs. */
  outputSize: number;
  loss: Loss;
  /** Shape of one sample's label: `[]` for class ids, else `outputShape`. */
  labelShape: readonly number[];
  /** All weights, in the order of the model. */
  weights: tf.Variable[];
  trainable: tf.Variable[];
  /** The layers, unless the forward pass is a function. */
  model: tf.LayersModel | undefined;
  /** `[B, ...]` float32 -> `[B, ...outputShape]`, before the activation that the loss splits off. */
  forward(inputs: tf.Tensor, options: ForwardOptions): tf.Tensor;
  /** Scalar added to the mean data loss. */
  penalty(): tf.Scalar;
  /** Weights that are kept in blocks when a step is worked on in so many shards, `own`: on kernels of our own. */
  divisions(shards: number, own: boolean): ReadonlyMap<tf.Variable, Division>;
}

/**
 * Splits the softmax or sigmoid that a loss names off a model: losses on logits neither saturate nor lose their gradient.
 *
 * @throws TareaError when the model does not end in that activation.
 */
export function traineeOf(model: tf.LayersModel | ForwardModel, loss: Loss): Trainee {
  const common = (outputShape: readonly number[]) => {
    const labelShape = loss.classIds ? [] : outputShape;
    return { name: model.name, isFunction: "forward" in model, loss, outputShape, outputSize: sizeOf(outputShape), labelShape };
  };
  if ("forward" in model) {
    const penalty = model.penalty === undefined ? () => tf.scalar(0) : () => model.penalty!();
    const forward = (inputs: tf.Tensor, { training, sizes = [inputs.shape[0]] }: ForwardOptions) =>
      inParts(sizes, [inputs], ([part]) => model.forward(part!, { training }));
    const { inputShape, weights } = model;
    return {
      ...common(outputShapeOf(model)),
      model: undefined,
      inputShape,
      weights,
      trainable: weights,
      forward,
      penalty,
      divisions: () => new Map(),
    };
  }
  const { outputShape, apply } = withoutEnding(model, loss);
  checkDraws(model);
  return {
    ...common(outputShape),
    model,
    inputShape: model.inputs[0]!.shape.slice(1) as number[],
    weights: model.weights.map((weight) => weight.read() as tf.Variable),
    trainable: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    forward: (inputs, { training, calls = {}, sizes = [inputs.shape[0]], wholes = false }) =>
      withLayerCalls(model, { calls, sizes, wholes }, () => apply(inputs, training)),
    penalty: () => model.calculateLosses().reduce<tf.Scalar>((sum, term) => tf.add(sum, term), tf.scalar(0)),
    divisions: (shards, own) => (own ? joinedDivisions(model) : kernelDivisions(model, shards)),
  };
}

function outputShapeOf({ name, outputShape, classes }: ForwardModel): readonly number[] {
  if (outputShape !== undefined) return outputShape;
  if (classes !== undefined) return [classes];
  throw new TareaError({
    code: "model",
    where: `compileTraining(${name})`,
    problem: "the function needs outputShape or classes",
  });
}
