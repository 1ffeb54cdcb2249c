/** Layers on the kernels of our own, for training and for prediction. */

import type * as tf from "@tensorflow/tfjs";
import type { LayerCalls } from "./layerCalls.js";
import { convolutionCalls, type ConvolutionOptions } from "./ownConvolution.js";
import { denseCalls } from "./ownDense.js";
import { ownEmbedding } from "./ownEmbedding.js";

/** The forward passes of the layers of `model` that have kernels of our own; none for a model that is a function. */
export function ownCalls(model: tf.LayersModel | undefined, options: ConvolutionOptions): LayerCalls {
  if (model === undefined) return {};
  const { parts } = options;
  return {
    ...convolutionCalls(model, options),
    ...denseCalls(model, parts),
    Embedding: (layer) => ownEmbedding(layer, parts),
  };
}
