/** The models of the course reports by name, exact to the parameter. */

import type * as tf from "@tensorflow/tfjs";
import { alexnet } from "./alexnet.js";
import { denoisingAutoencoder } from "./denoisingAutoencoder.js";
import { embeddingConv1d } from "./embeddingConv1d.js";
import { embeddingDense } from "./embeddingDense.js";
import { lenet5 } from "./lenet5.js";
import { linear } from "./linear.js";
import { logisticMap } from "./logisticMap.js";
import { mlp, type MlpOptions } from "./mlp.js";
import { simpleCnn } from "./simpleCnn.js";
import { vgg } from "./vgg.js";
import { wideDense } from "./wideDense.js";
import { xor } from "./xor.js";

export interface PresetBuildOptions {
  inputShape: readonly number[];
  classes: number;
  seed: number | null;
  name: string;
}

export interface Preset {
  id: string;
  /** What it is, in one phrase. */
  title: string;
  /** Name of the function that builds it. */
  architecture: string;
  /** Shape of one sample of the data that it was made for. */
  inputShape: readonly number[];
  /** Number of classes, or of outputs where there are none. */
  classes: number;
  /** What it is trained to minimize. */
  loss: "categoricalCrossentropy" | "binaryCrossentropy" | "meanSquaredError";
  build(options: PresetBuildOptions): tf.LayersModel;
}

const MNIST = { inputShape: [28, 28, 1], classes: 10, loss: "categoricalCrossentropy" } as const;
const CIFAR_10 = { inputShape: [32, 32, 3], classes: 10, loss: "categoricalCrossentropy" } as const;
const CIFAR_100 = { inputShape: [32, 32, 3], classes: 100, loss: "categoricalCrossentropy" } as const;
const IMDB_COUNTS = { inputShape: [10_000], classes: 2, loss: "binaryCrossentropy" } as const;
const IMDB_TOKENS = { inputShape: [500], classes: 2, loss: "binaryCrossentropy" } as const;
const XOR = { architecture: "xor", inputShape: [2], classes: 2, loss: "binaryCrossentropy" } as const;

/** Penalties where the source names none. */
const PENALTIES = { l1: 1e-5, l2: 1e-4 };

/** Hidden layers with batch norm after each activation. */
const normalized = (units: number[]) => units.map((width) => ({ units: width, batchNorm: "afterActivation" as const }));

/** One dropout after the first hidden layer, batch norm after the second. */
const M4_UNITS: MlpOptions["units"] = [{ units: 64, dropout: 0.33 }, { units: 64, batchNorm: "afterActivation" }, 128, 64, 64];

const LAB_2_UNITS = [128, 128, 64, 64, 32];

/** Dropout on the input, batch norm before the first activation, and a penalty on activities too small to do anything. */
const assignment4 = (inputDropout: number, [first, ...others]: [number, ...number[]]): Partial<MlpOptions> => ({
  units: [{ units: first, batchNorm: "beforeActivation" }, ...others],
  inputDropout,
  activityL1: 70e-15,
  activityL2: 3e-15,
});

const bagOfWords = (options: Partial<MlpOptions>): Partial<MlpOptions> => ({
  units: [100, 10],
  skip: true,
  output: "sigmoid",
  l2: 1e-4,
  ...options,
});

const C8_DENSE = { ...MNIST, ...mlpPreset({ units: normalized([20, 10]) }) };
const C8_CONV: Omit<Preset, "id" | "title"> = { ...MNIST, architecture: "simpleCnn", build: simpleCnn };

/** By id, in the order of the reports. */
export const PRESETS: readonly Preset[] = [
  { id: "m1", title: "Perceptron 4-2-1", ...MNIST, ...mlpPreset({ units: [4, 2, 1] }) },
  {
    id: "m2",
    title: "Perceptron 4-4-4 with every regularizer",
    ...MNIST,
    ...mlpPreset({ units: [{ units: 4, dropout: 0.33 }, { units: 4, batchNorm: "afterActivation" }, 4], ...PENALTIES }),
  },
  { id: "m3", title: "Perceptron 64-64-128-64-64", ...MNIST, ...mlpPreset({ units: [64, 64, 128, 64, 64] }) },
  { id: "m4", title: "Perceptron 64-64-128-64-64 with dropout and batch norm", ...MNIST, ...mlpPreset({ units: M4_UNITS }) },
  {
    id: "m5",
    title: "Perceptron 64-64-128-64-64 with dropout, batch norm, L1 and L2",
    ...MNIST,
    ...mlpPreset({ units: M4_UNITS, ...PENALTIES }),
  },
  { id: "b-plain", title: "Perceptron 40-50-15", ...MNIST, ...mlpPreset({ units: [40, 50, 15] }) },
  { id: "b", title: "Perceptron 40-50-15, regularized", ...MNIST, ...mlpPreset(assignment4(0.2, [40, 50, 15])) },
  { id: "b-variant", title: "Perceptron 25-45-25, regularized", ...MNIST, ...mlpPreset(assignment4(0.1, [25, 45, 25])) },
  {
    id: "c1",
    title: "Linear regression with L2",
    architecture: "linear",
    inputShape: [13],
    classes: 1,
    loss: "meanSquaredError",
    build: (options) => linear({ ...options, l2: 1e-4 }),
  },
  {
    id: "c2-mse",
    title: "100 sigmoid units, linear output",
    ...CIFAR_10,
    loss: "meanSquaredError",
    ...mlpPreset({ units: [100], activation: "sigmoid", output: "linear" }),
  },
  {
    id: "c2-crossentropy",
    title: "100 sigmoid units, softmax",
    ...CIFAR_10,
    ...mlpPreset({ units: [100], activation: "sigmoid" }),
  },
  { id: "c2-xor", title: "Exclusive or, 2-2-1", ...XOR, build: ({ seed, name }) => xor({ seed, name }) },
  {
    id: "c2-xor-skip",
    title: "Exclusive or, 2-1-1 with the inputs at the output",
    ...XOR,
    build: ({ seed, name }) => xor({ seed, name, skip: true }),
  },
  { id: "c3", title: "Bag of words with L2", ...IMDB_COUNTS, ...mlpPreset(bagOfWords({})) },
  {
    id: "c3-dropout",
    title: "Bag of words with dropout and L2",
    ...IMDB_COUNTS,
    ...mlpPreset(bagOfWords({ units: [100, 10].map((units) => ({ units, dropout: 0.5 })) })),
  },
  {
    id: "c3-batch-norm",
    title: "Bag of words with batch norm and L2",
    ...IMDB_COUNTS,
    ...mlpPreset(bagOfWords({ units: normalized([100, 10]) })),
  },
  { id: "c4a", title: "Embeddings and dense layers", ...IMDB_TOKENS, architecture: "embeddingDense", build: embeddingDense },
  { id: "c4b", title: "Embeddings and convolutions", ...IMDB_TOKENS, architecture: "embeddingConv1d", build: embeddingConv1d },
  {
    id: "c5",
    title: "Logistic map, 5 tanh units",
    architecture: "logisticMap",
    inputShape: [1],
    classes: 1,
    loss: "meanSquaredError",
    build: ({ seed, name }) => logisticMap({ seed, name }),
  },
  {
    id: "c6",
    title: "Perceptron 24-12 with batch norm",
    inputShape: [8],
    classes: 2,
    loss: "binaryCrossentropy",
    ...mlpPreset({ units: normalized([24, 12]), output: "sigmoid" }),
  },
  {
    id: "c7",
    title: "Denoising autoencoder",
    architecture: "denoisingAutoencoder",
    inputShape: [28, 28, 1],
    classes: 1,
    loss: "binaryCrossentropy",
    build: ({ inputShape, seed, name }) => denoisingAutoencoder({ inputShape, seed, name }),
  },
  { id: "c8-dense", title: "Perceptron 20-10 with batch norm", ...C8_DENSE },
  { id: "c8-conv", title: "Two convolutions with batch norm", ...C8_CONV },
  { id: "c9-dense", title: "Perceptron 20-10 with batch norm, for permuted pixels", ...C8_DENSE },
  { id: "c9-conv", title: "Two convolutions with batch norm, for permuted pixels", ...C8_CONV },
  { id: "c10a", title: "AlexNet for small images", ...CIFAR_100, architecture: "alexnet", build: alexnet },
  { id: "c10b", title: "VGG for small images", ...CIFAR_100, architecture: "vgg", build: vgg },
  {
    id: "d1",
    title: "One 4 x 4 convolution of one channel",
    ...MNIST,
    ...cnnPreset([{ filters: 1, kernelSize: 4 }]),
  },
  {
    id: "d2",
    title: "Convolutions of 20 and 1 channels",
    ...MNIST,
    ...cnnPreset([
      { filters: 20, kernelSize: 4, activation: "relu" },
      { filters: 1, kernelSize: 3, activation: "elu" },
    ]),
  },
  { id: "d3", title: "Dense layer of 10,000 units", ...CIFAR_10, architecture: "wideDense", build: wideDense },
  { id: "d4", title: "LeNet-5", ...CIFAR_10, architecture: "lenet5", build: lenet5 },
  { id: "e1", title: "Perceptron 16", ...MNIST, ...mlpPreset({ units: [16] }) },
  { id: "e2", title: "Perceptron 128-128-64-64-32", ...MNIST, ...mlpPreset({ units: LAB_2_UNITS }) },
  { id: "e3", title: "Perceptron 128-128-64-64-32 with L2 1e-5", ...MNIST, ...mlpPreset({ units: LAB_2_UNITS, l2: 1e-5 }) },
  {
    id: "e3-strong",
    title: "Perceptron 128-128-64-64-32 with L2 0.01",
    ...MNIST,
    ...mlpPreset({ units: LAB_2_UNITS, l2: 0.01 }),
  },
  { id: "e4", title: "Perceptron 128-128-64-64-32 with L1", ...MNIST, ...mlpPreset({ units: LAB_2_UNITS, l1: 1e-5 }) },
  { id: "e5", title: "Perceptron 128-128-64-64-32 with dropout", ...MNIST, ...mlpPreset({ units: LAB_2_UNITS, dropout: 0.1 }) },
  { id: "e6", title: "Perceptron 128-128-64-64-32, stopped early", ...MNIST, ...mlpPreset({ units: LAB_2_UNITS }) },
];

function mlpPreset(options: Partial<MlpOptions>): Pick<Preset, "architecture" | "build"> {
  return { architecture: "mlp", build: (given) => mlp({ ...options, ...given }) };
}

/** Convolutions without padding, and logits that are rectified before the softmax. */
function cnnPreset(
  convolutions: NonNullable<Parameters<typeof simpleCnn>[0]["convolutions"]>,
): Pick<Preset, "architecture" | "build"> {
  return { architecture: "simpleCnn", build: (given) => simpleCnn({ ...given, convolutions, logitActivation: "relu" }) };
}
