/** One small convolution under one very wide dense layer: nearly all its parameters are in one matrix. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger } from "@tarea/core";
import { connect, conv2d, dense, finishModel } from "./layers.js";
import { checkModelOptions, type ModelOptions } from "./modelOptions.js";
import { addOutput } from "./output.js";

/** `inputShape` is `[H, W, C]`: at least 5 x 5. */
export interface WideDenseOptions extends ModelOptions {
  /** Units of the dense layer. Default `WIDE_DENSE_DEFAULTS.units`. */
  units?: number;
}

export const WIDE_DENSE_DEFAULTS = { units: 10_000, seed: 0, name: "wideDense" } as const satisfies Partial<WideDenseOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs smaller than the kernel.
 * @example
 * const model = wideDense({ inputShape: [32, 32, 3], classes: 10, units: 500 });
 */
export function wideDense(options: WideDenseOptions): tf.LayersModel {
  const checks = { where: "wideDense", defaults: WIDE_DENSE_DEFAULTS, axes: 3 };
  const { inputShape, classes, units, seed, name } = checkModelOptions<WideDenseOptions, typeof WIDE_DENSE_DEFAULTS>(
    options,
    checks,
  );
  checkInteger("wideDense", "units", units);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("wideDense", input, [
    conv2d({ name: "conv1", filters: 3, kernelSize: 5, activation: "relu" }), // [B, 32, 32, C] -> [B, 28, 28, 3]
    tf.layers.flatten({ name: "flatten" }), // -> [B, 2352]
    dense({ name: "dense1", units, activation: "relu" }),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "wideDense", classes }), name, seed });
}
