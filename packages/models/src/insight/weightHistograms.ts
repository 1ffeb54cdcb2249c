/** How the weights of each layer are distributed, and how the gradients of a loss in them. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkOneOf, show, TareaError } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { histogramOf, type Histogram } from "./histogram.js";
import { batchTensor, classCount, scoresOf, withoutTensors, type Samples } from "./modelParts.js";

export interface WeightHistogramsOptions {
  /** Bins of each histogram. Default `WEIGHT_HISTOGRAMS_DEFAULTS.bins`. */
  bins?: number;
}

export const WEIGHT_HISTOGRAMS_DEFAULTS = { bins: 40 } as const satisfies WeightHistogramsOptions;

export const GRADIENT_LOSSES = ["categoricalCrossentropy", "binaryCrossentropy", "meanSquaredError"] as const;
export type GradientLoss = (typeof GRADIENT_LOSSES)[number];

export interface GradientHistogramsOptions extends WeightHistogramsOptions {
  /** `[B, ...inputShape]`. */
  inputs: Samples;
  /** Class ids `[B]` for cross-entropies; what the outputs should be, row by row, for `meanSquaredError`. */
  targets: ArrayLike<number>;
  /** Mean over the samples, without penalties. */
  loss: GradientLoss;
}

export interface WeightHistogram extends Histogram {
  layer: string;
  /** Name within the layer, for example `kernel`. */
  weight: string;
  shape: number[];
}

/**
 * One histogram for every weight of the model, in the order of its layers. A line chart draws `{ name, x: centers, values: counts }`.
 * Keeps no tensor.
 *
 * @throws TareaError for bad options.
 */
export function weightHistograms(model: tf.LayersModel, options: WeightHistogramsOptions = {}): WeightHistogram[] {
  const where = "weightHistograms";
  checkModel(where, model);
  checkKnownOptions(where, options, ["bins"]);
  const bins = checkInteger(where, "bins", options.bins ?? WEIGHT_HISTOGRAMS_DEFAULTS.bins, { max: 10_000 });
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight) => describe(layer, weight, histogramOf(weight.read().dataSync(), bins))),
  );
}

/**
 * One histogram for every trainable weight: of the gradient of the loss in it, over the samples given. The pass is that of prediction, so
 * that nothing is drawn and no statistic moves: dropout passes all, batch norm takes its moving averages. Keeps no tensor.
 *
 * @throws TareaError for samples or targets of the wrong shape.
 */
export function gradientHistograms(model: tf.LayersModel, options: GradientHistogramsOptions): WeightHistogram[] {
  const where = "gradientHistograms";
  checkModel(where, model);
  checkKnownOptions(where, options, ["bins", "inputs", "targets", "loss"]);
  const { inputs, targets, loss } = options;
  const bins = checkInteger(where, "bins", options.bins ?? WEIGHT_HISTOGRAMS_DEFAULTS.bins, { max: 10_000 });
  checkOneOf(where, "loss", loss, GRADIENT_LOSSES);
  const weights = model.layers.flatMap((layer) => layer.trainableWeights.map((weight) => ({ layer, weight })));
  return withoutTensors(() => {
    const batch = batchTensor(where, model, inputs);
    const goal = targetTensor(where, model, { targets, loss, count: batch.shape[0] ?? 0 });
    const lossOf = lossFunction(model, loss);
    const variables = weights.map(({ weight }) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => lossOf(batch, goal), variables);
    return weights.map(({ layer, weight }, i) =>
      describe(layer, weight, histogramOf(grads[variables[i]!.name]!.dataSync(), bins)),
    );
  });
}

function describe(layer: tf.layers.Layer, weight: tf.LayerVariable, histogram: Histogram): WeightHistogram {
  const name = weight.originalName.split("/").at(-1)!;
  return { layer: layer.name, weight: name, shape: weight.shape as number[], ...histogram };
}

type LossOf = (batch: tf.Tensor, goal: tf.Tensor) => tf.Scalar;

/** The loss as training takes it: on the logits where the model has them, else on what it puts out. */
function lossFunction(model: tf.LayersModel, loss: GradientLoss): LossOf {
  if (loss === "meanSquaredError") {
    return (batch, goal) => tf.mean(tf.squaredDifference(goal, model.apply(batch, { training: false }) as tf.Tensor));
  }
  const { model: scores, kind } = scoresOf(model);
  const isLogit = kind === "logit";
  const outputOf = (batch: tf.Tensor): tf.Tensor => scores.apply(batch, { training: false }) as tf.Tensor;
  if (loss === "categoricalCrossentropy") {
    const logs = (x: tf.Tensor): tf.Tensor => (isLogit ? tf.logSoftmax(x as tf.Tensor2D) : tf.log(safe(x)));
    return (batch, goal) => tf.neg(tf.mean(tf.sum(tf.mul(goal, logs(outputOf(batch))), -1)));
  }
  if (isLogit) {
    return (batch, goal) => {
      const logits = outputOf(batch);
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(goal, logits)));
    };
  }
  return (batch, goal) => {
    const share = safe(outputOf(batch));
    return tf.neg(tf.mean(tf.add(tf.mul(goal, tf.log(share)), tf.mul(tf.sub(1, goal), tf.log(tf.sub(1, share))))));
  };
}

/** Probabilities whose logarithm is finite, as Keras bounds them. */
function safe(probabilities: tf.Tensor): tf.Tensor {
  return tf.clipByValue(probabilities, 1e-7, 1 - 1e-7);
}

function targetTensor(
  where: string,
  model: tf.LayersModel,
  { targets, loss, count }: { targets: ArrayLike<number>; loss: GradientLoss; count: number },
): tf.Tensor {
  const isClass = loss === "categoricalCrossentropy";
  const outputs = model.outputs[0]!.shape.slice(1) as number[];
  const shape = isClass ? [count] : [count, ...outputs];
  const expected = shape.reduce((product, size) => product * size, 1);
  if (targets?.length !== expected) {
    throw new TareaError({
      code: "shape",
      where,
      problem: "targets must have one number a sample and output",
      expected: String(expected),
      received: show(targets?.length),
    });
  }
  if (!isClass) return tf.tensor(Float32Array.from(targets), shape);
  const classes = classCount(where, model);
  for (let i = 0; i < count; i++) checkInteger(where, `targets[${i}]`, targets[i], { min: 0, max: classes - 1 });
  return tf.oneHot(tf.tensor1d(Int32Array.from(targets), "int32"), classes).toFloat();
}
