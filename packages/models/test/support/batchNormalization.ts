/** What batch normalization must do on every engine: what TensorFlow.js's own does in training, and nothing to the averages when frozen. */

import * as tf from "@tensorflow/tfjs";
import { randomStream } from "@tarea/core";
import { expect } from "vitest";
import { batchNorm } from "../../src/layers.js";

const SHAPE = [6, 5, 4, 3];

interface Pass {
  output: Float32Array;
  gradients: Float32Array[];
  weights: Float32Array[];
}

/** Compares a pass in training, its gradients and the averages with the stock layer's. */
export function expectBatchNormalization(tolerance: number): void {
  const before = tf.memory().numTensors;
  const stream = randomStream(3, "batch");
  const numbers = (shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 3 * stream.normal() + 1),
      shape,
    );
  const [x, dy, scale, offset] = [numbers(SHAPE), numbers(SHAPE), numbers([3]), numbers([3])] as const;
  const own = batchNorm("own");
  const stock = tf.layers.batchNormalization({ name: "stock", axis: -1, momentum: 0.99, epsilon: 1e-3 });
  const [received, expected] = [own, stock].map((layer) => trainingPass(layer, { x, dy, scale, offset }));
  const scaleOf = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const parts = (pass: Pass): Float32Array[] => [pass.output, ...pass.gradients, ...pass.weights];
  parts(received!).forEach((values, i) => {
    const others = parts(expected!)[i]!;
    const difference = values.reduce((most, value, j) => Math.max(most, Math.abs(value - others[j]!)), 0);
    expect([i, difference / scaleOf(others) < tolerance]).toEqual([i, true]);
  });

  own.trainable = false;
  const averages = own.getWeights().slice(2);
  const predicted = tf.tidy(() => (own.apply(x, { training: false }) as tf.Tensor).dataSync().slice());
  expect(tf.tidy(() => (own.apply(x, { training: true }) as tf.Tensor).dataSync().slice())).toEqual(predicted);
  expect(own.getWeights().slice(2)).toEqual(averages);
  own.dispose();
  stock.dispose();
  tf.dispose([x, dy, scale, offset]);
  expect(tf.memory().numTensors).toBe(before);
}

function trainingPass(
  layer: tf.layers.Layer,
  { x, dy, scale, offset }: Readonly<Record<"x" | "dy" | "scale" | "offset", tf.Tensor>>,
): Pass {
  return tf.tidy(() => {
    layer.apply(tf.input({ shape: SHAPE.slice(1) }));
    layer.setWeights([scale, offset, tf.zeros([3]), tf.ones([3])]);
    const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const output = (layer.call(x, { training: true }) as tf.Tensor).dataSync<"float32">().slice();
    const weights = layer.getWeights().map((weight) => weight.dataSync<"float32">().slice());
    const total = (): tf.Scalar => tf.sum(tf.mul(layer.call(input, { training: true }) as tf.Tensor, dy));
    const input = tf.variable(x);
    const { grads } = tf.variableGrads(total, [input, gamma!, beta!]);
    const gradients = [input, gamma!, beta!].map(({ name }) => grads[name]!.dataSync<"float32">().slice());
    input.dispose();
    return { output, gradients, weights };
  });
}
