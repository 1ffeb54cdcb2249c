/** Where there is no native TensorFlow: the same calls run eagerly, with gradients that finite differences confirm. */

import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { compileTraining, type OptimizerConfig } from "../src/index.js";
import { makeData, makeModel, type ParityOptions } from "./support/parity.js";

await useEngine({ prefer: "cpu" });

const autoencoder: ParityOptions = {
  inputShape: [5, 5, 1],
  dtype: "uint8",
  count: 3,
  classifies: false,
  layers: () => [
    tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "tanh" }),
    tf.layers.averagePooling2d({ poolSize: 2, strides: 2, padding: "same" }),
    tf.layers.upSampling2d({ size: [2, 2] }),
    tf.layers.conv2d({ filters: 1, kernelSize: 2, padding: "valid" }),
    tf.layers.activation({ activation: "sigmoid" }),
  ],
};

test("one step of an autoencoder goes down the slope of its loss", async () => {
  const model = makeModel(autoencoder);
  const { inputs } = makeData(autoencoder);
  const data = { inputs, labels: inputs };
  const optimizer: OptimizerConfig = { type: "sgd", learningRate: 1 };
  const session = compileTraining({ model, loss: "binaryCrossentropy", scaleLabels: true, optimizer, seed: 1, ...data });
  expect(session.kind).toBe("eager");
  const { arrays } = await session.readState();
  await session.runSteps([Uint32Array.of(0, 1, 2)]);
  const after = (await session.readState()).arrays;
  const lossAt = async (array: number, i: number, by: number) => {
    const changed = arrays.map((values, a) => values.map((value, k) => (a === array && k === i ? value + by : value)));
    session.writeState({ step: 0, arrays: changed });
    return (await session.evaluate(data)).loss;
  };
  for (const [array, i] of [
    [0, 0],
    [0, 9],
    [0, 17],
    [1, 1],
    [2, 3],
    [3, 0],
  ] as const) {
    const slope = ((await lossAt(array, i, 0.02)) - (await lossAt(array, i, -0.02))) / 0.04;
    expect(arrays[array]![i]! - after[array]![i]!).toBeCloseTo(slope, 4);
  }
  session.dispose();
  model.dispose();
});
