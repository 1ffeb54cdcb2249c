/** A small convolutional network: a few convolutions, each with pooling and batch norm if wanted, and one dense layer. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger, checkKnownOptions, checkList, checkOneOf } from "@tarea/core";
import {
  ACTIVATIONS,
  batchNorm,
  connect,
  conv2d,
  finishModel,
  maxPool2d,
  PADDINGS,
  dense,
  type ActivationName,
  type PaddingName,
} from "./layers.js";
import { checkModelOptions, type ModelOptions } from "./modelOptions.js";
import { addOutput, outputLayer } from "./output.js";

export interface Convolution {
  filters: number;
  /** Side of the square kernel. */
  kernelSize: number;
  /** Default `linear`. */
  activation?: ActivationName;
  /** Default `valid`. */
  padding?: PaddingName;
  /** Side of a max pool after the convolution; default: none. */
  pool?: number;
  /** Whether batch norm comes after that; default false. */
  batchNorm?: boolean;
}

/** `inputShape` is `[H, W, C]`. */
export interface SimpleCnnOptions extends ModelOptions {
  /** In order. Default `SIMPLE_CNN_DEFAULTS.convolutions`. */
  convolutions?: readonly Convolution[];
  /**
   * Activation between the dense layer and the softmax. With `relu` no logit is negative, so that a sample whose logits are all
   * rectified is equally likely of every class. Default `SIMPLE_CNN_DEFAULTS.logitActivation`.
   */
  logitActivation?: ActivationName;
}

export const SIMPLE_CNN_DEFAULTS = {
  convolutions: [
    { filters: 32, kernelSize: 3, activation: "relu", padding: "same", pool: 2, batchNorm: true },
    { filters: 16, kernelSize: 3, activation: "relu", padding: "same", pool: 2, batchNorm: true },
  ],
  logitActivation: "linear",
  seed: 0,
  name: "simpleCnn",
} as const satisfies Partial<SimpleCnnOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs too small for its windows.
 * @example
 * const model = simpleCnn({ inputShape: [28, 28, 1], classes: 10, convolutions: [{ filters: 8, kernelSize: 3, pool: 2 }] });
 */
export function simpleCnn(options: SimpleCnnOptions): tf.LayersModel {
  const { inputShape, classes, convolutions, logitActivation, seed, name } = checkSimpleCnnOptions(options);
  const where = "simpleCnn";
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const features = connect(where, input, [
    ...convolutions.flatMap((convolution, i) => convolutionLayers(convolution, i + 1)),
    tf.layers.flatten({ name: "flatten" }), // [B, H, W, F] -> [B, D]
  ]);
  if (logitActivation === "linear") return finishModel({ input, output: addOutput(features, { where, classes }), name, seed });
  const ends = [
    dense({ name: "scores", units: classes }),
    tf.layers.activation({ activation: logitActivation, name: "logits" }),
    outputLayer("softmax"),
  ];
  return finishModel({ input, output: connect(where, features, ends), name, seed });
}

function convolutionLayers({ pool, batchNorm: norm, ...convolution }: Convolution, i: number): tf.layers.Layer[] {
  return [
    conv2d({ name: `conv${i}`, ...convolution }),
    ...(pool === undefined ? [] : [maxPool2d({ name: `pool${i}`, size: pool })]),
    ...(norm === true ? [batchNorm(`batchNorm${i}`)] : []),
  ];
}

function checkSimpleCnnOptions(options: SimpleCnnOptions): Required<SimpleCnnOptions> {
  const complete = checkModelOptions(options, { where: "simpleCnn", defaults: SIMPLE_CNN_DEFAULTS, axes: 3 });
  checkList("simpleCnn", "convolutions", complete.convolutions);
  for (const [i, convolution] of complete.convolutions.entries()) checkConvolution(`convolutions[${i}]`, convolution);
  checkOneOf("simpleCnn", "logitActivation", complete.logitActivation, ACTIVATIONS);
  return complete;
}

function checkConvolution(name: string, convolution: Convolution): void {
  const where = "simpleCnn";
  checkKnownOptions(`${where}: ${name}`, convolution, ["filters", "kernelSize", "activation", "padding", "pool", "batchNorm"]);
  const { filters, kernelSize, activation, padding, pool, batchNorm: norm } = convolution;
  checkInteger(where, `${name}.filters`, filters);
  checkInteger(where, `${name}.kernelSize`, kernelSize);
  if (activation !== undefined) checkOneOf(where, `${name}.activation`, activation, ACTIVATIONS);
  if (padding !== undefined) checkOneOf(where, `${name}.padding`, padding, PADDINGS);
  if (pool !== undefined) checkInteger(where, `${name}.pool`, pool);
  if (norm !== undefined) checkBoolean(where, `${name}.batchNorm`, norm);
}
