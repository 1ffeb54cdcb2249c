import * as tf from "@tensorflow/tfjs";
import { nativeBinding } from "@tarea/engine/native";
import { expect, test } from "vitest";
import { comparePrecisions, compileTraining, eagerTraining, type CompileOptions } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, largestDifference, makeBatches, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const { layers } = tf;

const NETWORKS: Record<string, ParityOptions> = {
  "dense layers and dropout": {
    inputShape: [20],
    layers: () => [
      layers.dense({ units: 32, activation: "relu" }),
      layers.dropout({ rate: 0.2, name: "drop" }),
      layers.dense({ units: 16, activation: "tanh" }),
    ],
  },
  "convolutions, pools and batch normalization": {
    inputShape: [8, 8, 2],
    dtype: "uint8",
    layers: () => [
      layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.batchNormalization(),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu", kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten(),
    ],
  },
  "an embedding and a convolution over time": {
    inputShape: [12],
    dtype: "int32",
    layers: () => [
      layers.embedding({ inputDim: 10, outputDim: 6 }),
      layers.conv1d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.flatten(),
    ],
  },
};

function settings(options: ParityOptions): CompileOptions {
  return { model: makeModel(options), loss: "categoricalCrossentropy", optimizer: ADAM, seed: 11, ...makeData(options) };
}

async function run(options: CompileOptions) {
  const session = compileTraining(options);
  const results = await session.runSteps(makeBatches(40, 12, 20));
  const evaluation = await session.evaluate({ inputs: options.inputs, labels: options.labels });
  const { arrays } = await session.readState();
  session.dispose();
  (options.model as tf.LayersModel).dispose();
  return { results, evaluation, arrays };
}

/** Sums over 12 samples: the first from equal weights, the others after updates that differ more and more. */
function expectClose(mixed: Float64Array, exact: Float64Array): void {
  expect(mixed).not.toEqual(exact);
  expect(largestDifference(mixed.slice(0, 1), exact.slice(0, 1))).toBeLessThan(0.005);
  expect(largestDifference(mixed, exact)).toBeLessThan(0.1);
}

test.skipIf(!isNative).each(Object.entries(NETWORKS))(
  `mixed precision follows float32 within its few digits, and repeats to the bit, with %s${skipReason}`,
  async (_, network) => {
    const [exact, mixed, again] = [
      await run(settings(network)),
      await run({ ...settings(network), precision: "mixed" }),
      await run({ ...settings(network), precision: "mixed" }),
    ];
    expectClose(mixed.results.dataLoss, exact.results.dataLoss);
    expect(Math.abs(mixed.evaluation.loss - exact.evaluation.loss)).toBeLessThan(0.2);
    expect(again).toEqual(mixed);
  },
);

test.skipIf(!isNative)(`shards, clipping and accumulation go with mixed precision${skipReason}`, async () => {
  const network = NETWORKS["convolutions, pools and batch normalization"]!;
  const more = { shards: 2, accumulateSteps: 2, optimizer: { ...ADAM, globalClipNorm: 0.5 } };
  const [exact, mixed] = [
    await run({ ...settings(network), ...more }),
    await run({ ...settings(network), ...more, precision: "mixed" }),
  ];
  expectClose(mixed.results.dataLoss, exact.results.dataLoss);
});

test.skipIf(!isNative)(`weights too fine for bfloat16 go on growing, since they stay in float32${skipReason}`, async () => {
  const options = settings({ inputShape: [4], layers: () => [] });
  const tiny = { ...options, precision: "mixed", optimizer: { type: "sgd", learningRate: 1e-5 } } as const;
  const before = (tiny.model as tf.LayersModel).getWeights().map((weight) => weight.dataSync().slice());
  const { arrays } = await run(tiny);
  const moved = Math.max(...arrays[0]!.map((value, i) => Math.abs(value - before[0]![i]!)));
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(1e-3); // bfloat16 knows no such step beside numbers near 0.5
});

test.skipIf(!isNative)(`precisions are compared without moving a weight or leaving a session${skipReason}`, () => {
  const options = settings(NETWORKS["dense layers and dropout"]!);
  const model = options.model as tf.LayersModel;
  const before = model.getWeights().map((weight) => [...weight.dataSync()]);
  const sessions = nativeBinding().getNumOfSavedModels();
  // What each call takes by the clock, first one of each that does not count, then one that does.
  const readings = [900, 900, 600, 200].flatMap((took, i) => [1000 * i, 1000 * i + took]);
  expect(comparePrecisions(options, { batchSize: 20, now: () => readings.shift()! })).toEqual({ float32: 600, mixed: 200 });
  expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  expect(nativeBinding().getNumOfSavedModels()).toBe(sessions);
  model.dispose();
});

test("mixed precision is refused where steps run eagerly, and so is a precision that does not exist", () => {
  const options = settings(NETWORKS["dense layers and dropout"]!);
  expect(() => eagerTraining({ ...options, precision: "mixed" })).toThrow(
    "eagerTraining: mixed precision needs steps that are compiled for the native engine, expected float32, got mixed.",
  );
  expect(() => compileTraining({ ...options, precision: "half" as never })).toThrow("precision");
  (options.model as tf.LayersModel).dispose();
});
