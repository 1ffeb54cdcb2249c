/**
 * How many multiply-adds a layer takes for one sample. Counted are the products of kernels with their inputs, those with padding's
 * zeros included: a dense layer takes its inputs times its units, a convolution its kernel for every position it is put on. Biases,
 * activations, pools, up-sampling, look-ups and normalization (a scale and a shift, which fold into a neighbour) count nothing.
 */

import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "@tarea/core";

export interface LayerShapes {
  /** Without the batch axis, of the first input. */
  input: readonly number[];
  /** Without the batch axis. */
  output: readonly number[];
}

/** Layers whose weights multiply nothing that is counted, by class name. */
const UNCOUNTED = ["Embedding", "BatchNormalization", "LayerNormalization", "PReLU"];

/** The multiply-adds of `layer`; `null` when it has weights and is of a type with no formula here. */
export function multiplyAddsOf(layer: tf.layers.Layer, { input, output }: LayerShapes): number | null {
  const type = layer.getClassName();
  if (layer.weights.length === 0 || UNCOUNTED.includes(type)) return 0;
  const kernels = layer.weights.map((weight) => weight.shape as number[]).filter((shape) => shape.length > 1);
  return FORMULAS[type]?.(kernels, { input, output }) ?? null;
}

type Formula = (kernels: number[][], shapes: LayerShapes) => number;

/** Every output is a sum over all but the last axis of the kernel. `[...K, C, F]`, `[..., F]` */
const perOutput: Formula = ([kernel = []], { output }) => sizeOf(output) * sizeOf(kernel.slice(0, -1));

/** Every filter channel has its own field. `[KH, KW, C, M]`, `[H, W, C * M]` */
const depthwise: Formula = ([kernel = []], { output }) => sizeOf(output) * sizeOf(kernel.slice(0, 2));

const FORMULAS: Readonly<Record<string, Formula>> = {
  Dense: perOutput,
  Conv1D: perOutput,
  Conv2D: perOutput,
  Conv3D: perOutput,
  DepthwiseConv2D: depthwise,
  /** A depthwise convolution, then one of 1 x 1. */
  SeparableConv2D: ([field = [], point = []], { output }) => {
    const positions = sizeOf(output.slice(0, -1));
    return positions * (sizeOf(field) + sizeOf(point));
  },
  /** Every input position spreads over the whole kernel. `[KH, KW, F, C]`, `[H, W, C]` */
  Conv2DTranspose: ([kernel = []], { input }) => sizeOf(input.slice(0, -1)) * sizeOf(kernel),
};
