/** What every layer makes of one sample. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { rangeOf, toImage, type InsightImage } from "./images.js";
import { layerOf, outputOf, sampleTensor, withoutTensors, type Samples } from "./modelParts.js";

export interface FeatureMapsOptions {
  /** Names of layers, in any order; default: all but inputs and those that only pass on or reshape. */
  layers?: readonly string[];
  /** How many channels of a layer are drawn at most, the first ones. Default `FEATURE_MAPS_DEFAULTS.most`. */
  most?: number;
}

export const FEATURE_MAPS_DEFAULTS = { most: 16 } as const satisfies FeatureMapsOptions;

export interface LayerFeatures {
  layer: string;
  /** TF.js class name, for example `Conv2D`. */
  type: string;
  /** Without the batch axis. */
  outputShape: number[];
  /** One a channel for `[H, W, C]`, one of T rows and C columns for `[T, C]`, none for vectors; black is the least value. */
  images: InsightImage[];
  /** What the layer puts out where that is a vector; else empty. */
  values: number[];
  /** Least and greatest value of the whole layer. */
  range: [low: number, high: number];
}

/**
 * Runs `sample` through the model as prediction does and gives the outputs of its layers, in the model's order. Keeps no tensor.
 *
 * @throws TareaError for unknown layers, and for samples of another shape.
 * @example
 * const [first] = featureMaps(model, image, { layers: ["conv1"] });
 * imageGrid({ title: "conv1", ariaDescription: "Six maps.", idPrefix: "maps", columns: 6, images: first.images });
 */
export function featureMaps(model: tf.LayersModel, sample: Samples, options: FeatureMapsOptions = {}): LayerFeatures[] {
  const where = "featureMaps";
  checkModel(where, model);
  checkKnownOptions(where, options, ["layers", "most"]);
  const most = checkInteger(where, "most", options.most ?? FEATURE_MAPS_DEFAULTS.most);
  const wanted = options.layers?.map((name) => layerOf(where, model, name));
  const layers = model.layers.filter((layer) => wanted?.includes(layer) ?? !PASSING.includes(layer.getClassName()));
  if (layers.length === 0) return [];
  return withoutTensors(() => {
    const input = sampleTensor(where, model, sample);
    const inner = tf.model({ inputs: model.inputs, outputs: layers.map(outputOf) });
    const outputs = [inner.apply(input, { training: false }) as tf.Tensor | tf.Tensor[]].flat();
    return layers.map((layer, i) => describe(layer, outputs[i]!, most));
  });
}

const PASSING = ["InputLayer", "Dropout", "Flatten", "Reshape"];

function describe(layer: tf.layers.Layer, output: tf.Tensor, most: number): LayerFeatures {
  const outputShape = output.shape.slice(1);
  const values = output.dataSync();
  const common = { layer: layer.name, type: layer.getClassName(), outputShape, range: rangeOf(values) };
  if (outputShape.length < 2 || outputShape.length > 3) return { ...common, images: [], values: [...values] };
  if (outputShape.length === 2) {
    const [height, width] = outputShape as [number, number];
    const picture = { range: common.range, caption: [layer.name] };
    return { ...common, images: [toImage(values, { height, width, channels: 1 }, picture)], values: [] };
  }
  const [height, width, channels] = outputShape as [number, number, number];
  const images = Array.from({ length: Math.min(most, channels) }, (_, channel) => {
    const plane = Float32Array.from({ length: height * width }, (_one, i) => values[i * channels + channel]!);
    return toImage(plane, { height, width, channels: 1 }, { range: rangeOf(plane), caption: [`channel ${channel + 1}`] });
  });
  return { ...common, images, values: [] };
}
