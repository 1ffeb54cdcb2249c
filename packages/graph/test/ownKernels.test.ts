/** Kernels of our own: 20 compiled steps in parts equal 20 eager ones, whatever the sizes, and the parts give equal bits every time. */

import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compileTraining, type OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectEqualBits, expectParity, makeBatches, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const { layers } = tf;
const SLOW: OptimizerConfig = { type: "sgd", learningRate: 1e-3 };

/** Sums of thousands of terms, in another order. */
const LONG_SUMS = 3e-4;

type ConvolutionOptions = Partial<Parameters<typeof layers.conv2d>[0]>;
const convolution = (options: ConvolutionOptions = {}) =>
  layers.conv2d({ filters: 5, kernelSize: 3, activation: "relu", ...options });
const image: ParityOptions = { inputShape: [11, 9, 2], layers: () => [], optimizer: { type: "sgd", learningRate: 0.05 } };

const CONVOLUTIONS: Record<string, () => tf.layers.Layer[]> = {
  "with its pool": () => [convolution(), layers.maxPooling2d({ poolSize: 2 })],
  "with a pool that leaves a column over": () => [convolution({ padding: "same" }), layers.maxPooling2d({ poolSize: [3, 2] })],
  "without a rectifier before its pool": () => [convolution({ activation: "linear" }), layers.maxPooling2d({ poolSize: 2 })],
  "with another activation before a pool": () => [convolution({ activation: "tanh" }), layers.maxPooling2d({ poolSize: 2 })],
  "before a pool that overlaps": () => [convolution(), layers.maxPooling2d({ poolSize: 3, strides: 1 })],
  "with strides and zeros around": () => [convolution({ strides: [2, 1], padding: "same", kernelSize: [4, 2] })],
  "with sixteen filters and more": () => [convolution({ filters: 17, padding: "same" }), convolution({ filters: 32 })],
  "with many filters for few channels, and its pool": () => [convolution({ filters: 99 }), layers.maxPooling2d({ poolSize: 2 })],
  "without a bias": () => [
    convolution({ useBias: false }),
    layers.maxPooling2d({ poolSize: 2 }),
    convolution({ useBias: false }),
  ],
  "as large as the image": () => [convolution({ kernelSize: [11, 9] })],
};

describe.skipIf(!isNative)(`a convolution${skipReason}`, () => {
  test.each(Object.entries(CONVOLUTIONS))("%s", async (_, build) => {
    for (const [shards, batchSize] of [
      [1, 13],
      [2, 33],
      [3, 7],
    ] as const)
      await expectParity({ ...image, layers: () => [...build(), layers.flatten()], shards, batchSize, count: 40 });
  });

  test.each<[string, () => tf.layers.Layer[]]>([
    ["the largest of windows that overlap", () => [layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })]],
    ["the largest of windows with gaps", () => [layers.maxPooling2d({ poolSize: [2, 1], strides: [3, 2] })]],
    ["means of windows that leave the image", () => [layers.averagePooling2d({ poolSize: [4, 3], strides: 1, padding: "same" })]],
    ["means", () => [layers.averagePooling2d({ poolSize: 2 })]],
    ["pixels repeated, more often along one axis", () => [layers.upSampling2d({ size: [2, 3] })]],
    [
      "windows over a sequence",
      () => [
        layers.reshape({ targetShape: [33, 6] }),
        layers.maxPooling1d({ poolSize: 3, strides: 2, padding: "same" }),
        layers.averagePooling1d({ poolSize: 2 }),
      ],
    ],
  ])("before %s", async (_, build) => {
    const convolutions = () => convolution({ activation: "tanh", filters: 19, padding: "same" });
    const around = () => [layers.conv2d({ filters: 2, kernelSize: 1 }), ...build(), layers.flatten()];
    await expectParity({ ...image, layers: around, shards: 2, batchSize: 9 });
    await expectParity({ ...image, layers: () => [convolutions(), ...around()], shards: 3, batchSize: 17 });
  });

  test("over a sequence, with its pool", async () => {
    const build = () => [
      layers.conv1d({ filters: 6, kernelSize: 3, activation: "relu" }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.conv1d({ filters: 20, kernelSize: 2, padding: "same", activation: "elu" }),
      layers.flatten(),
    ];
    await expectParity({ inputShape: [21, 3], layers: build, shards: 2, batchSize: 18 });
  });

  test("whose output two layers take keeps its pool apart", async () => {
    const connect = (input: tf.SymbolicTensor) => {
      const inner = convolution().apply(input);
      const pooled = layers.flatten().apply(layers.maxPooling2d({ poolSize: 2 }).apply(inner));
      return layers.concatenate().apply([pooled, layers.flatten().apply(inner)] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
    };
    await expectParity({ ...image, connect, shards: 2, batchSize: 12 });
  });
});

describe.skipIf(!isNative)(`dense layers${skipReason}`, () => {
  const stack = () => [
    layers.dense({ units: 40, activation: "relu" }),
    layers.dense({ units: 10, useBias: false }),
    layers.dense({ units: 33, activation: "relu" }),
    layers.dense({ units: 3, activation: "tanh" }),
  ];

  test.each([1, 2, 3])("in a stack with a wide first layer, in %i parts", async (shards) => {
    await expectParity({ inputShape: [300], layers: stack, optimizer: SLOW, shards, batchSize: 21, tolerance: LONG_SUMS });
  });

  test("in more parts than a batch has samples", async () => {
    await expectParity({ inputShape: [6], layers: stack, optimizer: SLOW, shards: 8, batchSize: 5 });
  });

  const OPTIMIZERS: OptimizerConfig[] = [
    SLOW,
    { type: "sgd", learningRate: 1e-3, momentum: 0.9 },
    { type: "sgd", learningRate: 1e-3, momentum: 0.9, nesterov: true },
    { type: "adagrad", learningRate: 1e-3 },
    { type: "rmsprop", learningRate: 1e-4 },
    { type: "adam", learningRate: 1e-4 },
    { type: "adamw", learningRate: 1e-4 },
  ];

  test.each(OPTIMIZERS.map((optimizer) => [JSON.stringify(optimizer), optimizer] as const))(
    "with a large kernel, updated by %s",
    async (_, optimizer) => {
      const build = () => [layers.dense({ units: 520, activation: "relu" }), layers.dense({ units: 8 })];
      await expectParity({ inputShape: [510], layers: build, optimizer, shards: 2, steps: 8, tolerance: LONG_SUMS });
    },
  );

  test.each([1, 2])("behind a concatenation, whose inputs are not put together, in %i parts", async (shards) => {
    const connect = (input: tf.SymbolicTensor) => {
      const inner = layers.dense({ units: 7, activation: "relu" }).apply(input);
      const both = layers.concatenate().apply([inner, input] as tf.SymbolicTensor[]);
      return layers.dense({ units: 6, activation: "tanh" }).apply(both) as tf.SymbolicTensor;
    };
    await expectParity({ inputShape: [5], layers: () => [], connect, optimizer: ADAM, shards });
  });

  test("behind a concatenation and before another dense layer", async () => {
    const connect = (input: tf.SymbolicTensor) => {
      const inner = layers.dense({ units: 7, activation: "relu" }).apply(input) as tf.SymbolicTensor;
      const both = layers.concatenate().apply([input, inner]);
      return layers.dense({ units: 6, activation: "relu" }).apply(both) as tf.SymbolicTensor;
    };
    await expectParity({ inputShape: [5], layers: () => [layers.dense({ units: 4 })], connect, optimizer: ADAM, shards: 2 });
  });

  describe("with a large kernel, whose inputs go to a single unit, too,", () => {
    interface Skip {
      /** Units of the dense layers before the large one. */
      before?: number[];
      activation?: "relu" | "tanh";
      useBias?: boolean;
      inputFirst?: boolean;
    }
    const skip = ({ before = [], activation = "relu", useBias = true, inputFirst = true }: Skip): ParityOptions => ({
      inputShape: [510],
      layers: () => [],
      connect(input) {
        const dense = (x: tf.SymbolicTensor, units: number) =>
          layers.dense({ units, activation, useBias }).apply(x) as tf.SymbolicTensor;
        const x = before.reduce(dense, input);
        const inner = dense(dense(x, 530), 7);
        const both = layers.concatenate().apply(inputFirst ? [x, inner] : [inner, x]);
        return layers.dense({ units: 1, useBias }).apply(both) as tf.SymbolicTensor;
      },
      ...{ optimizer: SLOW, steps: 8, tolerance: LONG_SUMS, batchSize: 37, count: 80 },
    });

    test.each([1, 2, 3])("in %i parts", async (shards) => {
      await expectParity({ ...skip({}), shards });
      await expectParity({ ...skip({ activation: "tanh", useBias: false, inputFirst: false }), shards });
    });

    test("behind other layers", async () => {
      await expectParity({ ...skip({ before: [505] }), shards: 2 });
    });

    test("whose gradients are clipped by their norm", async () => {
      await expectParity({ ...skip({ before: [505] }), optimizer: { ...SLOW, globalClipNorm: 0.1 }, shards: 2 });
    });
  });

  test("that two branches share", async () => {
    const shared = () => layers.dense({ units: 6, activation: "relu" });
    const connect = (input: tf.SymbolicTensor) => {
      const layer = shared();
      const once = layer.apply(input) as tf.SymbolicTensor;
      const twice = layer.apply(layers.dense({ units: 5 }).apply(input)) as tf.SymbolicTensor;
      return layers.concatenate().apply([once, twice]) as tf.SymbolicTensor;
    };
    await expectParity({ inputShape: [5], layers: () => [], connect, optimizer: ADAM, shards: 2 });
  });
});

describe.skipIf(!isNative)(`other layers in parts${skipReason}`, () => {
  test("an embedding into dense layers, and into a convolution", async () => {
    const ids: ParityOptions = { inputShape: [12], dtype: "int32", vocabulary: 30, layers: () => [], shards: 3, batchSize: 10 };
    const embedding = () => layers.embedding({ inputDim: 30, outputDim: 5 });
    await expectParity({ ...ids, layers: () => [embedding(), layers.flatten(), layers.dense({ units: 4, activation: "relu" })] });
    await expectParity({ ...ids, layers: () => [embedding(), layers.conv1d({ filters: 4, kernelSize: 3 }), layers.flatten()] });
  });

  test("an id without a row in the embedding's table is an error, and the weights stay as they were", async () => {
    const options: ParityOptions = { inputShape: [4], dtype: "int32", vocabulary: 9, layers: () => [] };
    const build = () => [layers.embedding({ inputDim: 5, outputDim: 2 }), layers.flatten()];
    const model = makeModel({ ...options, layers: build });
    const data = makeData(options);
    const training = compileTraining({ model, loss: "categoricalCrossentropy", optimizer: ADAM, ...data, seed: 1, shards: 2 });
    const before = model.getWeights().map((weight) => weight.dataSync().join());
    await expect(training.runSteps(makeBatches(40, 8, 2))).rejects.toThrow(/an id has no row in the embedding's table/);
    expect(model.getWeights().map((weight) => weight.dataSync().join())).toEqual(before);
    training.dispose();
    model.dispose();
  });

  test("dropout and batch normalization between convolutions", async () => {
    const build = () => [
      convolution({ filters: 18 }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.4, name: "first" }),
      convolution(),
      layers.batchNormalization({ scale: false }),
      layers.flatten(),
      layers.dropout({ rate: 0.2, name: "second" }),
    ];
    await expectParity({ ...image, layers: build, shards: 2, batchSize: 19 });
  });

  test("parts give equal bits every time", async () => {
    const build = () => [
      convolution(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 20, activation: "relu" }),
    ];
    await expectEqualBits({ ...image, layers: build }, { runs: 6, steps: 15, optimizer: ADAM, shards: 3 });
  });
});
