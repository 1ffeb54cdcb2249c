/** Other forward passes for the layers of a model, for the length of one task: seeded dropout, fused batch normalization. */

import type * as tf from "@tensorflow/tfjs";
import { inParts, isPerSample } from "./parts.js";

/** What a layer computes in training. */
export type LayerCall = (inputs: tf.Tensor) => tf.Tensor;

/** By class name: the forward pass of a layer instead of its own, or `undefined` to keep it. */
export type LayerCalls = Readonly<Record<string, (layer: tf.layers.Layer) => LayerCall | undefined>>;

/** How a model computes in training. */
export interface TrainingCalls {
  calls: LayerCalls;
  /** Sizes of the parts in which a batch is worked on. */
  sizes: readonly number[];
}

/** Runs `task` while the layers named in `calls` compute what is said there, and the others a batch in parts where they can. */
export function withLayerCalls<T>(model: tf.LayersModel, { calls, sizes }: TrainingCalls, task: () => T): T {
  const changed: tf.layers.Layer[] = [];
  try {
    for (const layer of allLayers(model)) {
      const call = calls[layer.getClassName()]?.(layer);
      if (call !== undefined) layer.call = (inputs) => call(Array.isArray(inputs) ? inputs[0]! : inputs);
      else if (sizes.length > 1 && isPerSample(layer)) layer.call = divided(layer, sizes);
      else continue;
      changed.push(layer);
    }
    return task();
  } finally {
    for (const layer of changed) delete (layer as { call?: unknown }).call;
  }
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
  return model.layers.flatMap((layer) => ("layers" in layer ? allLayers(layer as unknown as tf.LayersModel) : [layer]));
}
