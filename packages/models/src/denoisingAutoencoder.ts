/** A convolutional autoencoder that learns to give clean images back for noisy ones. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger, TareaError } from "@tarea/core";
import { batchNorm, connect, conv2d, finishModel, maxPool2d } from "./layers.js";
import {
  checkModelOptions,
  checkRate,
  checkSizes,
  KERNEL_DEFAULTS,
  kernelOptions,
  type KernelModelOptions,
} from "./modelOptions.js";
import { outputLayer } from "./output.js";
import { dropoutLayers } from "./seededDropout.js";
import { upSampling2d } from "./upSampling2d.js";

/** `inputShape` is `[H, W, C]`; height and width are multiples of 4. */
export interface DenoisingAutoencoderOptions extends Omit<KernelModelOptions, "classes"> {
  /** Filters of the two convolutions before the poolings. Default `DENOISING_AUTOENCODER_DEFAULTS.encoderFilters`. */
  encoderFilters?: readonly [number, number];
  /** Filters of the two convolutions before the up-samplings. Default `DENOISING_AUTOENCODER_DEFAULTS.decoderFilters`. */
  decoderFilters?: readonly [number, number];
  /** Side of the square kernels. Default `DENOISING_AUTOENCODER_DEFAULTS.kernelSize`. */
  kernelSize?: number;
  /** Rate of a dropout after the second pool, from 0 (none) to below 1. Default `DENOISING_AUTOENCODER_DEFAULTS.dropout`. */
  dropout?: number;
  /** Whether batch norm follows every convolution but the last. Default `DENOISING_AUTOENCODER_DEFAULTS.batchNorm`. */
  batchNorm?: boolean;
}

export const DENOISING_AUTOENCODER_DEFAULTS = {
  encoderFilters: [32, 32],
  decoderFilters: [8, 8],
  kernelSize: 3,
  dropout: 0,
  batchNorm: false,
  ...KERNEL_DEFAULTS,
  seed: 0,
  name: "denoisingAutoencoder",
} as const satisfies Partial<DenoisingAutoencoderOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 in [0, 1] -> the same shape, each value in (0, 1). The
 * caller disposes it.
 *
 * @throws TareaError for bad options, and for sides that are no multiples of 4.
 * @example
 * const model = denoisingAutoencoder({ inputShape: [28, 28, 1], seed: 1 });
 */
export function denoisingAutoencoder(options: DenoisingAutoencoderOptions): tf.LayersModel {
  const { inputShape, encoderFilters, decoderFilters, kernelSize, dropout, seed, name, ...rest } =
    checkDenoisingAutoencoderOptions(options);
  const kernel = kernelOptions("denoisingAutoencoder", rest);
  const convolution = { kernelSize, padding: "same", activation: "relu", ...kernel } as const;
  const norms = (i: number): tf.layers.Layer[] => (rest.batchNorm ? [batchNorm(`batchNorm${i}`)] : []);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const output = connect("denoisingAutoencoder", input, [
    conv2d({ name: "encoder1", filters: encoderFilters[0], ...convolution }), // [B, H, W, C] -> [B, H, W, F]
    ...norms(1),
    maxPool2d({ name: "pool1", size: 2 }), // -> [B, H / 2, W / 2, F]
    conv2d({ name: "encoder2", filters: encoderFilters[1], ...convolution }),
    ...norms(2),
    maxPool2d({ name: "pool2", size: 2 }), // -> [B, H / 4, W / 4, F]
    ...dropoutLayers("dropout1", dropout, seed),
    conv2d({ name: "decoder1", filters: decoderFilters[0], ...convolution }),
    ...norms(3),
    upSampling2d({ name: "upSampling1", size: 2 }), // -> [B, H / 2, W / 2, F]
    conv2d({ name: "decoder2", filters: decoderFilters[1], ...convolution }),
    ...norms(4),
    upSampling2d({ name: "upSampling2", size: 2 }), // -> [B, H, W, F]
    conv2d({ name: "logits", filters: inputShape[2]!, ...convolution, activation: "linear" }), // -> [B, H, W, C]
    outputLayer("sigmoid"),
  ]);
  return finishModel({ input, output, name, seed });
}

function checkDenoisingAutoencoderOptions(options: DenoisingAutoencoderOptions): Required<DenoisingAutoencoderOptions> {
  const where = "denoisingAutoencoder";
  const complete = checkModelOptions(options as KernelModelOptions & DenoisingAutoencoderOptions, {
    where,
    defaults: DENOISING_AUTOENCODER_DEFAULTS,
    required: ["inputShape"],
    axes: 3,
  });
  for (const name of ["encoderFilters", "decoderFilters"] as const) checkSizes(where, name, complete[name], 2);
  checkInteger(where, "kernelSize", complete.kernelSize);
  checkRate(where, "dropout", complete.dropout);
  checkBoolean(where, "batchNorm", complete.batchNorm);
  const [height, width] = complete.inputShape as [number, number];
  if (height % 4 === 0 && width % 4 === 0) return complete;
  throw new TareaError({
    code: "shape",
    where,
    problem: "height and width must be multiples of 4, as they are halved twice and doubled twice",
    received: `[${complete.inputShape.join(", ")}]`,
  });
}
