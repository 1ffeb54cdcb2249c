/** Other forward passes for the layers of a model, for the length of one task: seeded dropout, fused batch normalization. */

import { serialization } from "@tensorflow/tfjs";
import type * as tf from "@tensorflow/tfjs";
import { inParts, isDivided } from "./parts.js";

/** What a layer computes from its input; a layer that has several finds them in `all`. */
export type LayerCall = (input: tf.Tensor, all: readonly tf.Tensor[]) => tf.Tensor;

/** By class name: the forward pass of a layer instead of its own, or `undefined` to keep it. */
export type LayerCalls = Readonly<Record<string, (layer: tf.layers.Layer) => LayerCall | undefined>>;

/** What the forward passes on kernels of our own depend on. */
export interface OwnCallOptions {
  /** Parts of a batch that are worked on side by side. */
  parts: number;
  /** Whether gradients will be asked for. */
  training: boolean;
}

/** How the layers of a model do their work. */
export interface LayerWork {
  calls: LayerCalls;
  /** Sizes of the parts in which a batch is worked on. */
  sizes: readonly number[];
  /** Whether most layers are among `calls` and give and take whole batches. */
  wholes?: boolean;
}

/** Runs `task` while the layers named in `calls` compute what is said there, and the others a batch in parts where they can. */
export function withLayerCalls<T>(model: tf.LayersModel, { calls, sizes, wholes = false }: LayerWork, task: () => T): T {
  const changed: (() => void)[] = [];
  try {
    for (const layer of allLayers(model)) {
      const call = calls[layer.getClassName()]?.(layer);
      const before = Object.getOwnPropertyDescriptors(layer);
      if (call !== undefined) replaceCall(layer, call);
      else if (sizes.length > 1 && isDivided(layer.getClassName(), wholes) && isStock(layer)) layer.call = divided(layer, sizes);
      else continue;
      changed.push(() => restore(layer, before));
    }
    return task();
  } finally {
    for (const undo of changed) undo();
  }
}

/** Gives a layer back what it had of its own, if anything, where calls are replaced. */
function restore(layer: tf.layers.Layer, before: PropertyDescriptorMap): void {
  for (const member of ["call", "assertInputCompatibility"]) {
    const own = before[member];
    if (own === undefined) Reflect.deleteProperty(layer, member);
    else Object.defineProperty(layer, member, own);
  }
}

/** A call may pass on what an earlier layer has computed for it, so the layer no longer looks at the shape it is given. */
function replaceCall(layer: tf.layers.Layer, call: LayerCall): void {
  layer.call = (inputs) => {
    const all = Array.isArray(inputs) ? inputs : [inputs];
    return call(all[0]!, all);
  };
  Object.assign(layer, { assertInputCompatibility: () => undefined });
}

/** The layer's own forward pass, part by part. */
function divided(layer: tf.layers.Layer, sizes: readonly number[]): tf.layers.Layer["call"] {
  const call = layer.call.bind(layer);
  return (inputs, options) => {
    const list = Array.isArray(inputs) ? inputs : [inputs];
    return inParts(sizes, list, (parts) => {
      const output = call(Array.isArray(inputs) ? parts : parts[0]!, options);
      return Array.isArray(output) ? output[0]! : output;
    });
  };
}

/** The layers of a model and of the models in it. */
export function allLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return allContainers(model).flatMap(({ layers }) => layers.filter((layer) => !isContainer(layer)));
}

/** A model and the models in it. */
export function allContainers(model: tf.LayersModel): tf.LayersModel[] {
  return [model, ...model.layers.filter(isContainer).flatMap(allContainers)];
}

function isContainer(layer: object): layer is tf.LayersModel {
  return "layers" in layer;
}

/** The one layer of the same model that takes all that a layer gives, when nothing else sees it and both are used once. */
export function soleFollower({ layers, outputs }: tf.LayersModel, layer: tf.layers.Layer): tf.layers.Layer | undefined {
  const [node, ...more] = layer.outboundNodes;
  const next = node?.outboundLayer;
  if (next === undefined || more.length > 0 || outputs.some(({ sourceLayer }) => sourceLayer === layer)) return undefined;
  const usedOnce = layer.inboundNodes.length === 1 && next.inboundNodes.length === 1;
  return usedOnce && layers.includes(next) ? next : undefined;
}

/** Whether the activation that a layer applies itself is a rectifier, now: a loss may have put its own activation aside. */
export function isRectified(layer: ActivatedLayer): boolean {
  return layer.activation.getClassName() === "relu";
}

/** Whether it is that or none. */
export function isRectifiedOrLinear(layer: ActivatedLayer): boolean {
  return isRectified(layer) || layer.activation.getClassName() === "linear";
}

/** The member of TensorFlow.js's layers that have an activation. */
export interface ActivatedLayer {
  activation: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
}

/** Whether a layer is one of TensorFlow.js's own, not another one by its name. */
export function isStock(layer: tf.layers.Layer): boolean {
  return serialization.SerializationMap.getMap().classNameMap[layer.getClassName()]?.[0] === layer.constructor;
}
