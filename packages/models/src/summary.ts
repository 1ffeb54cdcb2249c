/** What a model is made of, as plain data and as text, with the shapes and counts of the model itself. */

import type * as tf from "@tensorflow/tfjs";

export interface LayerSummary {
  name: string;
  /** TF.js class name, for example `Dense`. */
  type: string;
  /** Output shape without the batch axis. */
  outputShape: number[];
  params: number;
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
}

/** Summarizes a built model. Layers come in the model's order. */
export function summarizeModel(model: tf.LayersModel): ModelSummary {
  const trainableParams = countParams(model.trainableWeights);
  const nonTrainableParams = countParams(model.nonTrainableWeights);
  const totalParams = trainableParams + nonTrainableParams;
  return {
    name: model.name,
    layers: model.layers.map(summarizeLayer),
    totalParams,
    trainableParams,
    nonTrainableParams,
    sizeBytes: 4 * totalParams,
  };
}

/** The summary as an aligned text table; no name is cut. */
export function formatSummary(summary: ModelSummary): string {
  const rows = [
    ["Layer", "Type", "Output shape", "Parameters"],
    ...summary.layers.map((layer) => [layer.name, layer.type, `[${layer.outputShape.join(", ")}]`, count(layer.params)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 3 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  "),
  );
  const rule = "-".repeat(lines[0]!.length);
  const totals = `${count(summary.totalParams)} parameters, ${count(summary.trainableParams)} trainable, ${count(summary.sizeBytes)} bytes`;
  return [lines[0], rule, ...lines.slice(1), rule, totals].join("\n");
}

function summarizeLayer(layer: tf.layers.Layer): LayerSummary {
  const shape = (Array.isArray(layer.outputShape[0]) ? layer.outputShape[0] : layer.outputShape) as (number | null)[];
  return {
    name: layer.name,
    type: layer.getClassName(),
    outputShape: shape.slice(1).map((length) => length ?? 0),
    params: layer.countParams(),
    details: detailsOf(layer),
    connectedTo: (layer.inboundNodes[0]?.inboundLayers ?? []).map((inbound) => inbound.name),
  };
}

function detailsOf(layer: tf.layers.Layer): string {
  const { activation, rate } = layer.getConfig() as { activation?: unknown; rate?: unknown };
  if (typeof rate === "number") return `rate ${rate}`;
  return typeof activation === "string" && activation !== "linear" ? activation : "";
}

function countParams(weights: { shape: (number | null)[] }[]): number {
  return weights.reduce((sum, weight) => sum + weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1), 0);
}

function count(value: number): string {
  return value.toLocaleString("en");
}
