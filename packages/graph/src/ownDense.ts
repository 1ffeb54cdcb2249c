/** Dense layers one behind the other on kernels of our own: one operation for all of them forward, one for all their gradients. */

import * as tf from "@tensorflow/tfjs";
import { isFlatDense, isLarge, throughLarge, throughStack, type DenseLayer, type StackOptions } from "./denseOperations.js";
import { joinedDenseLayers, type BlockedWeights, type JoinedDense } from "./joinedDense.js";
import {
  allContainers,
  isRectified,
  isRectifiedOrLinear,
  soleFollower,
  type LayerCall,
  type LayerCalls,
  type OwnCallOptions,
} from "./layerCalls.js";
import { splitMatrix } from "./pieces.js";

export interface DenseOptions extends OwnCallOptions {
  blocked?: BlockedWeights;
}

/**
 * The forward passes of the dense layers of `model` in so many parts, worked on side by side: the first of a stack computes all of it,
 * the others pass it on.
 */
export function denseCalls(model: tf.LayersModel, { parts, training, blocked }: DenseOptions): LayerCalls {
  const calls = new Map<tf.layers.Layer, LayerCall>();
  const containers = allContainers(model);
  const joins = containers.flatMap((container) => joinedDenseLayers(container, blocked));
  const partners = new Map(joins.map((joined) => [joined.partner, joined]));
  const alone = new Set(joins.map(({ dense }) => dense));
  for (const layers of containers.flatMap((container) => stacksOf(container, alone))) {
    const [first, ...others] = layers as [tf.layers.Layer, ...tf.layers.Layer[]];
    const dense = first as unknown as DenseLayer;
    if (isLarge(first)) calls.set(first, (x) => large(x, dense, parts, partners.get(first)));
    else calls.set(first, (x) => stack(x, layers, { parts, columns: training }));
    for (const layer of others) calls.set(layer, (x) => x);
  }
  for (const joined of joins) {
    calls.set(joined.dense, () => joined.call(parts));
    calls.set(joined.join, (first, all) => {
      joined.take(all);
      return first;
    });
  }
  const call = (layer: tf.layers.Layer): LayerCall | undefined => calls.get(layer);
  return { Dense: call, Concatenate: call };
}

/** Runs of dense layers that follow each other with nothing but a rectifier between; a large one is by itself, as are those in `alone`. */
function stacksOf(container: tf.LayersModel, alone: ReadonlySet<tf.layers.Layer>): tf.layers.Layer[][] {
  const dense = container.layers.filter(isFlatDense);
  const next = new Map<tf.layers.Layer, tf.layers.Layer>();
  for (const layer of dense) {
    const follower = soleFollower(container, layer);
    if (follower === undefined || !dense.includes(follower) || [layer, follower].some((one) => isLarge(one) || alone.has(one)))
      continue;
    if (isRectifiedOrLinear(layer as unknown as DenseLayer)) next.set(layer, follower);
  }
  const followers = new Set(next.values());
  return dense.filter((layer) => !followers.has(layer)).map((first) => [...chain(first, next)]);
}

function* chain(first: tf.layers.Layer, next: ReadonlyMap<tf.layers.Layer, tf.layers.Layer>): Generator<tf.layers.Layer> {
  for (let layer: tf.layers.Layer | undefined = first; layer !== undefined; layer = next.get(layer)) yield layer;
}

/** What goes through all layers; the last one's activation comes after when it is no rectifier. */
function stack(x: tf.Tensor, layers: readonly tf.layers.Layer[], options: Omit<StackOptions, "rectify">): tf.Tensor {
  const dense = layers as unknown as readonly DenseLayer[];
  const kernels = dense.map(({ kernel }) => kernel.read());
  const biases = dense.map(({ bias }, l) => bias?.read() ?? tf.zeros([kernels[l]!.shape[1]!]));
  const last = dense.at(-1)!;
  const y = throughStack(x, kernels, biases, { ...options, rectify: dense.map((layer) => (isRectified(layer) ? 1 : 0)) });
  return isRectified(last) ? y : last.activation.apply(y);
}

/** One layer with a large kernel; with `joined`, also what its input adds to the sums of that layer. */
function large(x: tf.Tensor, layer: DenseLayer, parts: number, joined?: JoinedDense): tf.Tensor {
  const { kernel, bias, activation } = layer;
  const rectify = isRectified(layer);
  const units = kernel.read().shape[1]!;
  const columns = joined === undefined ? [] : [joined.column()];
  const offset = bias?.read() ?? tf.zeros([units]);
  const y = throughLarge(x, kernel.read(), offset, columns, { rectify, parts });
  const [own, sums] = joined === undefined ? [y] : splitMatrix(y, [units, 1], 1);
  if (sums !== undefined) joined!.give(sums);
  return rectify ? own! : activation.apply(own!);
}
