/** What every model of the zoo must do: build, train, lose, save, load, predict the same, and leave no tensor behind. */

import * as tf from "@tensorflow/tfjs";
import { randomStream, stepStream } from "@tarea/core";
import { expect } from "vitest";
import { createModel, findPreset, type Preset } from "../../src/index.js";
import { reload } from "./reload.js";

export interface ConformanceOptions {
  /** Smaller than the preset's own where that would take long. */
  inputShape?: readonly number[];
  /** Builds the preset's architecture with fewer weights, where its own take minutes; default: the preset itself. */
  build?: (options: { inputShape: readonly number[]; classes: number; seed: number }) => tf.LayersModel;
  /** Token ids are below this; default 10,000. */
  vocabulary?: number;
  /** Default 32. */
  samples?: number;
  /** Default 4. */
  steps?: number;
  /** Of Adam; default 0.003. */
  learningRate?: number;
  /** Largest difference between outputs before and after saving; default 0. */
  tolerance?: number;
}

/** Runs the whole test for one preset on the current backend. */
export async function expectConformance(id: string, options: ConformanceOptions = {}): Promise<void> {
  const { samples = 32, steps = 4, learningRate = 0.003, tolerance = 0 } = options;
  const preset = findPreset(id);
  const inputShape = options.inputShape ?? preset.inputShape;
  const before = tf.memory().numTensors;
  const model = options.build?.({ inputShape, classes: preset.classes, seed: 1 }) ?? createModel(id, { inputShape, seed: 1 });
  const inputs = sampleInputs(preset, [samples, ...inputShape], options.vocabulary);
  const targets = sampleTargets(preset, inputs, model.outputShape as number[]);

  const losses = train(model, preset, { inputs, targets, steps, learningRate });
  expect(losses.every(Number.isFinite), losses.join()).toBe(true);
  expect(losses.at(-1), losses.join()).toBeLessThan(losses[0]!);

  const loaded = await reload(model);
  const [expected, received] = [model, loaded].map((one) => tf.tidy(() => (one.predict(inputs) as tf.Tensor).dataSync().slice()));
  expect(expected!.every(Number.isFinite)).toBe(true);
  expect(Math.max(...expected!.map((value, i) => Math.abs(value - received![i]!)))).toBeLessThanOrEqual(tolerance);

  loaded.dispose();
  model.dispose();
  tf.dispose([inputs, targets]);
  expect(tf.memory().numTensors).toBe(before);
}

/** Losses before each of `steps` steps of Adam on the same samples with the same dropout masks, and after the last. */
function train(
  model: tf.LayersModel,
  preset: Preset,
  { inputs, targets, steps, learningRate }: { inputs: tf.Tensor; targets: tf.Tensor; steps: number; learningRate: number },
): number[] {
  for (const layer of model.layers) if (layer.getClassName() === "Dropout") fixMasks(layer);
  const logitsModel = tf.model({ inputs: model.inputs, outputs: model.layers.at(-1)!.input });
  const optimizer = tf.train.adam(learningRate);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const losses: number[] = [];
  for (let step = 0; step <= steps; step++) {
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const logits = logitsModel.apply(inputs, { training: true }) as tf.Tensor;
        return model.calculateLosses().reduce((sum, loss) => tf.add(sum, loss), dataLoss(preset, logits, targets));
      }, variables);
      losses.push(value.dataSync()[0]!);
      if (step < steps) optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
    });
  }
  optimizer.dispose();
  return losses;
}

/** From plain operations: those of `tf.losses` keep a tensor on some backends. */
function dataLoss({ loss }: Preset, logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  if (loss === "categoricalCrossentropy")
    return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits as tf.Tensor2D)), -1)));
  if (loss === "meanSquaredError") return tf.mean(tf.squaredDifference(targets, logits));
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(targets, logits)));
}

/** The mask of the first step at every step. */
function fixMasks(layer: tf.layers.Layer): void {
  const { rate } = layer.getConfig() as { rate: number };
  layer.call = (given, { training }) => {
    const x = Array.isArray(given) ? given[0]! : given;
    if (training !== true) return x.clone();
    const stream = stepStream(1, `dropout/${layer.name}`, 0);
    return tf.mul(
      x,
      tf.tensor(
        Float32Array.from({ length: x.size }, () => (stream.uniform() < rate ? 0 : 1 / (1 - rate))),
        x.shape,
      ),
    );
  };
}

/** Token ids, a few words of many, or pixels. */
export function sampleInputs({ architecture }: Preset, shape: number[], vocabulary = 10_000): tf.Tensor {
  const stream = randomStream(1, "inputs");
  const isTokens = architecture.startsWith("embedding");
  const isSparse = shape[1]! > 5000;
  const next = isTokens
    ? () => stream.integer(vocabulary)
    : isSparse
      ? () => Number(stream.uniform() < 0.01)
      : () => stream.uniform();
  return tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next), shape);
}

/** One-hot rows, zeros and ones, or numbers; the inputs themselves for an autoencoder. */
function sampleTargets({ loss, classes }: Preset, inputs: tf.Tensor, outputShape: number[]): tf.Tensor {
  if (outputShape.length > 2) return inputs.clone();
  const stream = randomStream(1, "targets");
  const [count = 0] = inputs.shape;
  const labels = Int32Array.from({ length: count }, () => stream.integer(Math.max(2, classes)));
  if (loss === "categoricalCrossentropy") return tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat());
  return tf.tensor2d(
    Float32Array.from({ length: count * outputShape[1]! }, (_, i) => labels[i % count]! / (classes > 2 ? 10 : 1)),
    [count, outputShape[1]!],
  );
}
