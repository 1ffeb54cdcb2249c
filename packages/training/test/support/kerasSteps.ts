/** Whole steps against Keras's: each loss, optimizer, regularizer, weighting and batch normalization. */

import { readFileSync } from "node:fs";
import type { NumericArray } from "@tarea/core";
import type { compileTraining, CompileOptions, LossName } from "@tarea/graph";
import { ActivityPenalty } from "../../../models/src/activityPenalty.js";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { graphOptimizer, type OptimizerConfig } from "../../src/optimizers.js";

interface Penalty {
  type: string;
  l1?: number;
  l2?: number;
}

interface LayerSpec {
  kind: string;
  units: number;
  activation?: "tanh";
  useBias?: boolean;
  kernel?: Penalty;
  bias?: Penalty;
  activity?: Penalty;
  filters: number;
  kernelSize: number;
  momentum?: number;
  scale?: boolean;
  center?: boolean;
  frozen?: boolean;
}

interface Case {
  name: string;
  loss: LossName;
  optimizer: OptimizerConfig;
  layers: LayerSpec[];
  data?: "images";
  classWeights?: number[];
  sampleWeights?: true;
  accumulateSteps?: number;
  initial: number[][];
  losses: number[];
  final: number[][];
}

interface Numbers {
  shape: number[];
  values: number[];
}

interface Golden {
  madeBy: string;
  table: Numbers;
  images: Numbers;
  classes: number[];
  binary: number[];
  targets: Numbers;
  sampleWeights: number[];
  batches: number[][];
  cases: Case[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test-fixtures/training/training.json", import.meta.url), "utf8"),
) as Golden;
/** Largest difference from Keras's losses and weights, as a share of the value (at least 1). */
const TOLERANCE = 2e-5;

/** Adds one test per case; on native TensorFlow `compileTraining` compiles, elsewhere it trains one operation at a time. */
export function testKerasSteps(where: string, start: typeof compileTraining): void {
  test.each(golden.cases)(`a dozen steps ${where} equal ${golden.madeBy}: $name`, async (given) => {
    const model = modelOf(given);
    const { classWeights, accumulateSteps } = given;
    const options: CompileOptions = {
      model,
      loss: given.loss,
      optimizer: graphOptimizer(given.optimizer),
      ...dataOf(given),
      seed: 1,
      classWeights,
      sampleWeights: given.sampleWeights && golden.sampleWeights,
      ...(accumulateSteps !== undefined && { accumulateSteps }),
    };
    const session = start(options);
    const { dataLoss, penalty } = await session.runSteps(golden.batches.map((rows) => Uint32Array.from(rows)));
    golden.batches.forEach((rows, i) =>
      expectClose(dataLoss[i]! / rows.length + penalty[i]!, given.losses[i]!, `loss of step ${i}`),
    );
    const { arrays } = await session.readState();
    given.final.forEach((expected, i) =>
      expected.forEach((value, k) => expectClose(arrays[i]![k]!, value, `${model.weights[i]!.originalName}[${k}]`)),
    );
    session.dispose();
    model.dispose();
  });
}

function expectClose(actual: number, expected: number, what: string): void {
  expect(Math.abs(actual - expected) / Math.max(1, Math.abs(expected)), `${what}: ${actual}, not ${expected}`).toBeLessThan(
    TOLERANCE,
  );
}

function dataOf({ data, loss }: Case): { inputs: NumericArray; labels: NumericArray } {
  const floats = ({ shape, values }: Numbers): NumericArray => ({ dtype: "float32", shape, data: Float32Array.from(values) });
  const ids = (values: number[]): NumericArray => ({ dtype: "int32", shape: [values.length], data: Int32Array.from(values) });
  const labels = {
    categoricalCrossentropy: ids(golden.classes),
    binaryCrossentropy: ids(golden.binary),
    meanSquaredError: floats(golden.targets),
  };
  return { inputs: floats(data === "images" ? golden.images : golden.table), labels: labels[loss] };
}

/** With Keras's weights at the start, and the activation that our losses split off. */
function modelOf({ layers, loss, data, initial }: Case): tf.LayersModel {
  const input = tf.input({ shape: (data === "images" ? golden.images : golden.table).shape.slice(1) });
  let x = input;
  const apply = (layer: tf.layers.Layer) => void (x = layer.apply(x) as tf.SymbolicTensor);
  layers.forEach((spec, i) => {
    const layer = layerOf(spec);
    if (spec.frozen === true) layer.trainable = false;
    apply(layer);
    if (spec.activity) apply(new ActivityPenalty({ name: `activity${i}`, l1: spec.activity.l1 ?? 0, l2: spec.activity.l2 ?? 0 }));
  });
  if (loss !== "meanSquaredError")
    apply(tf.layers.activation({ activation: loss === "categoricalCrossentropy" ? "softmax" : "sigmoid" }));
  const model = tf.model({ inputs: input, outputs: x });
  tf.tidy(() => model.setWeights(model.weights.map(({ shape }, i) => tf.tensor(initial[i]!, shape as number[]))));
  return model;
}

function layerOf(spec: LayerSpec): tf.layers.Layer {
  const { units, filters, kernelSize, activation, useBias = true, momentum = 0.99, scale = true, center = true } = spec;
  const regularizer = (penalty: Penalty | undefined) =>
    penalty && tf.regularizers.l1l2({ l1: penalty.l1 ?? 0, l2: penalty.l2 ?? 0 });
  if (spec.kind === "dense") {
    const [kernelRegularizer, biasRegularizer] = [regularizer(spec.kernel), regularizer(spec.bias)];
    return tf.layers.dense({
      units,
      useBias,
      ...(activation && { activation }),
      ...(kernelRegularizer && { kernelRegularizer }),
      ...(biasRegularizer && { biasRegularizer }),
    });
  }
  if (spec.kind === "conv2d") return tf.layers.conv2d({ filters, kernelSize, useBias });
  if (spec.kind === "flatten") return tf.layers.flatten();
  if (spec.kind === "activation") return tf.layers.activation({ activation: activation! });
  return tf.layers.batchNormalization({ momentum, scale, center });
}
