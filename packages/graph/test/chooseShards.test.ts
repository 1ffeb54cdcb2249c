import * as tf from "@tensorflow/tfjs";
import { nativeBinding } from "@tarea/engine/native";
import { expect, test } from "vitest";
import { chooseShards, type CompileOptions } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const network = { inputShape: [6], layers: () => [tf.layers.dense({ units: 8 })] };

function settings(options: ParityOptions) {
  return {
    model: makeModel(options),
    loss: "categoricalCrossentropy",
    optimizer: ADAM,
    seed: 1,
    ...makeData(options),
  } satisfies CompileOptions;
}

test.skipIf(!isNative)(`the fastest number of shards by the clock is chosen, and no weight moves${skipReason}`, () => {
  const options = settings(network);
  const before = options.model.getWeights().map((weight) => [...weight.dataSync()]);
  const sessions = nativeBinding().getNumOfSavedModels();
  // What each call takes by the clock, one after the other: first one of each that does not count, then one that does.
  const readings = [900, 900, 900, 600, 500, 590].flatMap((took, i) => [1000 * i, 1000 * i + took]);
  const choice = chooseShards(options, { batchSize: 20, candidates: [1, 2, 4], now: () => readings.shift()! });
  expect(choice).toEqual({
    shards: 2,
    millisecondsPerStep: new Map([
      [1, 600],
      [2, 500],
      [4, 590],
    ]),
  });
  expect(options.model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  expect(nativeBinding().getNumOfSavedModels()).toBe(sessions);
  options.model.dispose();
});

test.skipIf(!isNative)(`a function that assigns weights stays in one piece${skipReason}`, () => {
  const { inputs, labels } = makeData(network);
  const [weight, average] = [tf.variable(tf.ones([inputs.shape[1]!, 3])), tf.variable(tf.zeros([3]))];
  const model = {
    ...{ name: "averaging", inputShape: inputs.shape.slice(1), classes: 3, weights: [weight, average] },
    forward: (batch: tf.Tensor) => {
      const outputs = tf.matMul(batch, weight);
      average.assign(tf.mean(outputs, 0));
      return tf.add(outputs, average);
    },
  };
  const options = { model, loss: "categoricalCrossentropy", optimizer: { type: "sgd", learningRate: 0.1 }, seed: 1 } as const;
  const choice = chooseShards({ ...options, inputs, labels }, { batchSize: 20 });
  expect(choice.shards).toBe(1);
  expect([...choice.millisecondsPerStep.keys()]).toEqual([1]);
  tf.dispose([weight, average]);
});

test("a batch larger than the data is refused", () => {
  const options = settings(network);
  expect(() => chooseShards(options, { batchSize: 41 })).toThrow(
    "chooseShards: batchSize must be a positive integer and at most 40",
  );
  options.model.dispose();
});
