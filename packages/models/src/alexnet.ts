/** An AlexNet for small images: five convolutions with batch norm, two wide dense layers with dropout. */

import * as tf from "@tensorflow/tfjs";
import { checkNumber } from "@tarea/core";
import { batchNorm, connect, conv2d, dense, finishModel, maxPool2d } from "./layers.js";
import { checkModelOptions, type ModelOptions } from "./modelOptions.js";
import { addOutput } from "./output.js";
import { SeededDropout } from "./seededDropout.js";

/** `inputShape` is `[H, W, C]`: at least 20 x 20. */
export interface AlexnetOptions extends ModelOptions {
  /** Rate of the dropout after both dense layers, from 0 to below 1. Default `ALEXNET_DEFAULTS.dropout`. */
  dropout?: number;
}

export const ALEXNET_DEFAULTS = { dropout: 0.5, seed: 0, name: "alexnet" } as const satisfies Partial<AlexnetOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. The first two convolutions have no padding, the
 * others keep the size. Activations are ReLU. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs too small for its poolings.
 * @example
 * const model = alexnet({ inputShape: [32, 32, 3], classes: 100, seed: 1 });
 */
export function alexnet(options: AlexnetOptions): tf.LayersModel {
  const { inputShape, classes, dropout, seed, name } = checkAlexnetOptions(options);
  const activation = "relu";
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("alexnet", input, [
    conv2d({ name: "conv1", filters: 96, kernelSize: 4, strides: 2, activation }), // [B, 32, 32, C] -> [B, 15, 15, 96]
    maxPool2d({ name: "pool1", size: 3, strides: 1 }), // -> [B, 13, 13, 96]
    batchNorm("batchNorm1"),
    conv2d({ name: "conv2", filters: 256, kernelSize: 3, strides: 2, activation }), // -> [B, 6, 6, 256]
    maxPool2d({ name: "pool2", size: 2, strides: 1 }), // -> [B, 5, 5, 256]
    batchNorm("batchNorm2"),
    conv2d({ name: "conv3", filters: 384, kernelSize: 3, padding: "same", activation }), // -> [B, 5, 5, 384]
    batchNorm("batchNorm3"),
    conv2d({ name: "conv4", filters: 384, kernelSize: 3, padding: "same", activation }),
    batchNorm("batchNorm4"),
    conv2d({ name: "conv5", filters: 256, kernelSize: 3, padding: "same", activation }), // -> [B, 5, 5, 256]
    maxPool2d({ name: "pool5", size: 2, strides: 1 }), // -> [B, 4, 4, 256]
    batchNorm("batchNorm5"),
    tf.layers.flatten({ name: "flatten" }), // -> [B, 4096]
    dense({ name: "dense1", units: 512, activation }),
    new SeededDropout({ name: "dropout1", rate: dropout, seed }),
    batchNorm("batchNorm6"),
    dense({ name: "dense2", units: 512, activation }),
    new SeededDropout({ name: "dropout2", rate: dropout, seed }),
    batchNorm("batchNorm7"),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "alexnet", classes }), name, seed });
}

function checkAlexnetOptions(options: AlexnetOptions): Required<AlexnetOptions> {
  const complete = checkModelOptions(options, { where: "alexnet", defaults: ALEXNET_DEFAULTS, axes: 3 });
  checkNumber("alexnet", "dropout", complete.dropout, { min: 0, max: 1, exclusiveMax: true });
  return complete;
}
