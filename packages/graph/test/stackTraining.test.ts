/** Models that are one stack of dense layers, whose steps are one operation: 20 compiled steps equal 20 eager ones. */

import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compileTraining, type OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectEqualBits, expectParity, makeBatches, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const { layers } = tf;

/** Sums of hundreds of terms, in another order. */
const LONG_SUMS = 3e-4;
const SLOW: OptimizerConfig = { type: "sgd", learningRate: 0.05 };

const dense = (units: number, options: Partial<Parameters<typeof layers.dense>[0]> = {}) =>
  layers.dense({ units, activation: "relu", ...options });

/** Images as bytes, wide enough to be shared out by their pixels. */
const pixels: ParityOptions = {
  inputShape: [19, 21, 1],
  dtype: "uint8",
  layers: () => [layers.flatten(), dense(40), dense(17), dense(33, { activation: "linear" })],
  count: 150,
  batchSize: 70,
  tolerance: LONG_SUMS,
};
const numbers: ParityOptions = { inputShape: [23], layers: () => [dense(16), dense(9)], batchSize: 18 };

const RULES: Record<string, OptimizerConfig> = {
  "gradient descent": SLOW,
  momentum: { type: "sgd", learningRate: 0.02, momentum: 0.9 },
  "Nesterov's momentum": { type: "sgd", learningRate: 0.02, momentum: 0.9, nesterov: true },
  Adagrad: { type: "adagrad", learningRate: 0.01 },
  Adam: { type: "adam", learningRate: 1e-3 },
};

describe.skipIf(!isNative)(`a stack of dense layers${skipReason}`, () => {
  test.each(Object.entries(RULES))("trained by %s", async (_, optimizer) => {
    await expectParity({ ...numbers, optimizer, shards: 2 });
    await expectParity({ ...pixels, optimizer, shards: 2 });
  });

  test.each([1, 2, 3])("in %d parts", async (shards) => {
    for (const batchSize of [5, 64, 130])
      await expectParity({ ...pixels, optimizer: SLOW, batchSize, count: 2 * batchSize + 3, shards, steps: 8 });
    await expectParity({ ...numbers, shards });
    await expectParity({ ...numbers, inputShape: [300], optimizer: SLOW, shards, tolerance: LONG_SUMS });
  });

  test("in more parts than a batch has samples", async () => {
    await expectParity({ ...numbers, batchSize: 3, shards: 5 });
  });

  test("of whole numbers", async () => {
    await expectParity({ ...numbers, dtype: "int32", vocabulary: 4, shards: 2 });
  });

  test("of one layer", async () => {
    await expectParity({ ...pixels, layers: () => [layers.flatten()], shards: 2 });
  });

  test("whose last layer has the softmax", async () => {
    const build = () => [dense(12), dense(3, { activation: "softmax" })];
    await expectParity({ ...numbers, layers: build, classifies: false, shards: 2 });
  });

  test("whose samples weigh differently", async () => {
    const sampleWeights = Array.from({ length: 40 }, (_, i) => i % 3);
    await expectParity({ ...numbers, sampleWeights, classWeights: [1, 0.5, 2], shards: 2 });
  });

  test("with a rate that changes from step to step", async () => {
    await expectParity({ ...numbers, optimizer: { type: "adam", learningRate: (step) => 0.01 * 0.8 ** step }, shards: 2 });
  });

  test.each(["uint8", "float32"] as const)("with a sigmoid for each output, labels as %s", async (dtype) => {
    const [count, outputs] = [40, 4];
    const { inputs } = makeData(numbers);
    const kinds = { uint8: Uint8Array, float32: Float32Array };
    const labels = {
      dtype,
      shape: [count, outputs],
      data: new kinds[dtype](Array.from({ length: count * outputs }, (_, i) => (i * i) % 2)),
    };
    const build = () => [dense(12), dense(outputs, { activation: "sigmoid" })];
    const data = { inputs, labels };
    await expectParity({ ...numbers, loss: "binaryCrossentropy", layers: build, classifies: false, data, shards: 2 });
  });

  test("gives equal bits every time", async () => {
    await expectEqualBits(pixels, { runs: 4, steps: 12, optimizer: ADAM, shards: 2 });
    await expectEqualBits(numbers, { runs: 4, steps: 12, optimizer: ADAM, shards: 3 });
  });

  test("gives the bits of one call in many", async () => {
    const data = makeData(pixels);
    const batches = makeBatches(150, 70, 9);
    const train = async (calls: Uint32Array[][]) => {
      const model = makeModel(pixels);
      const training = compileTraining({ model, loss: "categoricalCrossentropy", optimizer: ADAM, ...data, seed: 1, shards: 2 });
      for (const call of calls) await training.runSteps(call);
      const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
      training.dispose();
      model.dispose();
      return weights;
    };
    expect(await train(batches.map((batch) => [batch]))).toEqual(await train([batches]));
  });
});

/** What the operation does not know is trained by others. */
const OTHERS: Record<string, Partial<ParityOptions>> = {
  "with a penalty": { layers: () => [dense(8, { kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) })] },
  "with a layer that is not trained": { layers: () => [dense(8, { trainable: false }), dense(6)] },
  "without biases": { layers: () => [dense(8, { useBias: false }), dense(6)] },
  "with another activation": { layers: () => [dense(8, { activation: "tanh" }), dense(6)] },
  "with clipped gradients": { optimizer: { ...ADAM, clipNorm: 0.1 } },
  "with an optimizer of TensorFlow's own": { optimizer: { type: "rmsprop", learningRate: 0.01 } },
  "with gradients of several batches": { accumulateSteps: 2 },
  "behind images whose channels come first": {
    inputShape: [4, 3, 2],
    layers: () => [layers.flatten({ dataFormat: "channelsFirst" }), dense(8)],
  },
  "with dropout": { layers: () => [dense(8), layers.dropout({ rate: 0.3, name: "dropped" }), dense(6)] },
};

describe.skipIf(!isNative)(`dense layers${skipReason}`, () => {
  test.each(Object.entries(OTHERS))("%s", async (_, options) => {
    await expectParity({ ...numbers, ...options, shards: 2 });
  });

  test("of which one is there twice", async () => {
    const connect = (input: tf.SymbolicTensor) => {
      const twice = dense(23);
      return twice.apply(twice.apply(input)) as tf.SymbolicTensor;
    };
    await expectParity({ ...numbers, connect, layers: () => [], shards: 2 });
  });
});
