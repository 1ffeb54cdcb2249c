import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { loadSavedModel } from "@tensorflow/tfjs-node/dist/saved_model.js";
import { afterAll, describe, expect, test } from "vitest";
import { exportSavedModel } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";

const { layers } = tf;
const parent = mkdtempSync(join(tmpdir(), "tarea-saved-model-"));
afterAll(() => rmSync(parent, { recursive: true }));

/** As TensorFlow.js loads the models of others; loaded late, for it needs the native backend. */
const load: typeof loadSavedModel = (path) => {
  const require = createRequire(import.meta.url);
  return (require("@tensorflow/tfjs-node/dist/saved_model.js") as { loadSavedModel: typeof loadSavedModel }).loadSavedModel(path);
};

function chain(shape: number[], all: tf.layers.Layer[], dtype: "float32" | "int32" = "float32"): tf.LayersModel {
  const input = tf.input({ shape, dtype, name: "given" });
  return tf.model({
    inputs: input,
    outputs: all.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input),
    name: "a model",
  });
}

/** Weights that are neither zero nor one. */
function unlikeNew(model: tf.LayersModel): tf.LayersModel {
  for (const [i, weight] of model.weights.entries())
    tf.tidy(() => void weight.write(tf.randomUniform(weight.shape as number[], 0.2, 0.8, "float32", i)));
  return model;
}

const MODELS: Record<string, () => tf.LayersModel> = {
  "an image classifier with batch norm and dropout": () =>
    chain(
      [8, 8, 2],
      [
        layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu", name: "conv" }),
        layers.batchNormalization({ name: "norm" }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.upSampling2d({ size: [2, 2] }),
        layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
        layers.flatten(),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 4, activation: "elu" }),
        layers.batchNormalization(),
        layers.dense({ units: 3, activation: "softmax", name: "probabilities" }),
      ],
    ),
  "token ids through embeddings and convolutions": () =>
    chain(
      [6],
      [
        layers.embedding({ inputDim: 9, outputDim: 4 }),
        layers.batchNormalization(),
        layers.conv1d({ filters: 3, kernelSize: 3, padding: "same", activation: "tanh" }),
        layers.dense({ units: 2 }),
        layers.maxPooling1d({ poolSize: 2 }),
        layers.reshape({ targetShape: [2, 3] }),
        layers.globalAveragePooling1d({}),
        layers.activation({ activation: "sigmoid", name: "probabilities" }),
      ],
      "int32",
    ),
};

describe.runIf(isNative)("a SavedModel", () => {
  test.each(Object.entries(MODELS))("of %s predicts the same for any number of samples", async (title, build) => {
    const before = tf.memory().numTensors;
    const model = unlikeNew(build());
    const folder = join(parent, title);
    exportSavedModel(model, folder);
    expect(readdirSync(folder)).toEqual(["saved_model.pb", "variables"]);
    expect(statSync(folder).mode & 0o777).toBe(0o777 & ~process.umask());
    const loaded = await load(folder);
    expect(loaded.inputs).toMatchObject([{ dtype: model.inputs[0]!.dtype }]);
    for (const samples of [1, 2, 7]) {
      const difference = tf.tidy(() => {
        const shape = [samples, ...model.inputs[0]!.shape.slice(1)] as number[];
        const inputs = tf.randomUniform(shape, 0, 8, model.inputs[0]!.dtype, samples);
        const outputs = loaded.predict({ given: inputs }) as tf.NamedTensorMap;
        const [expected, received] = [model.predict(inputs) as tf.Tensor, outputs["probabilities"]!] as const;
        expect(received.shape).toEqual(expected.shape);
        return tf.max(tf.abs(tf.sub(expected, received))).dataSync()[0]!;
      });
      expect(difference).toBeLessThan(1e-6);
    }
    loaded.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("keeps several inputs and outputs apart by name", async () => {
    const [a, b] = [tf.input({ shape: [3], name: "a" }), tf.input({ shape: [2], name: "b" })];
    const joined = layers.concatenate({ name: "joined" }).apply([b, a]) as tf.SymbolicTensor;
    const model = tf.model({
      inputs: [a, b],
      outputs: [joined, layers.dense({ units: 1, name: "sum" }).apply(joined) as tf.SymbolicTensor],
    });
    const folder = join(parent, "several");
    mkdirSync(folder); // An empty folder may be there.
    exportSavedModel(model, folder);
    const loaded = await load(folder);
    const outputs = loaded.predict({ a: tf.tensor2d([[1, 2, 3]]), b: tf.tensor2d([[4, 5]]) }) as tf.NamedTensorMap;
    expect(Object.keys(outputs).toSorted()).toEqual(["joined", "sum"]);
    expect([...outputs["joined"]!.dataSync()]).toEqual([4, 5, 1, 2, 3]);
  });

  test("is not written over what is there, nor for a model that depends on the number of samples, and nothing is left", () => {
    const model = chain([2], [layers.dense({ units: 1 })]);
    const taken = join(parent, "taken");
    mkdirSync(taken);
    writeFileSync(join(taken, "notes.txt"), "mine");
    expect(() => exportSavedModel(model, taken)).toThrow("exportSavedModel: the folder is not empty");
    expect(() => exportSavedModel(model, join(taken, "notes.txt", "below"))).toThrow("the folder cannot be written");
    expect(readdirSync(taken)).toEqual(["notes.txt"]);

    const recurrent = chain([4, 2], [layers.lstm({ units: 2 })]);
    const folder = join(parent, "recurrent");
    expect(() => exportSavedModel(recurrent, folder)).toThrow("the model computes something else for another number of samples");
    expect(existsSync(folder)).toBe(false);
    const open = tf.sequential({ layers: [layers.conv1d({ filters: 1, kernelSize: 1, inputShape: [null, 2] })] });
    expect(() => exportSavedModel(open, folder)).toThrow("the size of an axis is not known");
  });
});

test.skipIf(isNative)(`no SavedModel without the native engine: ${skipReason}`, () => {
  expect(() => exportSavedModel(chain([2], [layers.dense({ units: 1 })]), join(parent, "x"))).toThrow(
    "native TensorFlow is not in use",
  );
});
