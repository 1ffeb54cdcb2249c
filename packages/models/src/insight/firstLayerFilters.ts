/** The filters of a model's first layer with a kernel, as images. */

import type * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkOneOf, sizeOf, TareaError } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { rangeAboutZero, toImage, type InsightImage } from "./images.js";
import { inputShapeOf } from "./modelParts.js";

export interface FirstLayerFiltersOptions {
  /** How many filters at most, the first ones. Default `FIRST_LAYER_FILTERS_DEFAULTS.most`. */
  most?: number;
  /**
   * `each`: every image has its own range about zero, which shows patterns. `all`: all share one, which shows which are strong.
   * Default `FIRST_LAYER_FILTERS_DEFAULTS.scale`.
   */
  scale?: FilterScale;
}

export const FILTER_SCALES = ["each", "all"] as const;
export type FilterScale = (typeof FILTER_SCALES)[number];

export const FIRST_LAYER_FILTERS_DEFAULTS = { most: 64, scale: "each" } as const satisfies FirstLayerFiltersOptions;

export interface FirstLayerFilters {
  layer: string;
  /** Filters of the layer, drawn or not. */
  count: number;
  /** One a filter where its inputs have 1 or 3 channels, else one a filter and channel. Zero is middle grey. */
  images: InsightImage[];
}

/**
 * The kernels of the first layer that has one: those of a convolution as they are, the columns of a dense layer in the shape of the
 * model's input. Reads the weights and keeps no tensor.
 *
 * @throws TareaError for models that begin with embeddings, and for inputs that make no image.
 * @example
 * const { images } = firstLayerFilters(model);
 * imageGrid({ title: "First layer", ariaDescription: "Six filters.", idPrefix: "filters", columns: 6, images });
 */
export function firstLayerFilters(model: tf.LayersModel, options: FirstLayerFiltersOptions = {}): FirstLayerFilters {
  const where = "firstLayerFilters";
  checkModel(where, model);
  checkKnownOptions(where, options, Object.keys(FIRST_LAYER_FILTERS_DEFAULTS));
  const { most, scale } = { ...FIRST_LAYER_FILTERS_DEFAULTS, ...options };
  checkInteger(where, "most", most);
  checkOneOf(where, "scale", scale, FILTER_SCALES);

  const layer = model.layers.find((each) => each.weights.length > 0 && !/Normalization/.test(each.getClassName()));
  const kernel = layer?.weights[0]?.read();
  if (layer === undefined || kernel === undefined) throw noImages(where, "the model has no layer with a kernel");
  const [height, width, channels] = fieldOf(layer, kernel.shape, inputShapeOf(where, model));
  const values = kernel.dataSync();
  const count = kernel.shape.at(-1)!;
  const shared = rangeAboutZero(values);
  const isColor = channels === 1 || channels === 3;
  const images = Array.from({ length: Math.min(most, count) }, (_, filter) => {
    const weights = Float32Array.from({ length: height * width * channels }, (_one, i) => values[i * count + filter]!);
    const range = scale === "all" ? shared : rangeAboutZero(weights);
    const name = `filter ${filter + 1}`;
    if (isColor) return [toImage(weights, { height, width, channels }, { range, caption: [name] })];
    return Array.from({ length: channels }, (_one, channel) => {
      const plane = weights.filter((_weight, i) => i % channels === channel);
      return toImage(plane, { height, width, channels: 1 }, { range, caption: [name, `channel ${channel + 1}`] });
    });
  });
  return { layer: layer.name, count, images: images.flat() };
}

/** Sides beyond this make no image. */
const MOST_SIDE = 512;

/** Height, width and channels of what one filter looks at. */
function fieldOf(
  layer: tf.layers.Layer,
  kernel: number[],
  inputShape: number[],
): [height: number, width: number, channels: number] {
  const where = "firstLayerFilters";
  const type = layer.getClassName();
  if (type === "Conv2D") return kernel.slice(0, 3) as [number, number, number];
  if (type === "Conv1D") return [1, kernel[0]!, kernel[1]!];
  if (type !== "Dense") {
    const hint = type === "Embedding" ? "Take embeddingProjection for embeddings." : undefined;
    throw noImages(where, `the first layer with weights is ${layer.name}, of type ${type}, and has no filters`, hint);
  }
  const shape = sizeOf(inputShape) === kernel[0] ? inputShape : [kernel[0]!];
  const [height, width, channels] = shape.length === 3 ? shape : shape.length === 2 ? [...shape, 1] : [1, ...shape, 1];
  if (shape.length <= 3 && height! <= MOST_SIDE && width! <= MOST_SIDE) return [height!, width!, channels!];
  throw noImages(where, `inputs of shape [${shape.join(", ")}] make no image`);
}

function noImages(where: string, problem: string, hint?: string): TareaError {
  return new TareaError({ code: "shape", where, problem, ...(hint !== undefined && { hint }) });
}
