/** A VGG for small images: blocks of 3 x 3 convolutions, each after batch norm, then dense layers with dropout. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger, checkList } from "@tarea/core";
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

/** `inputShape` is `[H, W, C]`; the first block halves it, each further one takes one row and column: at least 10 x 10 by default. */
export interface VggOptions extends KernelModelOptions {
  /** Filters of the convolutions, block by block. Default `VGG_DEFAULTS.blocks`. */
  blocks?: readonly (readonly number[])[];
  /** Units of the dense layers. Default `VGG_DEFAULTS.units`. */
  units?: readonly number[];
  /** Rate of the dropout after each dense layer, from 0 to below 1. Default `VGG_DEFAULTS.dropout`. */
  dropout?: number;
  /** Side of the square kernels. Default `VGG_DEFAULTS.kernelSize`. */
  kernelSize?: number;
  /** Whether batch norm comes before every convolution and after every dense layer. Default `VGG_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const VGG_DEFAULTS = {
  blocks: [
    [32, 32],
    [64, 64],
    [128, 128, 128],
    [256, 256, 256],
    [256, 256, 128],
  ],
  units: [128, 128, 128],
  dropout: 0.5,
  kernelSize: 3,
  batchNorm: true,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "vgg",
} as const satisfies Partial<VggOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 -> `[B, classes]` probabilities. Every block ends in a 2 x 2 pool, of stride 2 in the
 * first block and 1 in the others. Activations are ReLU. The caller disposes it.
 *
 * @throws TareaError for bad options, and for inputs too small for its poolings.
 * @example
 * const model = vgg({ inputShape: [32, 32, 3], classes: 100, seed: 1 });
 */
export function vgg(options: VggOptions): tf.LayersModel {
  const complete = checkVggOptions(options);
  const { inputShape, classes, blocks, units, seed, name } = complete;
  const kernel = kernelOptions("vgg", complete);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const x = connect("vgg", input, [
    ...blocks.flatMap((filters, i) => blockLayers(filters, i + 1, complete)),
    tf.layers.flatten({ name: "flatten" }),
    ...units.flatMap((width, i) => denseLayers(width, i + 1, complete)),
  ]);
  return finishModel({ input, output: addOutput(x, { where: "vgg", classes, ...kernel }), name, seed });
}

/** `[B, H, W, C]` -> `[B, H / 2, W / 2, F]` in the first block, -> `[B, H - 1, W - 1, F]` in the others. */
function blockLayers(filters: readonly number[], block: number, options: Required<VggOptions>): tf.layers.Layer[] {
  const kernel = {
    kernelSize: options.kernelSize,
    padding: "same",
    activation: "relu",
    ...kernelOptions("vgg", options),
  } as const;
  const convolutions = filters.flatMap((count, i) => [
    ...(options.batchNorm ? [batchNorm(`batchNorm${block}_${i + 1}`)] : []),
    conv2d({ name: `conv${block}_${i + 1}`, filters: count, ...kernel }),
  ]);
  return [...convolutions, maxPool2d({ name: `pool${block}`, size: 2, strides: block === 1 ? 2 : 1 })];
}

function denseLayers(units: number, i: number, options: Required<VggOptions>): tf.layers.Layer[] {
  const { dropout, batchNorm: norm, seed } = options;
  return [
    dense({ name: `dense${i}`, units, activation: "relu", ...kernelOptions("vgg", options) }),
    new SeededDropout({ name: `dropout${i}`, rate: dropout, seed }),
    ...(norm ? [batchNorm(`batchNorm${i}`)] : []),
  ];
}

function checkVggOptions(options: VggOptions): Required<VggOptions> {
  const complete = checkModelOptions(options, { where: "vgg", defaults: VGG_DEFAULTS, axes: 3 });
  checkList("vgg", "blocks", complete.blocks);
  for (const [b, filters] of complete.blocks.entries()) checkSizes("vgg", `blocks[${b}]`, filters);
  checkSizes("vgg", "units", complete.units);
  checkRate("vgg", "dropout", complete.dropout);
  checkInteger("vgg", "kernelSize", complete.kernelSize);
  checkBoolean("vgg", "batchNorm", complete.batchNorm);
  return complete;
}
