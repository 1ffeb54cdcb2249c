/** LeNet-5: two convolutions with pooling, three dense layers. */

import * as tf from "@tensorflow/tfjs";
import { checkOneOf } from "@tarea/core";
import {
  ACTIVATIONS,
  averagePool2d,
  connect,
  conv2d,
  dense,
  finishModel,
  maxPool2d,
  PADDINGS,
  type ActivationName,
  type PaddingName,
} from "./layers.js";
import { checkModelOptions, type ModelOptions } from "./modelOptions.js";
import { addOutput } from "./output.js";

/** `inputShape` is `[H, W, C]`: at least 16 x 16. */
export interface Lenet5Options extends ModelOptions {
  /** Activation of all hidden layers. Default `LENET5_DEFAULTS.activation`. */
  activation?: ActivationName;
  /** Default `LENET5_DEFAULTS.pooling`. */
  pooling?: "max" | "average";
  /** Padding of the first convolution: `same` gives 28 x 28 images the feature maps of 32 x 32. Default `LENET5_DEFAULTS.padding`. */
  padding?: PaddingName;
}

export const LENET5_DEFAULTS = {
  activation: "relu",
  pooling: "max",
  padding: "valid",
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
  const { inputShape, classes, activation, pooling, padding, seed, name } = checkLenet5Options(options);
  const pool = pooling === "max" ? maxPool2d : averagePool2d;
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("lenet5", input, [
    conv2d({ name: "conv1", filters: 6, kernelSize: 5, activation, padding }), // [B, 32, 32, C] -> [B, 28, 28, 6]
    pool({ name: "pool1", size: 2 }), // -> [B, 14, 14, 6]
    conv2d({ name: "conv2", filters: 16, kernelSize: 5, activation }), // -> [B, 10, 10, 16]
    pool({ name: "pool2", size: 2 }), // -> [B, 5, 5, 16]
    tf.layers.flatten({ name: "flatten" }), // -> [B, 400]
    dense({ name: "dense1", units: 120, activation }),
    dense({ name: "dense2", units: 84, activation }),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "lenet5", classes }), name, seed });
}

function checkLenet5Options(options: Lenet5Options): Required<Lenet5Options> {
  const complete = checkModelOptions(options, { where: "lenet5", defaults: LENET5_DEFAULTS, axes: 3 });
  checkOneOf("lenet5", "activation", complete.activation, ACTIVATIONS);
  checkOneOf("lenet5", "pooling", complete.pooling, ["max", "average"]);
  checkOneOf("lenet5", "padding", complete.padding, PADDINGS);
  return complete;
}
