/** An AlexNet for small images: five convolutions with batch norm, two wide dense layers with dropout. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean } from "@tarea/core";
import { batchNorm, connect, conv2d, dense, finishModel, maxPool2d } from "./layers.js";
import {
  checkModelOptions,
  checkRate,
  checkSizes,
  KERNEL_DEFAULTS,
  kernelOptions,
  type KernelModelOptions,
} from "./modelOptions.js";
import { addOutput } from "./output.js";
import { SeededDropout } from "./seededDropout.js";

/** `inputShape` is `[H, W, C]`: at least 20 x 20. */
export interface AlexnetOptions extends KernelModelOptions {
  /** Rate of the dropout after both dense layers, from 0 to below 1. Default `ALEXNET_DEFAULTS.dropout`. */
  dropout?: number;
  /** Filters of the five convolutions. Default `ALEXNET_DEFAULTS.filters`. */
  filters?: readonly [number, number, number, number, number];
  /** Sides of their square kernels. Default `ALEXNET_DEFAULTS.kernelSizes`. */
  kernelSizes?: readonly [number, number, number, number, number];
  /** Units of the hidden dense layers. Default `ALEXNET_DEFAULTS.units`. */
  units?: readonly number[];
  /** Whether batch norm follows every convolution, after its pool, and every hidden dense layer. Default `ALEXNET_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const ALEXNET_DEFAULTS = {
  dropout: 0.5,
  filters: [96, 256, 384, 384, 256],
  kernelSizes: [4, 3, 3, 3, 3],
  units: [512, 512],
  batchNorm: true,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "alexnet",
} as const satisfies Partial<AlexnetOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The first two convolutions have no padding, the
 * others keep the size. Activations are ReLU. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs too small for its poolings.
 * @example
 * const model = alexnet({ inputShape: [32, 32, 3], classes: 100, seed: 1 });
 */
export function alexnet(options: AlexnetOptions): tf.LayersModel {
  const { inputShape, classes, dropout, units, batchNorm: norm, seed, name, ...rest } = checkAlexnetOptions(options);
  const kernel = kernelOptions("alexnet", rest);
  const conv = (i: number, placing: Partial<Parameters<typeof conv2d>[0]>): tf.layers.Layer => {
    const [filters, kernelSize] = [rest.filters[i - 1]!, rest.kernelSizes[i - 1]!];
    return conv2d({ name: `conv${i}`, filters, kernelSize, activation: "relu", ...kernel, ...placing });
  };
  const norms = (i: number): tf.layers.Layer[] => (norm ? [batchNorm(`batchNorm${i}`)] : []);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("alexnet", input, [
    conv(1, { strides: 2 }), // [B, 32, 32, C] -> [B, 15, 15, 96]
    maxPool2d({ name: "pool1", size: 3, strides: 1 }), // -> [B, 13, 13, 96]
    ...norms(1),
    conv(2, { strides: 2 }), // -> [B, 6, 6, 256]
    maxPool2d({ name: "pool2", size: 2, strides: 1 }), // -> [B, 5, 5, 256]
    ...norms(2),
    conv(3, { padding: "same" }), // -> [B, 5, 5, 384]
    ...norms(3),
    conv(4, { padding: "same" }),
    ...norms(4),
    conv(5, { padding: "same" }), // -> [B, 5, 5, 256]
    maxPool2d({ name: "pool5", size: 2, strides: 1 }), // -> [B, 4, 4, 256]
    ...norms(5),
    tf.layers.flatten({ name: "flatten" }), // -> [B, 4096]
    ...units.flatMap((width, i) => [
      dense({ name: `dense${i + 1}`, units: width, activation: "relu", ...kernel }),
      new SeededDropout({ name: `dropout${i + 1}`, rate: dropout, seed }),
      ...norms(i + 6),
    ]),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "alexnet", classes, ...kernel }), name, seed });
}

function checkAlexnetOptions(options: AlexnetOptions): Required<AlexnetOptions> {
  const complete = checkModelOptions(options, { where: "alexnet", defaults: ALEXNET_DEFAULTS, axes: 3 });
  checkRate("alexnet", "dropout", complete.dropout);
  checkSizes("alexnet", "filters", complete.filters, 5);
  checkSizes("alexnet", "kernelSizes", complete.kernelSizes, 5);
  checkSizes("alexnet", "units", complete.units);
  checkBoolean("alexnet", "batchNorm", complete.batchNorm);
  return complete;
}
