import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compileTraining, eagerTraining, type OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { expectParity, makeData, makeModel } from "./support/parity.js";

const network = { inputShape: [6], layers: () => [tf.layers.dense({ units: 8, activation: "tanh" })] };

const OPTIMIZERS: Record<string, OptimizerConfig> = {
  "plain gradient descent": { type: "sgd", learningRate: 0.1 },
  momentum: { type: "sgd", learningRate: 0.05, momentum: 0.9 },
  "Nesterov's momentum": { type: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true },
  "momentum under a rate that changes": { type: "sgd", learningRate: (step) => 0.1 / (1 + step), momentum: 0.9 },
  RMSprop: { type: "rmsprop", learningRate: 0.005 },
  "RMSprop with momentum": { type: "rmsprop", learningRate: 0.005, momentum: 0.5 },
  "centered RMSprop": { type: "rmsprop", learningRate: 0.005, centered: true, epsilon: 1e-3 },
  Adagrad: { type: "adagrad", learningRate: 0.05 },
  Adam: { type: "adam", learningRate: 0.01 },
  "Adam with a schedule": { type: "adam", learningRate: (step) => 0.01 * 0.9 ** step, beta1: 0.8, epsilon: 1e-4 },
  AdamW: { type: "adamw", learningRate: 0.01, weightDecay: 0.1 },
  "clipping by value": { type: "sgd", learningRate: 0.1, clipValue: 0.01 },
  "clipping by norm": { type: "sgd", learningRate: 0.1, clipNorm: 0.1 },
  "clipping by global norm": { type: "adam", learningRate: 0.01, globalClipNorm: 0.1 },
};

describe.skipIf(!isNative)(`the fused update equals the eager one${skipReason}`, () => {
  test.each(Object.entries(OPTIMIZERS))("%s", async (_, optimizer) => {
    await expectParity({ ...network, optimizer });
  });

  test("class and sample weights", async () => {
    const sampleWeights = Float32Array.from({ length: 40 }, (_, i) => (i % 4) / 2);
    await expectParity({ ...network, classWeights: [1, 2, 0.5], sampleWeights });
  });

  test.each([2, 3])("%i shards, with dropout, weights, penalty and clipping", async (shards) => {
    const layers = () => [
      tf.layers.dropout({ rate: 0.3, name: "drop" }),
      tf.layers.dense({ units: 8, activation: "relu", kernelRegularizer: tf.regularizers.l2({ l2: 0.05 }) }),
    ];
    const optimizer: OptimizerConfig = { type: "adam", learningRate: 0.01, globalClipNorm: 0.2 };
    await expectParity({ inputShape: [6], layers, optimizer, shards, batchSize: 13, classWeights: [1, 2, 3] });
  });

  test("batch normalization in shards has the statistics of the whole batch", async () => {
    const layers = () => [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.batchNormalization(),
      tf.layers.conv2d({ filters: 3, kernelSize: 2, activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2, strides: 1 }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
    ];
    await expectParity({
      inputShape: [10, 10, 2],
      layers,
      optimizer: { type: "sgd", learningRate: 0.05 },
      shards: 3,
      batchSize: 13,
      steps: 10, // before a pool that takes another pixel, since two are all but equal, parts the two for good
    });
  });

  test("a function that assigns weights is refused in shards", () => {
    const average = tf.variable(tf.zeros([3]));
    const weight = tf.variable(tf.ones([6, 3]));
    const model = {
      ...{ name: "averaging", inputShape: [6], classes: 3, weights: [weight, average] },
      forward: (inputs: tf.Tensor) => {
        const outputs = tf.matMul(inputs, weight);
        average.assign(tf.mean(outputs, 0));
        return tf.add(outputs, average);
      },
    };
    const optimizer: OptimizerConfig = { type: "sgd", learningRate: 0.1 };
    const settings = { model, loss: "categoricalCrossentropy", optimizer, seed: 1, shards: 2, batchSizes: [8] } as const;
    expect(() => compileTraining({ ...settings, ...makeData({ ...network, inputShape: [6] }) })).toThrow(
      "cannot be trained in shards",
    );
    tf.dispose([average, weight]);
  });

  test("one batch of all rows", async () => {
    await expectParity({ ...network, batchSize: 40, optimizer: { type: "sgd", learningRate: 0.1 } });
  });
});

test.each(Object.entries({ compileTraining, eagerTraining }))(
  "%s adds up the gradients of an id that occurs twice before they are squared",
  async (_, start) => {
    const model = tf.sequential();
    model.add(tf.layers.embedding({ inputDim: 5, outputDim: 1, inputLength: 2, embeddingsInitializer: "zeros" }));
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({ units: 1, useBias: false, trainable: false, kernelInitializer: "ones" }));
    const inputs = { dtype: "int32", shape: [1, 2], data: Int32Array.of(3, 3) } as const;
    const labels = { dtype: "float32", shape: [1], data: Float32Array.of(-0.5) } as const;
    const optimizer: OptimizerConfig = { type: "adagrad", learningRate: 0.1 };
    const session = start({ model, loss: "meanSquaredError", optimizer, inputs, labels, seed: 1 });
    await session.runSteps([Uint32Array.of(0)]);
    const [embeddings] = (await session.readState()).arrays;
    // The output is 0, its gradient 1, that of each place 1: of the id 2.
    [0, 0, 0, (-0.1 * 2) / Math.sqrt(0.1 + 2 ** 2), 0].forEach((value, id) => expect(embeddings![id]).toBeCloseTo(value, 6));
    session.dispose();
    model.dispose();
  },
);

test.each([
  [{ type: "adam", learningRate: 0 }, "compileTraining: learningRate must be a finite number above 0, got 0."],
  [{ type: "sgd", learningRate: 0.1, momentum: 1 }, "momentum must be a finite number at least 0 and below 1, got 1."],
  [{ type: "sgd", learningRate: 0.1, beta1: 0.9 }, 'unknown option "beta1"'],
  [{ type: "sgd", learningRate: 0.1, nesterov: 1 }, "nesterov must be true or false, got 1."],
  [
    { type: "adamn", learningRate: 0.1 },
    'unknown optimizer, expected one of sgd, rmsprop, adagrad, adam, adamw, got "adamn". Did you mean "adam"?',
  ],
  [null, "optimizer must be a config with a type, got null."],
])("%j is refused", (optimizer, message) => {
  const model = makeModel(network);
  expect(() =>
    compileTraining({
      model,
      loss: "categoricalCrossentropy",
      optimizer: optimizer as OptimizerConfig,
      seed: 1,
      ...makeData(network),
    }),
  ).toThrow(message);
  model.dispose();
});
