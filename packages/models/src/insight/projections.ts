/** Embeddings, and what hidden layers make of samples, as points on a few axes. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, TareaError } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { batchTensor, layerOf, outputOf, withoutTensors, type Samples } from "./modelParts.js";
import { pca, PCA_DEFAULTS, type Pca } from "./pca.js";

export interface EmbeddingProjectionOptions {
  /** Name of an embedding layer; default: the first. */
  layer?: string;
  /** Token ids whose embeddings are projected, at least 2; default: all. */
  ids?: readonly number[];
  /** Axes of the points. Default `PCA_DEFAULTS.components`. */
  components?: number;
}

export interface EmbeddingProjection extends Pca {
  layer: string;
  /** The token of each point. */
  ids: number[];
}

export interface ActivationProjectionOptions {
  /** Name of a layer; its outputs are taken flat. */
  layer: string;
  /** Axes of the points. Default `PCA_DEFAULTS.components`. */
  components?: number;
}

export interface ActivationProjection extends Pca {
  layer: string;
}

/**
 * The rows of an embedding on the axes along which they differ most. Keeps no tensor.
 *
 * @throws TareaError for models without embeddings, ids outside the vocabulary, and bad options.
 * @example
 * const { points, explainedVarianceRatio } = embeddingProjection(model, { ids: [4, 7, 9] });
 */
export function embeddingProjection(model: tf.LayersModel, options: EmbeddingProjectionOptions = {}): EmbeddingProjection {
  const where = "embeddingProjection";
  checkModel(where, model);
  checkKnownOptions(where, options, ["layer", "ids", "components"]);
  const layer =
    options.layer === undefined
      ? model.layers.find((each) => each.getClassName() === "Embedding")
      : layerOf(where, model, options.layer);
  if (layer?.getClassName() !== "Embedding") {
    const problem = layer === undefined ? "the model has no embedding" : `the layer ${layer.name} is no embedding`;
    throw new TareaError({ code: "option", where, problem, hint: "Take activationProjection for other layers." });
  }
  const table = layer.weights[0]!.read();
  const [vocabulary, width] = table.shape as [number, number];
  const ids = [...(options.ids ?? Array.from({ length: vocabulary }, (_, id) => id))];
  for (const [i, id] of ids.entries()) checkInteger(where, `ids[${i}]`, id, { min: 0, max: vocabulary - 1 });
  const values = table.dataSync();
  const data = Float64Array.from(
    { length: ids.length * width },
    (_, i) => values[ids[Math.floor(i / width)]! * width + (i % width)]!,
  );
  const { components = PCA_DEFAULTS.components } = options;
  return { layer: layer.name, ids, ...pca({ shape: [ids.length, width], data }, { components }) };
}

/**
 * What a layer puts out for each of `samples`, on the axes along which that differs most. The pass is that of prediction. Keeps no
 * tensor.
 *
 * @throws TareaError for unknown layers, and for samples of another shape.
 * @example
 * const { points } = activationProjection(model, images, { layer: "dense2" });
 */
export function activationProjection(
  model: tf.LayersModel,
  samples: Samples,
  options: ActivationProjectionOptions,
): ActivationProjection {
  const where = "activationProjection";
  checkModel(where, model);
  checkKnownOptions(where, options, ["layer", "components"]);
  const layer = layerOf(where, model, options.layer);
  const table = withoutTensors(() => {
    const inner = tf.model({ inputs: model.inputs, outputs: outputOf(layer) });
    const outputs = inner.apply(batchTensor(where, model, samples), { training: false }) as tf.Tensor;
    const [count = 0] = outputs.shape;
    return { shape: [count, outputs.size / count] as const, data: outputs.dataSync() };
  });
  const { components = PCA_DEFAULTS.components } = options;
  return { layer: layer.name, ...pca(table, { components }) };
}
