import { augmentBatch, drawAugmentation, planAugmentation, type AugmentationPlan } from "@tarea/datasets";
import * as tf from "@tensorflow/tfjs";
import { takeRows } from "@tarea/core";
import { nativeBinding } from "@tarea/engine/native";
import { describe, expect, test } from "vitest";
import { compileTraining, type Augmentation, type CompileOptions, type ForwardModel } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectParity, largestDifference, makeBatches, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const network: ParityOptions = {
  inputShape: [9, 7, 2],
  dtype: "uint8",
  layers: () => [tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu" }), tf.layers.flatten()],
};

/** A plan of `@tarea/datasets` for a session, of images stored as bytes unless it says otherwise. */
function augmentationOf(plan: AugmentationPlan): Augmentation {
  return planAugmentation(plan, { dtype: "uint8" });
}

const EVERYTHING: AugmentationPlan = {
  flip: { horizontal: 0.5, vertical: 0.3 },
  shift: { horizontal: 0.2, vertical: 0.1 },
  rotate: { degrees: 30 },
  zoom: { from: 0.8, to: 1.3 },
  crop: { padding: 2 },
  brightness: { change: 0.3 },
  cutout: { size: 3, probability: 0.6 },
};

const PLANS: Record<string, AugmentationPlan> = {
  "mirror images": { flip: { horizontal: 0.5 } },
  "crops with a filled border": { crop: { padding: 3 }, fill: 77 },
  "whole pixels, nearest": { shift: { horizontal: 0.4 }, sampling: "nearest", border: "nearest" },
  "rotation and zoom over a reflected border": { rotate: { degrees: 90 }, zoom: { from: 0.5, to: 2 }, border: "reflect" },
  "a border that wraps": { shift: { horizontal: 0.5, vertical: 0.5 }, border: "wrap" },
  "brightness alone": { brightness: { change: 0.5 } },
  "cutout with its own value": { cutout: { size: 4, fill: 128 } },
  everything: EVERYTHING,
};

describe.skipIf(!isNative)(`20 steps augmented in the graph equal 20 with the reference${skipReason}`, () => {
  test.each(Object.entries(PLANS))("%s", async (_, plan) => {
    await expectParity({ ...network, augmentation: augmentationOf(plan) });
  });

  test("shards, accumulated gradients and dropout besides", async () => {
    const layers = () => [tf.layers.flatten(), tf.layers.dropout({ rate: 0.3, name: "drop" }), tf.layers.dense({ units: 8 })];
    const augmentation = augmentationOf(EVERYTHING);
    await expectParity({ ...network, layers, augmentation, shards: 3, accumulateSteps: 2, batchSize: 13 });
  });

  test("images of numbers keep their own range", async () => {
    const plan: AugmentationPlan = { ...EVERYTHING, valueRange: [-3, 3] };
    await expectParity({ ...network, dtype: "float32", augmentation: augmentationOf(plan) });
  });
});

test.skipIf(!isNative)(`the images that a graph trains on are the reference's, pixel by pixel${skipReason}`, async () => {
  const data = makeData(network);
  const [size, count, seed] = [9 * 7 * 2, 12, 6];
  const reads = tf.variable(tf.zeros([size]));
  // The gradient of the weights is the sum of the images, so that one step with rate 1 writes it into the weights.
  const forward = (x: tf.Tensor) => tf.sum(tf.mul(tf.reshape(x, [x.shape[0], size]), reads), 1, true);
  const model: ForwardModel = { name: "sum", inputShape: [9, 7, 2], outputShape: [1], weights: [reads], forward };
  const labels = { dtype: "float32", shape: [40], data: new Float32Array(40).fill(-0.5) } as const;
  const augmentation = augmentationOf(EVERYTHING);
  const optimizer = { type: "sgd", learningRate: 1 } as const;
  const session = compileTraining({ model, loss: "meanSquaredError", optimizer, ...data, labels, augmentation, seed });
  for (let i = 0; i < count; i++) {
    session.writeState({ step: i, arrays: [new Float32Array(size)] });
    await session.runSteps([Uint32Array.of(i)]);
    const expected = augmentBatch(takeRows(data.inputs, [i]), EVERYTHING, { seed, step: i }).data.map((value) => -value / 255);
    expect(largestDifference((await session.readState()).arrays[0]!, expected)).toBeLessThan(1e-6);
  }
  session.dispose();
  reads.dispose();
});

test.skipIf(!isNative)(
  `steps one at a time draw what steps in one call draw, and evaluation sees plain images${skipReason}`,
  async () => {
    const batches = makeBatches(40, 12, 9);
    const data = makeData(network);
    const run = async (calls: Uint32Array[][], augmentation?: Augmentation) => {
      const model = makeModel(network);
      const session = compileTraining({
        model,
        loss: "categoricalCrossentropy",
        optimizer: ADAM,
        seed: 2,
        ...data,
        augmentation,
      });
      const untrained = await session.evaluate(data);
      for (const call of calls) await session.runSteps(call);
      const { arrays } = await session.readState();
      session.dispose();
      model.dispose();
      return { untrained, arrays };
    };
    const augmentation = augmentationOf(EVERYTHING);
    const [many, single, plain] = [
      await run([batches], augmentation),
      await run(
        batches.map((batch) => [batch]),
        augmentation,
      ),
      await run([batches]),
    ];
    expect(single).toEqual(many);
    expect(plain.untrained).toEqual(many.untrained);
    expect(plain.arrays).not.toEqual(many.arrays);
  },
);

test.skipIf(!isNative)(`draws of another size fail the step and leave nothing behind${skipReason}`, async () => {
  const model = makeModel(network);
  const draw: Augmentation["draw"] = (options) => drawAugmentation(EVERYTHING, { ...options, count: options.count - 1 });
  const augmentation = { ...augmentationOf(EVERYTHING), draw };
  const options = {
    model,
    loss: "categoricalCrossentropy",
    optimizer: ADAM,
    seed: 2,
    ...makeData(network),
    augmentation,
  } as const;
  const session = compileTraining({ ...options, batchSizes: [12] });
  await session.predict({ inputs: options.inputs }); // brings weights and data into the native library
  const before = [nativeBinding().getNumOfTensors(), await session.readState()];
  await expect(session.runSteps(makeBatches(40, 12, 2))).rejects.toThrow(
    "augmentation: transforms do not fit the batch, expected 96 numbers, got 88 numbers.",
  );
  expect([nativeBinding().getNumOfTensors(), await session.readState()]).toEqual(before);
  session.dispose();
  model.dispose();
});

test("augmentation that does not fit is refused", () => {
  const options = (settings: ParityOptions, augmentation: unknown): CompileOptions => ({
    model: makeModel(settings),
    loss: "categoricalCrossentropy",
    optimizer: ADAM,
    seed: 1,
    ...makeData(settings),
    augmentation: augmentation as Augmentation,
  });
  const cases: [ParityOptions, unknown, string][] = [
    [{ inputShape: [6], layers: () => [] }, augmentationOf({}), "augmentation needs images [N, H, W, C], got [40, 6]."],
    [network, EVERYTHING, 'unknown option "flip"'],
    [network, {}, "augmentation needs the functions draw and apply"],
    [network, { ...augmentationOf({}), geometry: { sampling: "cubic" } }, "unknown geometry.sampling"],
  ];
  for (const [settings, augmentation, message] of cases) {
    const given = options(settings, augmentation);
    expect(() => compileTraining(given)).toThrow(message);
    (given.model as tf.LayersModel).dispose();
  }
});
