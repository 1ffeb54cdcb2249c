/** A convolutional autoencoder that learns to give clean images back for noisy ones. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import { connect, conv2d, finishModel, maxPool2d } from "./layers.js";
import { checkModelOptions, checkSizes, type ModelOptions } from "./modelOptions.js";
import { outputLayer } from "./output.js";
import { upSampling2d } from "./upSampling2d.js";

/** `inputShape` is `[H, W, C]`; height and width are multiples of 4. */
export interface DenoisingAutoencoderOptions extends Omit<ModelOptions, "classes"> {
  /** Filters of the two convolutions before the poolings. Default `DENOISING_AUTOENCODER_DEFAULTS.encoderFilters`. */
  encoderFilters?: readonly [number, number];
  /** Filters of the two convolutions before the up-samplings. Default `DENOISING_AUTOENCODER_DEFAULTS.decoderFilters`. */
  decoderFilters?: readonly [number, number];
}

export const DENOISING_AUTOENCODER_DEFAULTS = {
  encoderFilters: [32, 32],
  decoderFilters: [8, 8],
  seed: 0,
  name: "denoisingAutoencoder",
} as const satisfies Partial<DenoisingAutoencoderOptions>;

/**
 * Builds the network, `[B, H, W, C]` float32 in [0, 1] -> the same shape, each value in (0, 1). All convolutions are 3 x 3. The
 * caller disposes it.
 *
 * @throws TareaError for bad options, and for sides that are no multiples of 4.
 * @example
 * const model = denoisingAutoencoder({ inputShape: [28, 28, 1], seed: 1 });
 */
export function denoisingAutoencoder(options: DenoisingAutoencoderOptions): tf.LayersModel {
  const { inputShape, encoderFilters, decoderFilters, seed, name } = checkDenoisingAutoencoderOptions(options);
  const convolution = { kernelSize: 3, padding: "same", activation: "relu" } as const;
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const output = connect("denoisingAutoencoder", input, [
    conv2d({ name: "encoder1", filters: encoderFilters[0], ...convolution }), // [B, H, W, C] -> [B, H, W, F]
    maxPool2d({ name: "pool1", size: 2 }), // -> [B, H / 2, W / 2, F]
    conv2d({ name: "encoder2", filters: encoderFilters[1], ...convolution }),
    maxPool2d({ name: "pool2", size: 2 }), // -> [B, H / 4, W / 4, F]
    conv2d({ name: "decoder1", filters: decoderFilters[0], ...convolution }),
    upSampling2d({ name: "upSampling1", size: 2 }), // -> [B, H / 2, W / 2, F]
    conv2d({ name: "decoder2", filters: decoderFilters[1], ...convolution }),
    upSampling2d({ name: "upSampling2", size: 2 }), // -> [B, H, W, F]
    conv2d({ name: "logits", filters: inputShape[2]!, ...convolution, activation: "linear" }), // -> [B, H, W, C]
    outputLayer("sigmoid"),
  ]);
  return finishModel({ input, output, name, seed });
}

function checkDenoisingAutoencoderOptions(options: DenoisingAutoencoderOptions): Required<DenoisingAutoencoderOptions> {
  const where = "denoisingAutoencoder";
  const complete = checkModelOptions(options as ModelOptions & DenoisingAutoencoderOptions, {
    where,
    defaults: DENOISING_AUTOENCODER_DEFAULTS,
    required: ["inputShape"],
    axes: 3,
  });
  for (const name of ["encoderFilters", "decoderFilters"] as const) checkSizes(where, name, complete[name], 2);
  const [height, width] = complete.inputShape as [number, number];
  if (height % 4 === 0 && width % 4 === 0) return complete;
  throw new TareaError({
    code: "shape",
    where,
    problem: "height and width must be multiples of 4, as they are halved twice and doubled twice",
    received: `[${complete.inputShape.join(", ")}]`,
  });
}
