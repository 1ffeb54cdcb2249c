/** Layers wide enough for a matrix unit, where the processor has one: 20 compiled steps in parts equal 20 eager ones. */

import * as tf from "@tensorflow/tfjs";
import { describe, test } from "vitest";
import type { OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { expectEqualBits, expectParity, type ParityOptions } from "./support/parity.js";

const { layers } = tf;
const SLOW: OptimizerConfig = { type: "sgd", learningRate: 1e-3 };

/** Sums of hundreds of terms, in another order. */
const LONG_SUMS = 3e-4;

type ConvolutionOptions = Partial<Parameters<typeof layers.conv2d>[0]>;
const convolution = (options: ConvolutionOptions = {}) =>
  layers.conv2d({ filters: 128, kernelSize: 3, activation: "relu", ...options });

/** The first layer widens the images, so that the gradient goes through the inputs of the second one, too. */
const images = (options: ConvolutionOptions): ParityOptions => ({
  inputShape: [7, 6, 3],
  layers: () => [convolution({ filters: 96, padding: "same", kernelSize: 2 }), convolution(options), layers.flatten()],
  ...{ optimizer: SLOW, steps: 6, tolerance: LONG_SUMS },
});

const CONVOLUTIONS: Record<string, ConvolutionOptions> = {
  "without zeros around": {},
  "with zeros around": { padding: "same" },
  "with strides": { strides: 2, padding: "same" },
  "with a stride along one axis, longer than its kernel": { strides: [3, 1], kernelSize: [2, 3] },
  "of single pixels": { kernelSize: 1 },
  "of single pixels with strides": { kernelSize: 1, strides: 2 },
  "without a rectifier": { activation: "linear" },
  "with another activation, without a bias": { activation: "tanh", useBias: false },
  "of many filters": { filters: 160 },
};

describe.skipIf(!isNative)(`a wide convolution${skipReason}`, () => {
  test.each(Object.entries(CONVOLUTIONS))("%s", async (_, options) => {
    await expectParity({ ...images(options), shards: 1, batchSize: 9 });
    await expectParity({ ...images(options), shards: 3, batchSize: 20 });
  });

  test("in more parts than a batch has samples", async () => {
    await expectParity({ ...images({}), shards: 5, batchSize: 3 });
  });

  test("over a sequence", async () => {
    const build = () => [
      layers.conv1d({ filters: 96, kernelSize: 2 }),
      layers.conv1d({ filters: 96, kernelSize: 3, padding: "same", activation: "relu" }),
      layers.flatten(),
    ];
    await expectParity({ inputShape: [11, 4], layers: build, optimizer: SLOW, steps: 6, shards: 2, tolerance: LONG_SUMS });
  });

  test("gives equal bits every time", async () => {
    await expectEqualBits(images({ padding: "same" }), { runs: 4, steps: 8, optimizer: SLOW, shards: 2 });
  });
});

describe.skipIf(!isNative)(`a wide dense layer and a large batch${skipReason}`, () => {
  const large: ParityOptions = {
    inputShape: [333],
    layers: () => [layers.dense({ units: 270, activation: "relu" }), layers.dense({ units: 300 })],
    ...{ steps: 6, count: 200, tolerance: LONG_SUMS },
  };

  test.each([1, 2])("in a stack, in %i parts", async (shards) => {
    await expectParity({ ...large, optimizer: SLOW, shards, batchSize: 130 });
  });

  const OPTIMIZERS: OptimizerConfig[] = [
    { type: "sgd", learningRate: 1e-3, momentum: 0.9 },
    { type: "adagrad", learningRate: 1e-3 },
    { type: "adam", learningRate: 1e-4 },
  ];
  test.each(OPTIMIZERS.map((optimizer) => [optimizer.type, optimizer] as const))("updated by %s", async (_, optimizer) => {
    const build = () => [layers.dense({ units: 530, activation: "relu" }), layers.dense({ units: 1300, activation: "tanh" })];
    await expectParity({ ...large, inputShape: [510], layers: build, optimizer, shards: 2, batchSize: 100 });
  });

  test("whose inputs go to a single unit, too", async () => {
    const connect = (input: tf.SymbolicTensor) => {
      const x = layers.dense({ units: 520, activation: "relu" }).apply(input) as tf.SymbolicTensor;
      const inner = layers.dense({ units: 515, activation: "relu" }).apply(x);
      return layers.dense({ units: 1 }).apply(layers.concatenate().apply([x, inner] as tf.SymbolicTensor[])) as tf.SymbolicTensor;
    };
    await expectParity({ ...large, layers: () => [], connect, optimizer: SLOW, shards: 2, batchSize: 90 });
  });

  test.each(["float32", "uint8"] as const)("that takes rows of the data, stored as %s, and hands them on", async (dtype) => {
    const connect = (input: tf.SymbolicTensor) => {
      const x = layers.dense({ units: 261, activation: "relu" }).apply(input);
      return layers.dense({ units: 1 }).apply(layers.concatenate().apply([x, input] as tf.SymbolicTensor[])) as tf.SymbolicTensor;
    };
    const wide = { ...large, inputShape: [1013], dtype, layers: () => [], optimizer: SLOW };
    for (const shards of [1, 2]) await expectParity({ ...wide, connect, shards, batchSize: 90 });
    await expectParity({ ...wide, layers: () => [layers.dense({ units: 261, activation: "tanh" })], shards: 2, batchSize: 90 });
  });
});
