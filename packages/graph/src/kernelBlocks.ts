/**
 * Large kernels of dense layers kept in blocks. A layer whose kernel is larger than its batch is divided by its weights, not by its
 * samples: each block is multiplied, differentiated and updated by itself, side by side, while it is in a core's own cache.
 */

import * as tf from "@tensorflow/tfjs";
import { allLayers, type LayerCall } from "./layerCalls.js";
import { isFlatDense, type DenseLayer } from "./denseOperations.js";
import { stretches } from "./parts.js";

/** How a weight is cut: into stretches of `sizes` along `axis`. */
export interface Division {
  axis: number;
  sizes: readonly number[];
}

/** The variables that stand for a weight in a trace. */
export interface BlockedWeight {
  axis: number;
  blocks: tf.Variable[];
}

/** Numbers in a block, about: it fits a core's second cache, with its gradient and its slots. */
const BLOCK_SIZE = 2 ** 18;

/** More blocks cost more than they gain. */
const MOST_BLOCKS = 48;

/** The kernels of `model` that are worth cutting, each along its longer axis, for steps in so many shards. */
export function kernelDivisions(model: tf.LayersModel, shards: number): Map<tf.Variable, Division> {
  const divisions = new Map<tf.Variable, Division>();
  if (shards === 1) return divisions;
  for (const layer of allLayers(model)) {
    const kernel = trainedKernel(layer);
    if (kernel === undefined || kernel.size < 2 * BLOCK_SIZE) continue;
    const [rows, columns] = kernel.shape as [number, number];
    const axis = rows >= columns ? 0 : 1;
    const count = Math.min(MOST_BLOCKS, shards * Math.ceil(kernel.size / BLOCK_SIZE / shards));
    divisions.set(kernel, { axis, sizes: stretches(kernel.shape[axis]!, count).map(({ size }) => size) });
  }
  return divisions;
}

/** The forward pass of dense layers whose kernel is in blocks. */
export function blockedDense(
  weights: ReadonlyMap<tf.Variable, BlockedWeight>,
): (layer: tf.layers.Layer) => LayerCall | undefined {
  return (layer) => {
    const kernel = trainedKernel(layer);
    const blocked = kernel && weights.get(kernel);
    if (blocked === undefined) return undefined;
    return (inputs) => {
      const { bias, activation } = layer as unknown as DenseLayer; // now: a loss may have put its own activation aside
      const product = productOf(inputs as tf.Tensor2D, blocked);
      return activation.apply(bias ? tf.add(product, bias.read()) : product);
    };
  };
}

/** Inputs `[B, n]` times a kernel `[n, m]` in blocks of rows or of columns. */
function productOf(inputs: tf.Tensor2D, { axis, blocks }: BlockedWeight): tf.Tensor {
  const kernels = blocks as unknown as tf.Tensor2D[];
  if (axis === 1) {
    const products = kernels.map((block) => tf.matMul(inputs, block));
    return tf.concat(products, 1);
  }
  const lengths = kernels.map(({ shape }) => shape[0]);
  const columns = tf.split(inputs, lengths, 1);
  return tf.addN(kernels.map((block, i) => tf.matMul(columns[i]!, block)));
}

/** The trained kernel of a dense layer, when nothing but the product with its inputs `[B, n]` uses it. */
export function trainedKernel(layer: tf.layers.Layer): tf.Variable | undefined {
  const { kernel, kernelRegularizer } = layer as unknown as Partial<DenseLayer>;
  if (!layer.trainable || kernel === undefined || kernelRegularizer || !isFlatDense(layer)) return undefined;
  return kernel.read() as tf.Variable;
}
