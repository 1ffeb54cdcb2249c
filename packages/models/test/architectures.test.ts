import { useEngine } from "@tarea/engine";
import type * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import * as models from "../src/index.js";

await useEngine({ prefer: "cpu" });

const IMAGES = { inputShape: [16, 16, 1], classes: 3, seed: null } as const;
const TEXTS = { inputShape: [8], classes: 2, vocabulary: 20, embeddingUnits: 4, seed: null } as const;
const REST = { dropout: 0.25, batchNorm: true, l1: 0.1, l2: 0.2, kernelInitializer: "heNormal" } as const;
const NO_DROPOUT = { l1: 0.1, l2: 0.2, kernelInitializer: "heNormal" } as const;

/** Parameters of a convolution, a dense layer and a batch norm. */
const conv = (size: number, from: number, to: number): number => size * from * to + to;
const dense = (from: number, to: number): number => from * to + to;
const norm = (...channels: number[]): number => channels.reduce((sum, count) => sum + 4 * count, 0);

test.each<[string, () => tf.LayersModel, params: number, inner: string]>([
  [
    "lenet5",
    () => models.lenet5({ ...IMAGES, ...REST, filters: [2, 3], kernelSize: 3, units: [7] }),
    conv(9, 1, 2) + conv(9, 2, 3) + norm(2, 3) + dense(12, 7) + dense(7, 3),
    "conv1 pool1 batchNorm1 conv2 pool2 batchNorm2 flatten dense1 dropout1 logits",
  ],
  [
    "simpleCnn",
    () =>
      models.simpleCnn({
        ...IMAGES,
        ...NO_DROPOUT,
        convolutions: [{ filters: 2, kernelSize: 5, pool: 2 }],
        units: [7],
        dropout: 0.5,
      }),
    conv(25, 1, 2) + dense(72, 7) + dense(7, 3),
    "conv1 pool1 flatten dropout1 dense1 dropout2 logits",
  ],
  [
    "wideDense",
    () => models.wideDense({ ...IMAGES, ...REST, filters: 2, kernelSize: 3, units: 7 }),
    conv(9, 1, 2) + norm(2) + dense(392, 7) + dense(7, 3),
    "conv1 batchNorm1 flatten dense1 dropout1 logits",
  ],
  [
    "alexnet without batch norm",
    () =>
      models.alexnet({
        ...IMAGES,
        ...REST,
        inputShape: [20, 20, 1],
        batchNorm: false,
        filters: [2, 3, 4, 5, 6],
        kernelSizes: [4, 3, 1, 1, 1],
        units: [7],
      }),
    conv(16, 1, 2) + conv(9, 2, 3) + conv(1, 3, 4) + conv(1, 4, 5) + conv(1, 5, 6) + dense(6, 7) + dense(7, 3),
    "conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5 flatten dense1 dropout1 logits",
  ],
  [
    "vgg without batch norm",
    () => models.vgg({ ...IMAGES, ...REST, batchNorm: false, kernelSize: 5, blocks: [[2], [3]], units: [7] }),
    conv(25, 1, 2) + conv(25, 2, 3) + dense(147, 7) + dense(7, 3),
    "conv1_1 pool1 conv2_1 pool2 flatten dense1 dropout1 logits",
  ],
  [
    "embeddingDense",
    () => models.embeddingDense({ ...TEXTS, ...REST, units: [7] }),
    80 + dense(32, 7) + norm(7) + dense(39, 1),
    "embedding flatten dense1 batchNorm1 dropout1 skip logits",
  ],
  [
    "embeddingConv1d without batch norm",
    () => models.embeddingConv1d({ ...TEXTS, ...REST, batchNorm: false, kernelSize: 5, filters: [3] }),
    80 + conv(5, 4, 3) + dense(12, 1),
    "embedding conv1 pool1 flatten dropout1 logits",
  ],
  [
    "denoisingAutoencoder",
    () =>
      models.denoisingAutoencoder({
        inputShape: [8, 8, 1],
        seed: null,
        ...REST,
        kernelSize: 5,
        encoderFilters: [2, 3],
        decoderFilters: [4, 5],
      }),
    conv(25, 1, 2) + conv(25, 2, 3) + conv(25, 3, 4) + conv(25, 4, 5) + conv(25, 5, 1) + norm(2, 3, 4, 5),
    "encoder1 batchNorm1 pool1 encoder2 batchNorm2 pool2 dropout1 decoder1 batchNorm3 upSampling1 decoder2 batchNorm4 upSampling2 logits",
  ],
])("%s takes widths, kernels, penalties, dropout and batch norm", (_, build, params, inner) => {
  const model = build();
  expect(model.countParams()).toBe(params);
  const names = model.layers.map(({ name }) => name).filter((name) => name !== "input" && name !== "probabilities");
  expect(names.join(" ")).toBe(inner);
  const kernels = model.layers.filter((layer) => layer.weights.some(({ originalName }) => originalName.endsWith("/kernel")));
  for (const layer of kernels) {
    const { kernelRegularizer, kernelInitializer } = layer.getConfig() as Record<string, { config: object }>;
    expect(kernelRegularizer).toMatchObject({ config: { l1: 0.1, l2: 0.2 } });
    expect(kernelInitializer).toMatchObject({ config: { scale: 2, mode: "fanIn", distribution: "normal" } });
  }
  for (const layer of model.layers.filter((each) => each.getClassName() === "Dropout"))
    expect(layer.getConfig()["rate"]).toBeGreaterThan(0);
  model.dispose();
});

test.each([
  [() => models.lenet5({ ...IMAGES, filters: [6] as never }), "lenet5: filters must be a list of 2, got [6]."],
  [() => models.alexnet({ ...IMAGES, kernelSizes: [3, 3] as never }), "alexnet: kernelSizes must be a list of 5, got [3, 3]."],
  [() => models.vgg({ ...IMAGES, l2: -1 }), "vgg: l2 must be a finite number at least 0, got -1."],
  [() => models.lenet5({ ...IMAGES, dropout: 1 }), "lenet5: dropout must be a finite number at least 0 and below 1, got 1."],
  [
    () => models.wideDense({ ...IMAGES, kernelInitializer: "he" as never }),
    "wideDense: unknown kernelInitializer, expected one of",
  ],
  [() => models.embeddingConv1d({ ...TEXTS, kernelSize: 0 }), "embeddingConv1d: kernelSize must be a positive integer, got 0."],
])("options beyond their range are refused: %#", (build, message) => {
  expect(build).toThrow(message);
});
