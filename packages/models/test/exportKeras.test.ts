import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { createModel, exportKeras, importKeras, mlp, PRESETS, type MlpOptions } from "../src/index.js";
import { openHdf5 } from "../src/keras/hdf5.js";
import { unlikeNew } from "./support/unlikeNew.js";

await useEngine({ prefer: "cpu" });

const { layers } = tf;

/** Name, shape and bits of every weight. */
const weightsOf = (model: tf.LayersModel): string[] =>
  model.weights.map((weight) => {
    const hash = createHash("sha256").update(weight.read().dataSync()).digest("hex");
    return `${weight.originalName} [${weight.shape.join()}] ${hash}`;
  });

/** Every layer with its options, without those that Keras does not keep. */
function topologyOf(model: tf.LayersModel): unknown {
  const { config } = model.toJSON(null, false) as { config: unknown };
  const dropped = ["dtype", "batch_input_shape", "mask_zero", "input_length", "seed", "noise_shape", "has_l1", "has_l2"];
  return JSON.parse(JSON.stringify(config, (key, value: unknown) => (dropped.includes(key) ? undefined : value)));
}

test.each(PRESETS.map(({ id }) => id))("%s comes back from Keras's format with equal bits and options", async (id) => {
  const before = tf.memory().numTensors;
  const model = unlikeNew(createModel(id, { seed: 3 }));
  const back = await importKeras(exportKeras(model));
  expect(weightsOf(back)).toEqual(weightsOf(model));
  expect(topologyOf(back)).toEqual(topologyOf(model));
  for (const one of [model, back]) one.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../test-fixtures/keras/${name}`, import.meta.url));

test("what is written is what Keras reads, and it predicts the same", () => {
  const golden = JSON.parse(fixture("tarea.json").toString()) as {
    options: MlpOptions;
    layers: [name: string, className: string, params: number][];
    inputs: { shape: number[]; data: number[] };
    outputs: { data: number[] };
  };
  const model = mlp(golden.options);
  expect(Buffer.from(exportKeras(model))).toEqual(fixture("tarea.keras"));
  expect(golden.layers.map(([name, , params]) => [name, params])).toEqual(
    model.layers.map((layer) => [layer.name, layer.countParams()]),
  );
  expect(golden.layers.map(([, className]) => className)).toContain("ActivityRegularization");
  const outputs = (model.predict(tf.tensor(golden.inputs.data, golden.inputs.shape)) as tf.Tensor).dataSync();
  for (const [i, value] of golden.outputs.data.entries()) expect(Math.abs(outputs[i]! - value)).toBeLessThan(1e-5);
});

test("the archive holds Keras's three files, and the weights lie in groups that name their layers", () => {
  const files = unzipSync(exportKeras(mlp({ inputShape: [2], classes: 2, units: [3, 4], seed: 1 })));
  expect(Object.keys(files)).toEqual(["metadata.json", "config.json", "model.weights.h5"]);
  const root = openHdf5(files["model.weights.h5"]!);
  expect(root.names()).toEqual(["layers", "vars"]);
  expect(root.find("layers")!.names()).toEqual(["input_layer", "dense", "dense_1", "dense_2", "activation"]);
  const vars = root.find("layers/dense_1/vars")!;
  expect(vars.texts("name")).toEqual(["dense2"]);
  expect(["0", "1"].map((name) => vars.find(name)!.floats().shape)).toEqual([[3, 4], [4]]);
  const config = JSON.parse(new TextDecoder().decode(files["config.json"])) as {
    class_name: string;
    config: { layers: unknown[] };
  };
  expect(config.class_name).toBe("Functional");
  expect(config.config.layers[1]).toMatchObject({
    module: "keras.layers",
    class_name: "Dense",
    config: { kernel_initializer: { class_name: "GlorotUniform" } },
    inbound_nodes: [{ args: [{ config: { keras_history: ["input", 0, 0], shape: [null, 2] } }] }],
  });
});

/** Two inputs, one of whole numbers, a layer that is used twice, layers of one shape in branches of different length, two outputs. */
function branched(): tf.LayersModel {
  const [ids, numbers] = [tf.input({ shape: [5], dtype: "int32", name: "ids" }), tf.input({ shape: [5, 3], name: "numbers" })];
  const apply = (layer: tf.layers.Layer, ...x: tf.SymbolicTensor[]) =>
    layer.apply(x.length === 1 ? x[0]! : x) as tf.SymbolicTensor;
  const shared = layers.dense({ units: 3, activation: "swish", name: "shared", kernelInitializer: "heNormal" });
  const x = apply(shared, apply(layers.embedding({ inputDim: 7, outputDim: 3, name: "e" }), ids));
  const short = apply(layers.dense({ units: 3, name: "short" }), x);
  const long = apply(
    layers.dense({ units: 3, name: "long2" }),
    apply(layers.dense({ units: 3, name: "long1" }), apply(shared, numbers)),
  );
  const joined = apply(
    layers.concatenate({ axis: 1, name: "joined" }),
    short,
    long,
    apply(layers.add({ name: "sum" }), x, numbers),
  );
  const y = apply(layers.conv1d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", name: "conv" }), joined);
  const norm = apply(layers.batchNormalization({ scale: false, name: "norm" }), y);
  return tf.model({
    inputs: [ids, numbers],
    outputs: [apply(layers.softmax({ axis: -1, name: "soft" }), norm), short],
    name: "branched",
  });
}

test("branches, shared layers and several ends come back, and layers of equal shape are not swapped", async () => {
  const model = unlikeNew(branched());
  const back = await importKeras(exportKeras(model));
  expect(weightsOf(back)).toEqual(weightsOf(model));
  const inputs = [tf.tensor2d([0, 1, 2, 3, 6], [1, 5], "int32"), tf.randomNormal([1, 5, 3], 0, 1, "float32", 1)];
  const [expected, received] = [model, back].map((one) =>
    (one.predict(inputs) as tf.Tensor[]).map((output) => [...output.dataSync()]),
  );
  expect(received).toEqual(expected);
});

test("a sequential model becomes a functional one", async () => {
  const model = tf.sequential({
    layers: [layers.dense({ units: 2, inputShape: [3] }), layers.reLU({ maxValue: 2 }), layers.softmax()],
  });
  const back = await importKeras(exportKeras(model));
  const inputs = tf.randomNormal([4, 3], 0, 3, "float32", 2);
  expect([...(back.predict(inputs) as tf.Tensor).dataSync()]).toEqual([...(model.predict(inputs) as tf.Tensor).dataSync()]);
});

const sequential = (...all: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers: all });

test.each<[string, tf.layers.Layer, string]>([
  ["another layer", layers.lstm({ units: 2, inputShape: [4, 3], name: "memory" }), "exportKeras: memory: the layer is of a type"],
  [
    "another function",
    layers.dense({ units: 2, inputShape: [4], activation: "hardSigmoid" }),
    "the activation cannot be exported",
  ],
  [
    "a mask",
    layers.embedding({ inputDim: 4, outputDim: 2, inputLength: 3, maskZero: true }),
    "the option mask_zero has no counterpart",
  ],
  [
    "a name that Keras cannot run",
    layers.dense({ units: 2, inputShape: [4], name: "a/b" }),
    "the name of a layer cannot be exported",
  ],
  [
    "bilinear up-sampling",
    layers.upSampling2d({ size: [2, 2], interpolation: "bilinear", inputShape: [4, 4, 1] }),
    "the option interpolation has no counterpart in Keras",
  ],
])("a model with %s is refused", (_, layer, message) => {
  expect(() => exportKeras(sequential(layer))).toThrow(message);
});
