/** The benchmarked models: those of the course reports, without the ones that would train alike. */

import type { BenchModel, LayerSpec } from "./benchModel.js";

const adam = { type: "adam", learningRate: 1e-3 } as const;
const batchNorm = { type: "batchNorm" } as const;
const flatten = { type: "flatten" } as const;
const images = { input: "bytes", loss: "categoricalCrossentropy", optimizer: adam, batchSize: 32 } as const;
const mnist = { ...images, inputShape: [28, 28, 1] };
const cifar = { ...images, inputShape: [32, 32, 3] };
const reviews = { input: "ids", inputShape: [500], loss: "binaryCrossentropy", optimizer: adam, batchSize: 32 } as const;

export const BENCH_MODELS: readonly BenchModel[] = [
  mlp("e2", [128, 128, 64, 64, 32], 131_818),
  mlp("m3", [64, 64, 128, 64, 64], 75_786),
  mlp("b", [40, 50, 15], 34_375),
  {
    name: "d4", // LeNet-5
    ...cifar,
    optimizer: { type: "sgd", learningRate: 0.01 },
    layers: [conv(6, 5), pool(2), conv(16, 5), pool(2), flatten, dense(120), dense(84), output(10)],
    samples: 6400,
    parameters: 62_006,
  },
  {
    name: "c8", // small CNN
    ...mnist,
    layers: [sameConv(32), pool(2), batchNorm, sameConv(16), pool(2), batchNorm, flatten, output(10)],
    samples: 3200,
    parameters: 12_986,
  },
  {
    name: "d1",
    ...mnist,
    optimizer: { type: "sgd", learningRate: 0.01 },
    layers: [{ type: "conv2d", filters: 1, size: 4 }, flatten, dense(10)],
    samples: 12_800,
    batchSize: 40,
    parameters: 6277,
  },
  {
    name: "d2",
    ...mnist,
    layers: [conv(20, 4), { type: "conv2d", filters: 1, size: 3, activation: "elu" }, flatten, dense(10)],
    classWeights: [1, 1, 1, 1, 1, 2, 1, 2, 1, 2],
    samples: 6400,
    batchSize: 40,
    parameters: 5821,
  },
  {
    name: "c6",
    inputShape: [8],
    input: "floats",
    layers: [dense(24), batchNorm, dense(12), batchNorm, output(1)],
    loss: "binaryCrossentropy",
    optimizer: adam,
    samples: 12_800,
    batchSize: 32,
    parameters: 673,
  },
  {
    name: "c3",
    inputShape: [10_000],
    input: "floats",
    layers: [dense(100), dense(10), { type: "concatenate", with: "input" }, output(1)],
    loss: "binaryCrossentropy",
    optimizer: adam,
    samples: 2560,
    batchSize: 32,
    parameters: 1_011_121,
  },
  {
    name: "c4a",
    ...reviews,
    layers: [
      { type: "embedding", vocabulary: 10_000, units: 32 },
      { type: "flatten", name: "embedded" },
      ...[dense(100), dropout(0.5), dense(10), dropout(0.5)],
      { type: "concatenate", with: "embedded" },
      output(1),
    ],
    samples: 2560,
    parameters: 1_937_121,
  },
  {
    name: "c4b",
    ...reviews,
    layers: [
      { type: "embedding", vocabulary: 10_000, units: 16 },
      batchNorm,
      ...[16, 64].flatMap((filters): LayerSpec[] => [
        { type: "conv1d", filters, size: 3, activation: "relu" },
        { type: "maxPool1d", size: 2 },
        batchNorm,
      ]),
      ...[flatten, dropout(0.5), output(1)],
    ],
    samples: 2560,
    parameters: 172_305,
  },
  {
    name: "c7", // autoencoder
    ...mnist,
    loss: "binaryCrossentropy",
    layers: [
      ...[sameConv(32), pool(2), sameConv(32), pool(2)],
      ...[sameConv(8), upSample(2), sameConv(8), upSample(2)],
      { type: "conv2d", filters: 1, size: 3, padding: "same" },
    ],
    samples: 2560,
    parameters: 12_537,
  },
  {
    name: "c10a", // AlexNet-like
    ...cifar,
    layers: [
      ...[conv(96, 4, 2), pool(3, 1), batchNorm, conv(256, 3, 2), pool(2, 1), batchNorm],
      ...[sameConv(384), batchNorm, sameConv(384), batchNorm, sameConv(256), pool(2, 1), batchNorm, flatten],
      ...[dense(512), dropout(0.5), batchNorm, dense(512), dropout(0.5), batchNorm, output(100)],
    ],
    samples: 1280,
    parameters: 5_744_964,
  },
  {
    name: "c10b", // VGG-like
    ...cifar,
    layers: [
      ...[...normalizedConvs(32, 32), pool(2)],
      ...[...normalizedConvs(64, 64), pool(2, 1)],
      ...[...normalizedConvs(128, 128, 128), pool(2, 1)],
      ...[...normalizedConvs(256, 256, 256), pool(2, 1)],
      ...[...normalizedConvs(256, 256, 128), pool(2, 1), flatten],
      ...[1, 2, 3].flatMap(() => [dense(128), dropout(0.5), batchNorm]),
      output(100),
    ],
    samples: 384,
    parameters: 5_799_440,
  },
  {
    name: "d3", // 10,000 dense units
    ...cifar,
    optimizer: { type: "adagrad", learningRate: 0.01 },
    layers: [conv(3, 5), flatten, dense(10_000), output(10)],
    samples: 1280,
    parameters: 23_630_238,
  },
];

/** 784 -> units -> 10 */
function mlp(name: string, units: readonly number[], parameters: number): BenchModel {
  const layers = [...units.map((width) => dense(width)), output(10)];
  return { name, ...images, inputShape: [784], layers, samples: 12_800, parameters };
}

function dense(units: number): LayerSpec {
  return { type: "dense", units, activation: "relu" };
}

function output(units: number): LayerSpec {
  return { type: "dense", units };
}

function conv(filters: number, size: number, strides = 1): LayerSpec {
  return { type: "conv2d", filters, size, strides, activation: "relu" };
}

function sameConv(filters: number): LayerSpec {
  return { type: "conv2d", filters, size: 3, padding: "same", activation: "relu" };
}

/** Each 3 x 3, after a batch normalization. */
function normalizedConvs(...filters: number[]): LayerSpec[] {
  return filters.flatMap((count) => [batchNorm, sameConv(count)]);
}

function pool(size: number, strides = size): LayerSpec {
  return { type: "maxPool2d", size, strides };
}

function upSample(size: number): LayerSpec {
  return { type: "upSample2d", size };
}

function dropout(rate: number): LayerSpec {
  return { type: "dropout", rate };
}
