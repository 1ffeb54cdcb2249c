import * as tf from "@tensorflow/tfjs";
import { randomStream, type NumericArray } from "@tarea/core";
import { describe, expect, test } from "vitest";
import { compileTraining, eagerTraining, type CompileOptions, type ForwardModel } from "../src/index.js";
import { lossOf, type LossName } from "../src/losses.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectParity, makeData, makeModel, type Data, type ParityOptions } from "./support/parity.js";

const { layers } = tf;
const sigmoid = () => layers.activation({ activation: "sigmoid" });
const features = makeData({ inputShape: [5], classes: 2 });
const images = makeData({ inputShape: [8, 8, 2], dtype: "uint8" });

/** The features with numbers as labels that depend on them. */
function withLabels(shape: number[], label: (stream: ReturnType<typeof randomStream>, i: number) => number): Data {
  const stream = randomStream(8, "labels");
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => label(stream, i));
  return { inputs: features.inputs, labels: { dtype: "float32", shape, data } };
}

const binary: ParityOptions = {
  inputShape: [5],
  classifies: false,
  loss: "binaryCrossentropy",
  data: features,
  layers: () => [layers.dense({ units: 6, activation: "relu" }), layers.dense({ units: 1 }), sigmoid()],
};
const regression: ParityOptions = {
  ...binary,
  loss: "meanSquaredError",
  layers: () => [layers.dense({ units: 6, activation: "tanh" }), layers.dense({ units: 3 })],
  data: withLabels([40, 3], (stream, i) => (features.inputs.data[i] ?? 0) + stream.normal() / 4),
};
const autoencoder: ParityOptions = {
  ...binary,
  inputShape: [8, 8, 2],
  data: { inputs: images.inputs, labels: images.inputs },
  scaleLabels: true,
  layers: () => [
    layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.upSampling2d({ size: [2, 2] }),
    layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    sigmoid(),
  ],
};
const sampleWeights = Float32Array.from({ length: 40 }, (_, i) => (i % 4) / 2);

const CASES: Record<string, ParityOptions> = {
  "binary cross-entropy of labels 0 and 1 as bytes": binary,
  "class and sample weights under binary cross-entropy": { ...binary, classWeights: [1, 3], sampleWeights },
  "several labels a sample": {
    ...binary,
    layers: () => [layers.dense({ units: 4 }), sigmoid()],
    data: withLabels([40, 4], (stream) => stream.integer(2)),
  },
  "binary cross-entropy of an autoencoder's images": autoencoder,
  "a model whose last layer has the sigmoid": {
    ...autoencoder,
    shards: 2,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
      layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "sigmoid" }),
    ],
  },
  "a model whose last layer has the softmax": {
    ...regression,
    loss: "categoricalCrossentropy",
    data: makeData({ inputShape: [5] }),
    layers: () => [layers.dense({ units: 6, activation: "relu" }), layers.dense({ units: 3, activation: "softmax" })],
  },
  "a softmax layer at the end": {
    ...regression,
    loss: "categoricalCrossentropy",
    data: makeData({ inputShape: [5] }),
    layers: () => [layers.dense({ units: 3 }), layers.softmax()],
  },
  "images as labels in shards": { ...autoencoder, shards: 2, sampleWeights },
  "squared error of an autoencoder that ends in a sigmoid": { ...autoencoder, loss: "meanSquaredError" },
  "squared error of class ids, one output per class": {
    ...regression,
    data: makeData({ inputShape: [5] }),
    oneHotLabels: true,
    classWeights: [1, 2, 3],
  },
  "binary cross-entropy of class ids, one output per class, in shards": {
    ...binary,
    data: makeData({ inputShape: [5] }),
    oneHotLabels: true,
    shards: 2,
    layers: () => [layers.dense({ units: 3 }), sigmoid()],
  },
  "squared error of several outputs": regression,
  "squared error with sample weights and a penalty": {
    ...regression,
    sampleWeights,
    layers: () => [layers.dense({ units: 3, kernelRegularizer: tf.regularizers.l2({ l2: 0.05 }) })],
  },
  "squared error of one output whose axis the labels leave out": {
    ...regression,
    layers: () => [layers.dense({ units: 1 })],
    data: withLabels([40], (stream) => stream.normal()),
  },
  "whole numbers as labels": {
    ...regression,
    layers: () => [layers.dense({ units: 1 })],
    data: {
      ...features,
      labels: { dtype: "int32", shape: [40, 1], data: Int32Array.from({ length: 40 }, (_, i) => (i % 7) - 3) },
    },
  },
};

describe.skipIf(!isNative)(`20 compiled steps equal 20 eager ones${skipReason}`, () => {
  test.each(Object.entries(CASES))("%s", async (_, options) => {
    const { correct } = await expectParity(options);
    const counts =
      options.oneHotLabels === true ||
      options.loss === "categoricalCrossentropy" ||
      (options.loss === "binaryCrossentropy" && options.scaleLabels !== true);
    expect(correct.some((count) => count > 0)).toBe(counts);
  });
});

/** A model that is one weight per output, whatever the inputs. */
function constant(values: number[]): ForwardModel {
  const weight = tf.variable(tf.tensor1d(values));
  const forward = (x: tf.Tensor) => tf.mul(tf.ones([x.shape[0], 1]), weight);
  return { name: "constant", inputShape: [1], outputShape: [values.length], weights: [weight], forward };
}

function floats(shape: number[], values: number[]): NumericArray {
  return { dtype: "float32", shape, data: Float32Array.from(values) };
}

const starts = { compileTraining, eagerTraining };

describe.each(Object.entries(starts))("%s", (_, start) => {
  async function oneStep(model: ForwardModel, settings: Pick<CompileOptions, "loss" | "labels"> & Partial<CompileOptions>) {
    const count = settings.labels.shape[0]!;
    const inputs = floats([count, 1], Array<number>(count).fill(1));
    const session = start({ model, optimizer: { type: "sgd", learningRate: 1 }, seed: 1, ...settings, inputs });
    const evaluation = await session.evaluate({ inputs, labels: settings.labels });
    const predictions = await session.predict({ inputs });
    const { dataLoss, correct } = await session.runSteps([Uint32Array.from({ length: count }, (__, i) => i)]);
    const [after] = (await session.readState()).arrays;
    session.dispose();
    tf.dispose(model.weights);
    return { evaluation, predictions: [...predictions], dataLoss: dataLoss[0]!, correct: correct[0]!, after: [...after!] };
  }

  test("binary cross-entropy is the mean over samples and outputs, weighted sums are divided by the number of samples", async () => {
    const labels = floats([2, 2], [1, 0, 0, 0.5]);
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    const [first, second] = [(softplus(-2) + softplus(0)) / 2, (softplus(2) + softplus(0)) / 2];
    const result = await oneStep(constant([2, 0]), { loss: "binaryCrossentropy", labels, sampleWeights: [1, 3] });
    expect(result.evaluation.loss).toBeCloseTo((first + second) / 2, 6);
    expect(result.evaluation.accuracy).toBe(0.5);
    expect(result.correct).toBe(1);
    expect(result.dataLoss).toBeCloseTo(first + 3 * second, 5);
    const p = 1 / (1 + Math.exp(-2));
    expect(result.predictions[0]).toBeCloseTo(p, 6);
    expect(result.after[0]).toBeCloseTo(2 - (p - 1 + 3 * p) / 4, 5);
    expect(result.after[1]).toBeCloseTo(0 - 0.5 / 4, 6);
  });

  test("class ids stand for rows with a single 1, and the largest output is the class", async () => {
    const labels = { dtype: "uint8", shape: [2], data: Uint8Array.of(1, 0) } as const;
    const result = await oneStep(constant([0.25, 0.5, 0]), { loss: "meanSquaredError", labels, oneHotLabels: true });
    const [first, second] = [0.0625 + 0.25, 0.5625 + 0.25];
    expect(result.evaluation.loss).toBeCloseTo((first + second) / 6, 6);
    expect([result.evaluation.accuracy, result.correct]).toEqual([0.5, 1]);
    result.after.forEach((value, i) => expect(value).toBeCloseTo([0.25 + 0.5 / 3, 0.5, 0][i]!, 6));
  });

  test("binary cross-entropy stays finite and goes on learning far out", async () => {
    const { dataLoss, after } = await oneStep(constant([200]), { loss: "binaryCrossentropy", labels: floats([1], [0]) });
    expect(dataLoss).toBe(200);
    expect(after).toEqual([199]);
  });

  test("squared error is the mean over samples and outputs, without accuracy", async () => {
    const labels = floats([2, 2], [0, 1, 4, 1]);
    const result = await oneStep(constant([1, 3]), { loss: "meanSquaredError", labels });
    expect(result.evaluation).toEqual({ loss: (1 + 4 + 9 + 4) / 4, accuracy: 0 });
    expect(result.dataLoss).toBe((1 + 4) / 2 + (9 + 4) / 2);
    expect(result.correct).toBe(0);
    expect(result.predictions).toEqual([1, 3, 1, 3]);
    expect(result.after[0]).toBeCloseTo(1 - (2 * 1 + 2 * -3) / 4, 6);
  });
});

test("the gradient of every loss is that of finite differences", () => {
  const logits = [-3, -0.5, 0, 0.25, 2, 7];
  const labels = tf.tensor2d([0, 1, 0.3, 1, 0, 1], [2, 3]);
  const cases: [LossName, tf.Tensor][] = [
    ["binaryCrossentropy", labels],
    ["meanSquaredError", labels],
    ["categoricalCrossentropy", tf.tensor1d([2, 0], "int32")],
  ];
  for (const [name, target] of cases) {
    const { losses } = lossOf(name);
    const total = (values: number[]) => tf.tidy(() => tf.sum(losses(tf.tensor2d(values, [2, 3]), target)).dataSync()[0]!);
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(losses(x, target)))(tf.tensor2d(logits, [2, 3]))
        .dataSync(),
    );
    logits.forEach((_, i) => {
      const shifted = (by: number) => total(logits.map((value, k) => (k === i ? value + by : value)));
      expect(gradient[i]!, `${name} ${i}`).toBeCloseTo((shifted(0.01) - shifted(-0.01)) / 0.02, 2);
    });
  }
  tf.dispose(cases.map(([, target]) => target));
});

test("data that do not fit the loss are refused", () => {
  const models = [makeModel(binary), makeModel(regression)];
  const wrong = (options: ParityOptions, part: Partial<CompileOptions>) => () => {
    const model = models[options === binary ? 0 : 1]!;
    compileTraining({ model, loss: options.loss!, optimizer: ADAM, seed: 1, ...options.data!, ...part });
  };
  const labels = (shape: number[], value: number) => floats(shape, Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value));
  expect(wrong(binary, { labels: labels([40], 2) })).toThrow(
    "compileTraining: the label of sample 0 is not a probability, expected 0, 1 or a number between, got 2.",
  );
  expect(wrong(binary, { labels: { dtype: "uint8", shape: [40], data: new Uint8Array(40).fill(9) } })).toThrow(
    "Images as labels need scaleLabels.",
  );
  expect(wrong(regression, { labels: labels([40, 2], 0) })).toThrow(
    "there must be one label per sample, expected [40, 3], got [40, 2].",
  );
  expect(wrong(regression, { labels: labels([40, 3], Number.NaN) })).toThrow(
    "the label of sample 0 is not finite, expected a number, got NaN.",
  );
  expect(
    wrong(regression, { oneHotLabels: true, labels: { dtype: "uint8", shape: [40], data: new Uint8Array(40).fill(3) } }),
  ).toThrow("the label of sample 0 is not a class of the model, expected an integer from 0 to 2, got 3.");
  expect(wrong(regression, { oneHotLabels: true, scaleLabels: true })).toThrow("scaleLabels is for numbers as labels");
  expect(wrong(regression, { classWeights: [1, 2, 3] })).toThrow("classWeights need samples of one class each");
  expect(wrong(binary, { classWeights: [1, 2], labels: labels([40], 0.5) })).toThrow(
    "classWeights need samples of one class each",
  );
  expect(wrong(regression, { loss: "binaryCrossentropy" })).toThrow("the model must end in a sigmoid activation, got Dense");
  expect(wrong(binary, { loss: "categoricalCrossentropy" })).toThrow(
    "the model must end in a softmax activation, got Activation",
  );
  const endings = [softmaxOf([5, 5])];
  expect(() =>
    compileTraining({
      model: endings[0]!,
      loss: "categoricalCrossentropy",
      optimizer: ADAM,
      seed: 1,
      ...features,
      scaleLabels: true,
    }),
  ).toThrow("scaleLabels is for numbers as labels, not for class ids");
  expect(() =>
    compileTraining({ model: endings[0]!, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...features }),
  ).toThrow("the model must give one vector of class probabilities per sample");
  for (const model of [...models, ...endings]) model.dispose();
});

function softmaxOf(inputShape: number[]): tf.LayersModel {
  return tf.sequential({ layers: [layers.activation({ activation: "softmax", inputShape })] });
}
