/** Other forward passes for the layers of a model, for the length of one task: seeded dropout, fused batch normalization. */

import type * as tf from "@tensorflow/tfjs";

/** What a layer computes in training. */
export type LayerCall = (inputs: tf.Tensor) => tf.Tensor;

/** By class name: the forward pass of a layer instead of its own, or `undefined` to keep it. */
export type LayerCalls = Readonly<Record<string, (layer: tf.layers.Layer) => LayerCall | undefined>>;

/** Runs `task` while the layers named in `calls` compute what is said there. */
export function withLayerCalls<T>(model: tf.LayersModel, calls: LayerCalls, task: () => T): T {
  const changed: tf.layers.Layer[] = [];
  try {
    for (const layer of allLayers(model)) {
      const call = calls[layer.getClassName()]?.(layer);
      if (call === undefined) continue;
      layer.call = (inputs) => call(Array.isArray(inputs) ? inputs[0]! : inputs);
      changed.push(layer);
    }
    return task();
  } finally {
    for (const layer of changed) delete (layer as { call?: unknown }).call;
  }
}

/** The layers of a model and of the models in it. */
export function allLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => ("layers" in layer ? allLayers(layer as unknown as tf.LayersModel) : [layer]));
}
