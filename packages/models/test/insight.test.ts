import { readFileSync } from "node:fs";
import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createModel, lenet5, mlp } from "../src/index.js";
import {
  activationProjection,
  embeddingProjection,
  featureMaps,
  firstLayerFilters,
  gradientHistograms,
  occlusionMap,
  pca,
  saliencyMap,
  weightHistograms,
  type Pca,
} from "../src/insight/insight.js";
import { toImage } from "../src/insight/images.js";
import { histogramOf } from "../src/insight/histogram.js";

await useEngine({ prefer: "cpu" });

let convolutional: tf.LayersModel;
let texts: tf.LayersModel;
let tensorsBefore: number;

beforeAll(() => {
  convolutional = lenet5({ inputShape: [16, 16, 3], classes: 4, seed: 1 });
  texts = createModel("c4b", { inputShape: [12], seed: 2 });
  tensorsBefore = tf.memory().numTensors;
});

afterAll(() => {
  convolutional.dispose();
  texts.dispose();
});

afterEach(() => {
  if (tf.memory().numTensors !== tensorsBefore)
    throw new Error(`${tf.memory().numTensors - tensorsBefore} tensors were left behind`);
});

const pixels = (shape: readonly number[]) => ({
  dtype: "uint8" as const,
  shape,
  data: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37) % 256),
});
const tokens = { dtype: "int32", shape: [12], data: Int32Array.from({ length: 12 }, (_, i) => i * 11) } as const;

/** Sets the weights of a model of dense layers row by row. */
function setWeights(model: tf.LayersModel, values: number[][]): void {
  const tensors = model.weights.map((weight, i) => tf.tensor(values[i]!, weight.shape as number[]));
  model.setWeights(tensors);
  tf.dispose(tensors);
}

test("filters of a convolution are its kernels, middle grey at zero, with the weights that black and white stand for", () => {
  const { layer, count, images } = firstLayerFilters(convolutional, { most: 4 });
  expect([layer, count, images.length]).toEqual(["conv1", 6, 4]);
  const kernel = convolutional.getLayer("conv1").getWeights()[0]!.dataSync<"float32">();
  const third = Array.from({ length: 75 }, (_, i) => kernel[i * 6 + 2]!);
  const limit = Math.max(...third.map(Math.abs));
  const { pixels: drawn, range, ...rest } = images[2]!;
  expect(rest).toEqual({ width: 5, height: 5, channels: 3, caption: ["filter 3"] });
  expect(range).toEqual([-limit, limit]);
  for (const [i, weight] of third.entries()) expect(drawn[i]).toBe(Math.round(((weight + limit) / (2 * limit)) * 255));
  const shared = firstLayerFilters(convolutional, { scale: "all" }).images.map((image) => image.range[1]);
  expect(new Set(shared)).toEqual(new Set([kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0)]));
});

test("filters of a dense layer have the shape of the input, and other numbers of channels are drawn one by one", () => {
  const dense = mlp({ inputShape: [2, 3, 1], classes: 2, units: [4], seed: 1 });
  expect(firstLayerFilters(dense).images.map(({ width, height, channels }) => [height, width, channels])).toEqual(
    Array.from({ length: 4 }, () => [2, 3, 1]),
  );
  const twoChannels = mlp({ inputShape: [2, 3, 2], classes: 2, units: [1], seed: 1 });
  const { images } = firstLayerFilters(twoChannels);
  expect(images.map(({ caption }) => caption.join(", "))).toEqual(["filter 1, channel 1", "filter 1, channel 2"]);
  const kernel = twoChannels.getLayer("dense1").getWeights()[0]!.dataSync<"float32">();
  const limit = kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect([...images[1]!.pixels]).toEqual([1, 3, 5, 7, 9, 11].map((i) => Math.round(((kernel[i]! + limit) / (2 * limit)) * 255)));
  dense.dispose();
  twoChannels.dispose();
});

test("feature maps are the outputs of the layers in the model's order", () => {
  const sample = pixels([16, 16, 3]);
  const all = featureMaps(convolutional, sample);
  expect(all.map(({ layer, images, values }) => [layer, images.length, values.length])).toEqual([
    ["conv1", 6, 0],
    ["pool1", 6, 0],
    ["conv2", 16, 0],
    ["pool2", 16, 0],
    ["dense1", 0, 120],
    ["dense2", 0, 84],
    ["logits", 0, 4],
    ["probabilities", 0, 4],
  ]);
  const probabilities = tf.tidy(() => {
    const scaled = tf.div(tf.tensor(sample.data, [1, 16, 16, 3], "float32"), 255);
    return [...(convolutional.predict(scaled) as tf.Tensor).dataSync()];
  });
  for (const [i, value] of all.at(-1)!.values.entries()) expect(value).toBeCloseTo(probabilities[i]!, 6);
  const [second, first] = featureMaps(convolutional, sample, { layers: ["pool1", "conv1"], most: 2 }).toReversed();
  expect([first!.layer, first!.outputShape, second!.images.length]).toEqual(["conv1", [12, 12, 6], 2]);
  expect(first!.images[0]).toMatchObject({ width: 12, height: 12, channels: 1, caption: ["channel 1"] });
  expect(Math.max(...first!.images[0]!.pixels)).toBe(255);
  const [embedded] = featureMaps(texts, tokens, { layers: ["embedding"] });
  expect(embedded!.images.map(({ width, height }) => [height, width])).toEqual([[12, 16]]);
});

test("a histogram counts every finite value once, with bounds, mean and deviation", () => {
  expect(histogramOf([0, 1, 1, 2, 4, Number.NaN, Infinity], 4)).toEqual({
    edges: [0, 1, 2, 3, 4],
    centers: [0.5, 1.5, 2.5, 3.5],
    counts: [1, 2, 1, 1],
    count: 5,
    mean: 1.6,
    deviation: expect.closeTo(Math.sqrt((1.6 ** 2 + 2 * 0.6 ** 2 + 0.4 ** 2 + 2.4 ** 2) / 5), 12) as number,
    range: [0, 4],
    notFinite: 2,
  });
  expect(histogramOf([3, 3], 2)).toMatchObject({ edges: [2.5, 3, 3.5], counts: [0, 2], deviation: 0, range: [3, 3] });
  expect(histogramOf([], 2)).toMatchObject({ counts: [0, 0], count: 0, mean: 0, deviation: 0 });
});

test("weight histograms name every weight and count all of it", () => {
  const histograms = weightHistograms(texts, { bins: 5 });
  expect(histograms.slice(0, 3).map(({ layer, weight }) => `${layer} ${weight}`)).toEqual([
    "embedding embeddings",
    "batchNorm0 gamma",
    "batchNorm0 beta",
  ]);
  for (const { shape, count, counts, notFinite } of histograms) {
    expect(count).toBe(shape.reduce((a, b) => a * b, 1));
    expect(counts.reduce((a, b) => a + b)).toBe(count);
    expect(notFinite).toBe(0);
  }
});

test("gradient histograms are those of the mean loss on the logits", () => {
  const model = mlp({ inputShape: [2], classes: 2, units: [], dropout: 0.5 });
  setWeights(model, [
    [1, 0, 0, 1],
    [0, 0],
  ]);
  const inputs = { dtype: "float32", shape: [1, 2], data: Float32Array.of(2, 1) } as const;
  const [kernel, bias] = gradientHistograms(model, { inputs, targets: [1], loss: "categoricalCrossentropy" });
  const share = Math.exp(2) / (Math.exp(2) + Math.exp(1));
  expect([bias!.weight, bias!.range[0].toFixed(5), bias!.range[1].toFixed(5)]).toEqual([
    "bias",
    (-share).toFixed(5),
    share.toFixed(5),
  ]);
  expect(kernel!.range[1]).toBeCloseTo(2 * share, 5);
  model.dispose();
});

test.each([
  ["c6", "binaryCrossentropy", [0, 1]],
  ["c1", "meanSquaredError", [0.5, 2]],
  ["c7", "binaryCrossentropy", Array.from({ length: 32 }, (_, i) => i / 32)],
] as const)("gradient histograms of %s agree with finite differences of the loss", (id, loss, targets) => {
  const model = createModel(id, { seed: 3, ...(id === "c7" && { inputShape: [4, 4, 1] }) });
  const inputs = pixels([2, ...(model.inputs[0]!.shape.slice(1) as number[])]);
  const found = gradientHistograms(model, { inputs, targets, loss }).find(
    ({ layer, weight }) => layer === "logits" && weight === "bias",
  )!;
  const bias = model.getLayer("logits").weights[1]!;
  const start = bias.read().dataSync().slice();
  const lossWith = (shift: number): number =>
    tf.tidy(() => {
      bias.write(
        tf.tensor(
          start.map((value) => value + shift),
          bias.shape as number[],
        ),
      );
      const x = tf.div(tf.tensor(inputs.data, [...inputs.shape], "float32"), 255);
      const predicted = [...(model.predict(x) as tf.Tensor).dataSync()];
      const each = predicted.map((p, i) =>
        loss === "meanSquaredError" ? (p - targets[i]!) ** 2 : -(targets[i]! * Math.log(p) + (1 - targets[i]!) * Math.log(1 - p)),
      );
      return each.reduce((a, b) => a + b) / each.length;
    });
  // The gradients of all outputs' biases add up to that of one shift for all.
  expect(found.mean * found.count).toBeCloseTo((lossWith(0.01) - lossWith(-0.01)) / 0.02, 3);
  model.dispose();
});

test("the saliency map is the size of the gradient of the logit, and of the class asked for", () => {
  const model = mlp({ inputShape: [2, 2, 1], classes: 2, units: [] });
  setWeights(model, [
    [1, 6, -2, 0, 3, 0, 0, -1],
    [0, 0],
  ]);
  const sample = { dtype: "float32", shape: [2, 2, 1], data: Float32Array.of(1, 0, 1, 0) } as const;
  const map = saliencyMap(model, sample, { classId: 0 });
  expect(map).toMatchObject({ classId: 0, isPrediction: false, scoreKind: "logit", score: 4, most: 3 });
  expect(map.values.flat().map((value) => value.toFixed(4))).toEqual(["0.3333", "0.6667", "1.0000", "0.0000"]);
  expect([...map.image.pixels]).toEqual([85, 170, 255, 0]);
  model.dispose();
});

test("the saliency of tokens is that of their embeddings, and no layer stays changed", () => {
  const before = tf.tidy(() => (texts.predict(tf.tensor(tokens.data, [1, 12])) as tf.Tensor).dataSync()[0]!);
  const { values, most, scoreKind, classId } = saliencyMap(texts, tokens);
  expect([values.length, values[0]!.length, Math.max(...values[0]!), scoreKind]).toEqual([1, 12, 1, "logit"]);
  expect(most).toBeGreaterThan(0);
  const other = saliencyMap(texts, tokens, { classId: 1 - classId });
  expect(other.values).toEqual(values);
  expect(tf.tidy(() => (texts.predict(tf.tensor(tokens.data, [1, 12])) as tf.Tensor).dataSync()[0]!)).toBe(before);
});

test("the occlusion map tells what the score loses at each place, the last at the end", () => {
  const model = mlp({ inputShape: [3, 3, 1], classes: 2, units: [] });
  const kernel = Array.from({ length: 9 }, (_, i) => [i === 8 ? 5 : 1, 0]).flat();
  setWeights(model, [kernel, [0, 0]]);
  const ones = { dtype: "float32", shape: [3, 3, 1], data: new Float32Array(9).fill(1) } as const;
  const map = occlusionMap(model, ones, { size: 2, stride: 2, batchSize: 3 });
  expect(map).toMatchObject({
    classId: 0,
    isPrediction: true,
    score: 13,
    rowStarts: [0, 1],
    columnStarts: [0, 1],
    range: [4, 8],
  });
  expect(map.drops).toEqual([
    [4, 4],
    [4, 8],
  ]);
  expect(map.values).toEqual([
    [0, 0],
    [0, 1],
  ]);
  const words = occlusionMap(texts, tokens, { size: 1, stride: 1 });
  expect(words.drops.map((row) => row.length)).toEqual([12]);
  model.dispose();
});

test("equal calls give equal results", () => {
  const sample = pixels([16, 16, 3]);
  expect(occlusionMap(convolutional, sample)).toEqual(occlusionMap(convolutional, sample));
  expect(saliencyMap(convolutional, sample)).toEqual(saliencyMap(convolutional, sample));
});

interface PcaCase extends Pca {
  shape: [number, number];
  data: number[];
}

const golden = JSON.parse(readFileSync(new URL("../../../test-fixtures/models/pca.json", import.meta.url), "utf8")) as {
  cases: Record<string, PcaCase>;
};

test.each(Object.keys(golden.cases))("principal components of a %s table are scikit-learn's, signs included", (name) => {
  const { shape, data, ...expected } = golden.cases[name]!;
  const received = pca({ shape, data }, { components: expected.components.length });
  for (const key of Object.keys(expected) as (keyof Pca)[]) {
    const [ours, theirs] = [received[key].flat(), expected[key].flat()];
    expect(ours).toHaveLength(theirs.length);
    for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(theirs[i]!, 8);
  }
});

test("embeddings are projected by their tokens", () => {
  const { layer, ids, points, explainedVarianceRatio } = embeddingProjection(texts, { ids: [3, 9, 27, 81], components: 3 });
  expect([layer, ids, points.length]).toEqual(["embedding", [3, 9, 27, 81], 4]);
  expect(explainedVarianceRatio.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  const { points: hidden } = activationProjection(convolutional, pixels([5, 16, 16, 3]), { layer: "dense2" });
  expect(hidden.map((point) => point.length)).toEqual([2, 2, 2, 2, 2]);
});

test("what varies in nothing has no variance to explain", () => {
  const { explainedVarianceRatio, points } = pca({ shape: [3, 2], data: [1, 2, 1, 2, 1, 2] });
  expect([explainedVarianceRatio, points]).toEqual([
    [0, 0],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ]);
});

test("a picture of numbers that are all alike, or none, is middle grey", () => {
  const image = toImage([2, 2], { width: 2, height: 1, channels: 1 }, { range: [2, 2], caption: [] });
  expect([...image.pixels]).toEqual([128, 128]);
  const broken = toImage([Number.NaN, 1], { width: 2, height: 1, channels: 1 }, { range: [0, 1], caption: [] });
  expect([...broken.pixels]).toEqual([128, 255]);
});

test.each([
  [() => featureMaps(convolutional, pixels([16, 16, 3]), { layers: ["conv11"] }), 'Did you mean "conv1"?'],
  [() => featureMaps(convolutional, pixels([16, 16, 1])), "expected [16, 16, 3], got [16, 16, 1]"],
  [() => featureMaps(convolutional, { ...pixels([16, 16, 3]), data: new Uint8Array(3) }), "expected 768 numbers, got 3"],
  [() => saliencyMap(convolutional, pixels([2, 16, 16, 3])), "the sample must have the shape of the model's input"],
  [
    () => saliencyMap(convolutional, pixels([16, 16, 3]), { classId: 4 }),
    "classId must be an integer of at least 0 and at most 3, got 4.",
  ],
  [() => saliencyMap(texts, tokens, { classId: 2 }), "at most 1, got 2"],
  [() => occlusionMap(convolutional, pixels([16, 16, 3]), { size: 17 }), "the patch is larger than the sample"],
  [() => occlusionMap(convolutional, pixels([16, 16, 3]), { strid: 2 } as never), 'Did you mean "stride"?'],
  [() => firstLayerFilters(texts), "the first layer with weights is embedding, of type Embedding, and has no filters"],
  [() => embeddingProjection(convolutional), "the model has no embedding"],
  [() => embeddingProjection(texts, { layer: "conv1" }), "the layer conv1 is no embedding"],
  [
    () => embeddingProjection(texts, { ids: [1, 10_000] }),
    "ids[1] must be an integer of at least 0 and at most 9999, got 10000.",
  ],
  [() => activationProjection(convolutional, pixels([0, 16, 16, 3]), { layer: "dense1" }), "at least one sample"],
  [() => weightHistograms(texts, { bins: 0 }), "bins must be a positive integer and at most 10000, got 0."],
  [
    () => gradientHistograms(convolutional, { inputs: pixels([1, 16, 16, 3]), targets: [4], loss: "categoricalCrossentropy" }),
    "targets[0] must be an integer of at least 0 and at most 3, got 4.",
  ],
  [
    () => gradientHistograms(convolutional, { inputs: pixels([2, 16, 16, 3]), targets: [1], loss: "categoricalCrossentropy" }),
    "targets must have one number a sample and output, expected 2, got 1.",
  ],
  [() => pca({ shape: [2, 2], data: [1, 2, 3, Number.NaN] }), "row 1, column 1 is not a finite number"],
  [() => pca({ shape: [1, 2], data: [1, 2] }), "shape[0] must be an integer of at least 2, got 1."],
])("what cannot be shown is refused: %#", (look, message) => {
  const before = tf.memory().numTensors;
  expect(look).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

test("models without scores by class have no saliency", () => {
  const autoencoder = createModel("c7", { inputShape: [4, 4, 1], seed: 1 });
  expect(() => saliencyMap(autoencoder, pixels([4, 4, 1]))).toThrow(
    "the model must put out one score a class, got outputs of shape",
  );
  autoencoder.dispose();
});
