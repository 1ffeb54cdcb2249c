/** What a model is made of, as plain data, with the shapes and counts of the model itself. */

import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "@tarea/core";
import { checkModel } from "./arguments.js";
import { multiplyAddsOf } from "./multiplyAdds.js";

export interface LayerSummary {
  name: string;
  /** TF.js class name, for example `Dense`. */
  type: string;
  /** Output shape without the batch axis. */
  outputShape: number[];
  params: number;
  /** Multiply-adds for one sample: products of kernels with their inputs. `null` for a layer type that has no formula. */
  multiplyAdds: number | null;
  /** Bytes of the output for one sample as float32; 0 where the layer only passes on or reshapes what it gets. */
  activationBytes: number;
  /** Options worth a word, for example `relu`; empty when there is none. */
  details: string;
  /** Names of the layers whose output this one takes; empty for an input. */
  connectedTo: string[];
}

export interface ModelSummary {
  name: string;
  layers: LayerSummary[];
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  /** Bytes of all weights as float32. */
  sizeBytes: number;
  /** Multiply-adds for one sample; `null` when a layer's are not known. */
  multiplyAdds: number | null;
  /** Bytes that the outputs of all layers take for one sample, as training holds them. */
  activationBytes: number;
}

/** Summarizes a built model. Layers come in the model's order. */
export function summarizeModel(model: tf.LayersModel): ModelSummary {
  checkModel("summarizeModel", model);
  const trainableParams = countParams(model.trainableWeights);
  const nonTrainableParams = countParams(model.nonTrainableWeights);
  const totalParams = trainableParams + nonTrainableParams;
  const layers = model.layers.map(summarizeLayer);
  return {
    name: model.name,
    layers,
    totalParams,
    trainableParams,
    nonTrainableParams,
    sizeBytes: 4 * totalParams,
    multiplyAdds: layers.reduce<number | null>((sum, { multiplyAdds }) => addKnown(sum, multiplyAdds), 0),
    activationBytes: layers.reduce((sum, { activationBytes }) => sum + activationBytes, 0),
  };
}

/** Layers whose output is their input in another shape, or nothing of their own. */
const VIEWS = ["InputLayer", "Flatten", "Reshape"];

function summarizeLayer(layer: tf.layers.Layer): LayerSummary {
  const type = layer.getClassName();
  const node = layer.inboundNodes[0]!;
  const outputShape = sampleShape(node.outputShapes);
  const shapes = { input: sampleShape(node.inputShapes), output: outputShape };
  return {
    name: layer.name,
    type,
    outputShape,
    params: layer.countParams(),
    multiplyAdds: multiplyAddsOf(layer, shapes),
    activationBytes: VIEWS.includes(type) ? 0 : 4 * sizeOf(outputShape),
    details: detailsOf(layer),
    connectedTo: node.inboundLayers.map((inbound) => inbound.name),
  };
}

/** The first of a node's shapes, without the batch axis. */
function sampleShape(shapes: tf.Shape | tf.Shape[]): number[] {
  const first = (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tf.Shape;
  return first.slice(1).map((length) => length ?? 0);
}

interface LayerConfig {
  activation?: unknown;
  rate?: unknown;
  kernelSize?: number[];
  poolSize?: number | number[];
  size?: number[];
  strides?: number | number[];
  padding?: string;
  activityPenalty?: { l1: number; l2: number };
}

/** Window, stride, activation, rate: what tells the layer from others of its type. */
function detailsOf(layer: tf.layers.Layer): string {
  const { activation, rate, kernelSize, poolSize, size, strides, padding, activityPenalty } = layer.getConfig() as LayerConfig;
  const window = kernelSize ?? poolSize;
  return [
    window === undefined ? undefined : times(window),
    window === undefined || [strides ?? 1].flat().every((stride) => stride === 1) ? undefined : `stride ${times(strides!)}`,
    kernelSize === undefined || padding === "valid" ? undefined : padding,
    layer.getClassName() === "UpSampling2D" && size !== undefined ? times(size) : undefined,
    typeof rate === "number" ? `rate ${rate}` : undefined,
    typeof activation === "string" && activation !== "linear" ? activation : undefined,
    activityPenalty === undefined ? undefined : `activity L1 ${activityPenalty.l1}, L2 ${activityPenalty.l2}`,
  ]
    .filter((detail) => detail !== undefined)
    .join(", ");
}

function times(sizes: number | number[]): string {
  return [sizes].flat().join("x");
}

function countParams(weights: { shape: (number | null)[] }[]): number {
  return weights.reduce((sum, weight) => sum + sizeOf(weight.shape.map((length) => length ?? 1)), 0);
}

function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
