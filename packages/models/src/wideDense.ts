/** One small convolution under one very wide dense layer: nearly all its parameters are in one matrix. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger } from "@tarea/core";
import { batchNorm, connect, conv2d, dense, finishModel } from "./layers.js";
import { checkModelOptions, checkRate, KERNEL_DEFAULTS, kernelOptions, type KernelModelOptions } from "./modelOptions.js";
import { addOutput } from "./output.js";
import { dropoutLayers } from "./seededDropout.js";

/** `inputShape` is `[H, W, C]`: at least as large as the kernel. */
export interface WideDenseOptions extends KernelModelOptions {
  /** Units of the dense layer. Default `WIDE_DENSE_DEFAULTS.units`. */
  units?: number;
  /** Filters of the convolution. Default `WIDE_DENSE_DEFAULTS.filters`. */
  filters?: number;
  /** Side of its square kernel. Default `WIDE_DENSE_DEFAULTS.kernelSize`. */
  kernelSize?: number;
  /** Rate of a dropout after the dense layer, from 0 (none) to below 1. Default `WIDE_DENSE_DEFAULTS.dropout`. */
  dropout?: number;
  /** Whether batch norm follows the convolution. Default `WIDE_DENSE_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const WIDE_DENSE_DEFAULTS = {
  units: 10_000,
  filters: 3,
  kernelSize: 5,
  dropout: 0,
  batchNorm: false,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "wideDense",
} as const satisfies Partial<WideDenseOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs smaller than the kernel.
 * @example
 * const model = wideDense({ inputShape: [32, 32, 3], classes: 10, units: 500 });
 */
export function wideDense(options: WideDenseOptions): tf.LayersModel {
  const {
    inputShape,
    classes,
    units,
    filters,
    kernelSize,
    dropout,
    batchNorm: norm,
    seed,
    name,
    ...rest
  } = checkWideDenseOptions(options);
  const kernel = kernelOptions("wideDense", rest);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("wideDense", input, [
    conv2d({ name: "conv1", filters, kernelSize, activation: "relu", ...kernel }), // [B, 32, 32, C] -> [B, 28, 28, 3]
    ...(norm ? [batchNorm("batchNorm1")] : []),
    tf.layers.flatten({ name: "flatten" }), // -> [B, 2352]
    dense({ name: "dense1", units, activation: "relu", ...kernel }),
    ...dropoutLayers("dropout1", dropout, seed),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "wideDense", classes, ...kernel }), name, seed });
}

function checkWideDenseOptions(options: WideDenseOptions): Required<WideDenseOptions> {
  const where = "wideDense";
  const complete = checkModelOptions(options, { where, defaults: WIDE_DENSE_DEFAULTS, axes: 3 });
  for (const option of ["units", "filters", "kernelSize"] as const) checkInteger(where, option, complete[option]);
  checkRate(where, "dropout", complete.dropout);
  checkBoolean(where, "batchNorm", complete.batchNorm);
  return complete;
}
