/** LeNet-5: two convolutions with pooling, three dense layers. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger, checkOneOf } from "@tarea/core";
import {
  ACTIVATIONS,
  averagePool2d,
  batchNorm,
  connect,
  conv2d,
  dense,
  finishModel,
  maxPool2d,
  PADDINGS,
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
import { addOutput } from "./output.js";
import { dropoutLayers } from "./seededDropout.js";

/** `inputShape` is `[H, W, C]`: at least 16 x 16. */
export interface Lenet5Options extends KernelModelOptions {
  /** Activation of all hidden layers. Default `LENET5_DEFAULTS.activation`. */
  activation?: ActivationName;
  /** Default `LENET5_DEFAULTS.pooling`. */
  pooling?: "max" | "average";
  /** Padding of the first convolution: `same` gives 28 x 28 images the feature maps of 32 x 32. Default `LENET5_DEFAULTS.padding`. */
  padding?: PaddingName;
  /** Filters of the two convolutions. Default `LENET5_DEFAULTS.filters`. */
  filters?: readonly [number, number];
  /** Side of their square kernels. Default `LENET5_DEFAULTS.kernelSize`. */
  kernelSize?: number;
  /** Units of the hidden dense layers. Default `LENET5_DEFAULTS.units`. */
  units?: readonly number[];
  /** Rate of a dropout after each hidden dense layer, from 0 (none) to below 1. Default `LENET5_DEFAULTS.dropout`. */
  dropout?: number;
  /** Whether batch norm follows each pool. Default `LENET5_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const LENET5_DEFAULTS = {
  activation: "relu",
  pooling: "max",
  padding: "valid",
  filters: [6, 16],
  kernelSize: 5,
  units: [120, 84],
  dropout: 0,
  batchNorm: false,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "lenet5",
} as const satisfies Partial<Lenet5Options>;

/**
 * Builds LeNet-5, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs too small for two poolings.
 * @example
 * const model = lenet5({ inputShape: [32, 32, 3], classes: 10, seed: 1 });
 */
export function lenet5(options: Lenet5Options): tf.LayersModel {
  const {
    inputShape,
    classes,
    pooling,
    padding,
    filters,
    units,
    dropout,
    batchNorm: norm,
    seed,
    name,
    ...rest
  } = checkLenet5Options(options);
  const { activation, kernelSize } = rest;
  const kernel = kernelOptions("lenet5", rest);
  const pool = pooling === "max" ? maxPool2d : averagePool2d;
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("lenet5", input, [
    conv2d({ name: "conv1", filters: filters[0], kernelSize, activation, padding, ...kernel }), // [B, 32, 32, C] -> [B, 28, 28, 6]
    pool({ name: "pool1", size: 2 }), // -> [B, 14, 14, 6]
    ...(norm ? [batchNorm("batchNorm1")] : []),
    conv2d({ name: "conv2", filters: filters[1], kernelSize, activation, ...kernel }), // -> [B, 10, 10, 16]
    pool({ name: "pool2", size: 2 }), // -> [B, 5, 5, 16]
    ...(norm ? [batchNorm("batchNorm2")] : []),
    tf.layers.flatten({ name: "flatten" }), // -> [B, 400]
    ...units.flatMap((width, i) => [
      dense({ name: `dense${i + 1}`, units: width, activation, ...kernel }),
      ...dropoutLayers(`dropout${i + 1}`, dropout, seed),
    ]),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "lenet5", classes, ...kernel }), name, seed });
}

function checkLenet5Options(options: Lenet5Options): Required<Lenet5Options> {
  const complete = checkModelOptions(options, { where: "lenet5", defaults: LENET5_DEFAULTS, axes: 3 });
  checkOneOf("lenet5", "activation", complete.activation, ACTIVATIONS);
  checkOneOf("lenet5", "pooling", complete.pooling, ["max", "average"]);
  checkOneOf("lenet5", "padding", complete.padding, PADDINGS);
  checkSizes("lenet5", "filters", complete.filters, 2);
  checkInteger("lenet5", "kernelSize", complete.kernelSize);
  checkSizes("lenet5", "units", complete.units);
  checkRate("lenet5", "dropout", complete.dropout);
  checkBoolean("lenet5", "batchNorm", complete.batchNorm);
  return complete;
}
