/** Every layer that the zoo builds on: 20 compiled steps equal 20 eager ones. */

import * as tf from "@tensorflow/tfjs";
import { describe, test } from "vitest";
import { isNative, skipReason } from "./support/engine.js";
import { expectParity, type ParityOptions } from "./support/parity.js";

const { layers } = tf;
const image = { inputShape: [8, 8, 2], dtype: "uint8" } as const;
const dense = (activation: string) => () => [layers.dense({ units: 7, activation: activation as "relu" })];

function frozen(layer: tf.layers.Layer): tf.layers.Layer {
  layer.trainable = false;
  return layer;
}

const CASES: Record<string, ParityOptions> = {
  "dense layers with a last smaller batch": {
    inputShape: [6],
    layers: () => [layers.dense({ units: 8, activation: "relu" }), layers.dense({ units: 5, activation: "tanh" })],
  },
  "no hidden layer at all": { inputShape: [6], layers: () => [] },
  "bytes flattened from images": { ...image, layers: () => [layers.flatten(), layers.dense({ units: 9, activation: "relu" })] },
  sigmoid: { inputShape: [5], layers: dense("sigmoid") },
  elu: { inputShape: [5], layers: dense("elu") },
  selu: { inputShape: [5], layers: dense("selu") },
  softplus: { inputShape: [5], layers: dense("softplus") },
  softsign: { inputShape: [5], layers: dense("softsign") },
  swish: { inputShape: [5], layers: dense("swish") },
  "hard sigmoid": { inputShape: [5], layers: dense("hardSigmoid") },
  relu6: { inputShape: [5], layers: dense("relu6") },
  "leaky ReLU, PReLU and ReLU as layers": {
    inputShape: [5],
    layers: () => [
      layers.dense({ units: 7 }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.dense({ units: 7 }),
      layers.prelu(),
      layers.dense({ units: 6 }),
      layers.reLU(),
    ],
  },
  "convolution and max pooling": {
    ...image,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
    ],
  },
  "same padding, strides and average pooling": {
    ...image,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "tanh" }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.flatten(),
    ],
  },
  "convolution without bias and global pooling": {
    ...image,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 4 }),
    ],
  },
  "depthwise and separable convolution": {
    ...image,
    layers: () => [
      layers.depthwiseConv2d({ kernelSize: 3, activation: "relu" }),
      layers.separableConv2d({ filters: 4, kernelSize: 3 }),
      layers.globalMaxPooling2d({}),
    ],
  },
  "transposed convolution and up-sampling": {
    ...image,
    layers: () => [
      layers.upSampling2d({ size: [2, 2] }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.flatten(),
    ],
  },
  "zero padding": {
    ...image,
    layers: () => [layers.zeroPadding2d({ padding: 1 }), layers.conv2d({ filters: 3, kernelSize: 3 }), layers.flatten()],
  },
  "one-dimensional convolution and pooling": {
    inputShape: [12, 3],
    layers: () => [
      layers.conv1d({ filters: 5, kernelSize: 3, activation: "relu" }),
      layers.maxPooling1d({ poolSize: 2, strides: 2 }),
      layers.globalAveragePooling1d(),
    ],
  },
  "embedding and one-dimensional convolution": {
    inputShape: [9],
    dtype: "int32",
    layers: () => [
      layers.embedding({ inputDim: 10, outputDim: 4 }),
      layers.conv1d({ filters: 5, kernelSize: 3, activation: "relu" }),
      layers.globalMaxPooling1d(),
    ],
  },
  "kernels of one row under a penalty": {
    inputShape: [1],
    layers: () => [
      layers.dense({ units: 1, kernelRegularizer: tf.regularizers.l2({ l2: 0.02 }) }),
      layers.dense({ units: 5, activation: "tanh", kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.01 }) }),
    ],
  },
  "one sample a batch, added up from two branches": {
    inputShape: [4],
    batchSize: 1,
    layers: () => [layers.dense({ units: 5, activation: "relu" })],
    connect: (x) =>
      layers.add().apply([1, 2].map(() => layers.dense({ units: 4 }).apply(x) as tf.SymbolicTensor)) as tf.SymbolicTensor,
  },
  "one layer used twice, dropout and batch normalization too": {
    inputShape: [6],
    layers: () => [],
    connect: (x) => {
      const shared = [
        layers.dropout({ rate: 0.2, name: "tied" }),
        layers.dense({ units: 6, useBias: false }),
        layers.batchNormalization({ momentum: 0.9 }),
      ];
      return [...shared, ...shared].reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
    },
  },
  "reshape, permute and repeat": {
    inputShape: [12],
    layers: () => [
      layers.reshape({ targetShape: [3, 4] }),
      layers.permute({ dims: [2, 1] }),
      layers.flatten(),
      layers.repeatVector({ n: 2 }),
      layers.flatten(),
    ],
  },
  "layer normalization": { inputShape: [6], layers: () => [layers.dense({ units: 8 }), layers.layerNormalization()] },
  "batch normalization of features": {
    inputShape: [6],
    layers: () => [layers.dense({ units: 8, useBias: false }), layers.batchNormalization({ momentum: 0.9 }), layers.reLU()],
  },
  "batch normalization of images": {
    ...image,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.flatten(),
    ],
  },
  "batch normalization without scale, without center and without both": {
    inputShape: [6],
    layers: () => [
      layers.dense({ units: 8, useBias: false }),
      layers.batchNormalization({ momentum: 0.9, scale: false }),
      layers.dense({ units: 7, useBias: false, activation: "relu" }),
      layers.batchNormalization({ momentum: 0.9, center: false }),
      layers.dense({ units: 6, useBias: false, activation: "tanh" }),
      layers.batchNormalization({ momentum: 0.9, scale: false, center: false }),
    ],
  },
  "batch normalization along the first axis, without center": {
    ...image,
    layers: () => [layers.batchNormalization({ axis: 1, center: false }), layers.flatten()],
  },
  "frozen layers, batch normalization too": {
    ...image,
    layers: () => [
      frozen(layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" })),
      frozen(layers.batchNormalization({ momentum: 0.5, movingMeanInitializer: "ones" })),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 6, activation: "relu" }),
      frozen(layers.dense({ units: 5, activation: "tanh" })),
    ],
  },
  dropout: {
    inputShape: [6],
    layers: () => [
      layers.dropout({ rate: 0.2, name: "dropA" }),
      layers.dense({ units: 16, activation: "relu" }),
      layers.dropout({ rate: 0.5, name: "dropB" }),
    ],
  },
  "dropout of whole channels": {
    ...image,
    layers: () => [
      layers.conv2d({ filters: 6, kernelSize: 3 }),
      layers.dropout({ rate: 0.3, noiseShape: [null as unknown as number, 1, 1, 6], name: "spatial" }),
      layers.flatten(),
    ],
  },
  "L1 and L2 on kernels and biases": {
    inputShape: [6],
    layers: () => [
      layers.dense({
        units: 8,
        activation: "tanh",
        kernelRegularizer: tf.regularizers.l2({ l2: 0.02 }),
        biasRegularizer: tf.regularizers.l1({ l1: 0.01 }),
      }),
      layers.dense({ units: 5, kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.01 }) }),
    ],
  },
};

describe.skipIf(!isNative)(`20 compiled steps equal 20 eager ones${skipReason}`, () => {
  test.each(Object.entries(CASES))("%s", async (_, options) => {
    await expectParity(options);
  });
});
