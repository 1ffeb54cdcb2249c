/** The layers of the zoo: stock layers with every initializer named, and the checks that their shapes need. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import { BatchNormalization } from "./batchNormalization.js";
import { declareInitializer, seedWeights } from "./initializers.js";

export const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "linear"] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export const KERNEL_INITIALIZERS = ["glorotUniform", "glorotNormal", "heUniform", "heNormal"] as const;
export type KernelInitializer = (typeof KERNEL_INITIALIZERS)[number];

export const PADDINGS = ["valid", "same"] as const;
export type PaddingName = (typeof PADDINGS)[number];

interface KernelOptions {
  name: string;
  /** Default `linear`. */
  activation?: ActivationName;
  /** Default `glorotUniform`. */
  kernelInitializer?: KernelInitializer;
  /** Weights of the penalties on the kernel: `l1` on the sum of absolute values, `l2` on that of squares. Default 0. */
  l1?: number;
  l2?: number;
}

interface ConvolutionOptions extends KernelOptions {
  filters: number;
  kernelSize: number;
  /** Default 1. */
  strides?: number;
  /** Default `valid`. */
  padding?: PaddingName;
}

interface PoolOptions {
  name: string;
  size: number;
  /** Default `size`. */
  strides?: number;
}

/** `[B, ..., D]` -> `[B, ..., units]` */
export function dense({ units, ...options }: KernelOptions & { units: number }): tf.layers.Layer {
  return tf.layers.dense({ units, ...kernelConfig(options) });
}

/** `[B, H, W, C]` -> `[B, H', W', filters]` */
export function conv2d({ filters, kernelSize, strides = 1, padding = "valid", ...options }: ConvolutionOptions): tf.layers.Layer {
  return tf.layers.conv2d({ filters, kernelSize, strides, padding, dataFormat: "channelsLast", ...kernelConfig(options) });
}

/** `[B, T, C]` -> `[B, T', filters]` */
export function conv1d({ filters, kernelSize, strides = 1, padding = "valid", ...options }: ConvolutionOptions): tf.layers.Layer {
  return tf.layers.conv1d({ filters, kernelSize, strides, padding, ...kernelConfig(options) });
}

/** Token ids `[B, T]` -> `[B, T, units]`; ids are whole numbers from 0 to below `vocabulary`. */
export function embedding({ name, vocabulary, units }: { name: string; vocabulary: number; units: number }): tf.layers.Layer {
  const embeddingsInitializer = declareInitializer("embeddingUniform");
  return tf.layers.embedding({ name, inputDim: vocabulary, outputDim: units, embeddingsInitializer });
}

/** Normalizes each channel of `[B, ..., C]`, with Keras's momentum and epsilon. */
export function batchNorm(name: string): tf.layers.Layer {
  return new BatchNormalization({
    name,
    axis: -1,
    momentum: 0.99,
    epsilon: 1e-3,
    betaInitializer: "zeros",
    gammaInitializer: "ones",
    movingMeanInitializer: "zeros",
    movingVarianceInitializer: "ones",
  });
}

/** The greatest of each `size` x `size` window, without padding. */
export function maxPool2d({ name, size, strides = size }: PoolOptions): tf.layers.Layer {
  return tf.layers.maxPooling2d({ name, poolSize: size, strides, padding: "valid" });
}

/** The mean of each `size` x `size` window, without padding. */
export function averagePool2d({ name, size, strides = size }: PoolOptions): tf.layers.Layer {
  return tf.layers.averagePooling2d({ name, poolSize: size, strides, padding: "valid" });
}

/** The greatest of each window of `size` steps, without padding. */
export function maxPool1d({ name, size, strides = size }: PoolOptions): tf.layers.Layer {
  return tf.layers.maxPooling1d({ name, poolSize: size, strides, padding: "valid" });
}

/** Applies `layers` one after the other. @throws TareaError when one leaves nothing of its input, as a pool that is larger than it. */
export function connect(where: string, input: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((x, layer) => {
    const shape = layer.computeOutputShape(x.shape) as (number | null)[];
    if (shape.some((size) => size !== null && !(size > 0))) {
      throw new TareaError({
        code: "shape",
        where,
        problem: `the layer ${layer.name} needs a larger input`,
        received: `[${x.shape.slice(1).join(", ")}]`,
        hint: "Give a larger inputShape, or smaller windows and fewer pools.",
      });
    }
    return applied(where, layer, x);
  }, input);
}

/** Applies a layer, which makes its weights. @throws TareaError when they do not fit into memory */
function applied(where: string, layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor {
  try {
    return layer.apply(x) as tf.SymbolicTensor;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TareaError({
      code: "shape",
      where,
      problem: `the weights of the layer ${layer.name} do not fit into memory`,
      received: `an input of [${x.shape.slice(1).join(", ")}]`,
      hint: "Give a smaller inputShape, or fewer units.",
      cause: error,
    });
  }
}

/** `[B, ...]` -> `[B, D]`; what is flat already is passed on. */
export function flatten(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return x.shape.length === 2 ? x : (tf.layers.flatten({ name: "flatten" }).apply(x) as tf.SymbolicTensor);
}

export interface ModelParts {
  input: tf.SymbolicTensor;
  output: tf.SymbolicTensor;
  name: string;
  seed: number | null;
}

/** The complete model, its weights drawn from `seed`. */
export function finishModel({ input, output, name, seed }: ModelParts): tf.LayersModel {
  const model = tf.model({ inputs: input, outputs: output, name });
  if (seed !== null) seedWeights(model, seed);
  return model;
}

function kernelConfig({ name, activation = "linear", kernelInitializer = "glorotUniform", l1 = 0, l2 = 0 }: KernelOptions) {
  return {
    name,
    activation,
    kernelInitializer: declareInitializer(kernelInitializer),
    biasInitializer: "zeros" as const,
    ...(l1 > 0 || l2 > 0 ? { kernelRegularizer: tf.regularizers.l1l2({ l1, l2 }) } : {}),
  };
}
