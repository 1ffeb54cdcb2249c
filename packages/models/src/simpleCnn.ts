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
import {
  checkModelOptions,
  checkRate,
  checkSizes,
  KERNEL_DEFAULTS,
  kernelOptions,
  type KernelModelOptions,
} from "./modelOptions.js";
import { addOutput, outputLayer } from "./output.js";
import { dropoutLayers } from "./seededDropout.js";

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
export interface SimpleCnnOptions extends KernelModelOptions {
  /** In order. Default `SIMPLE_CNN_DEFAULTS.convolutions`. */
  convolutions?: readonly Convolution[];
  /**
   * Activation between the dense layer and the softmax. With `relu` no logit is negative, so that a sample whose logits are all
   * rectified is equally likely of every class. Default `SIMPLE_CNN_DEFAULTS.logitActivation`.
   */
  logitActivation?: ActivationName;
  /** Units of hidden dense layers, ReLU, after the convolutions. Default `SIMPLE_CNN_DEFAULTS.units`. */
  units?: readonly number[];
  /** Rate of a dropout before every dense layer, from 0 (none) to below 1. Default `SIMPLE_CNN_DEFAULTS.dropout`. */
  dropout?: number;
}

export const SIMPLE_CNN_DEFAULTS = {
  convolutions: [
    { filters: 32, kernelSize: 3, activation: "relu", padding: "same", pool: 2, batchNorm: true },
    { filters: 16, kernelSize: 3, activation: "relu", padding: "same", pool: 2, batchNorm: true },
  ],
  logitActivation: "linear",
  units: [],
  dropout: 0,
  ...KERNEL_DEFAULTS,
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
  const where = "simpleCnn";
  const { inputShape, classes, convolutions, logitActivation, units, dropout, seed, name, ...rest } =
    checkSimpleCnnOptions(options);
  const kernel = kernelOptions(where, rest);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const features = connect(where, input, [
    ...convolutions.flatMap((convolution, i) => convolutionLayers({ ...convolution, ...kernel }, i + 1)),
    tf.layers.flatten({ name: "flatten" }), // [B, H, W, F] -> [B, D]
    ...units.flatMap((width, i) => [
      ...dropoutLayers(`dropout${i + 1}`, dropout, seed),
      dense({ name: `dense${i + 1}`, units: width, activation: "relu", ...kernel }),
    ]),
    ...dropoutLayers(`dropout${units.length + 1}`, dropout, seed),
  ]);
  if (logitActivation === "linear")
    return finishModel({ input, output: addOutput(features, { where, classes, ...kernel }), name, seed });
  const ends = [
    dense({ name: "scores", units: classes, ...kernel }),
    tf.layers.activation({ activation: logitActivation, name: "logits" }),
    outputLayer("softmax"),
  ];
  return finishModel({ input, output: connect(where, features, ends), name, seed });
}

function convolutionLayers(
  { pool, batchNorm: norm, ...convolution }: Convolution & Pick<KernelModelOptions, "l1" | "l2" | "kernelInitializer">,
  i: number,
): tf.layers.Layer[] {
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
  checkSizes("simpleCnn", "units", complete.units);
  checkRate("simpleCnn", "dropout", complete.dropout);
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
