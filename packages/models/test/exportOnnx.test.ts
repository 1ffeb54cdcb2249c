import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { expect, test } from "vitest";
import { createModel, exportOnnx, findPreset, mlp, ONNX_OPSET, PRESETS } from "../src/index.js";
import { sampleInputs } from "./support/conformance.js";
import { unlikeNew } from "./support/unlikeNew.js";

await useEngine({ prefer: "wasm" });
ort.env.wasm.numThreads = 1;

/** Shapes and largest difference between what ONNX Runtime and the model itself make of `inputs`. */
async function compare(model: tf.LayersModel, inputs: tf.Tensor[]): Promise<{ names: string[]; difference: number }> {
  const session = await ort.InferenceSession.create(exportOnnx(model));
  const feeds = inputs.map((input, i) => [
    session.inputNames[i]!,
    new ort.Tensor(input.dtype as "float32", input.dataSync().slice() as Float32Array, input.shape),
  ]);
  const results = await session.run(Object.fromEntries(feeds) as ort.InferenceSession.OnnxValueMapType);
  const differences = tf.tidy(() =>
    [model.apply(inputs) as tf.Tensor | tf.Tensor[]].flat().map((expected, i) => {
      const received = results[session.outputNames[i]!]!;
      expect(received.dims).toEqual(expected.shape);
      const values = received.data as Float32Array;
      return Math.max(...[...expected.dataSync()].map((value, j) => Math.abs(value - values[j]!)));
    }),
  );
  const names = [...session.inputNames, ...session.outputNames];
  await session.release();
  return { names, difference: Math.max(...differences) };
}

test.each(PRESETS.map(({ id }) => id))("ONNX Runtime predicts what %s predicts, and nothing is left behind", async (id) => {
  const before = tf.memory().numTensors;
  const model = unlikeNew(createModel(id, { seed: 3 }));
  const inputs = sampleInputs(findPreset(id), [2, ...findPreset(id).inputShape]);
  const { names, difference } = await compare(model, [inputs]);
  expect(names[0]).toBe("input");
  expect(names[1]).toMatch(/^(probabilities|predictions)$/);
  expect(difference).toBeLessThan(1e-5);
  model.dispose();
  inputs.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("the file states its operator set", () => {
  const bytes = exportOnnx(mlp({ inputShape: [2], classes: 2, units: [3] }), { metadata: { seed: "0" } });
  // ir_version 8, the producer's name, and the set's version in the message after the empty domain.
  expect([...bytes.subarray(0, 9)]).toEqual([8, 8, 18, 5, ...new TextEncoder().encode("tarea")]);
  expect([...bytes.subarray(9, 15)]).toEqual([0x42, 4, 10, 0, 16, ONNX_OPSET]);
  expect(new TextDecoder().decode(bytes)).toContain("seed");
});

/** `layers` one after the other. */
function chain(shape: number[], layers: tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape, name: "in" });
  return tf.model({
    inputs: input,
    outputs: layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input),
  });
}

const { layers } = tf;
const random = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 2, "float32", 4);

test.each<[string, () => tf.LayersModel, tf.Tensor[]]>([
  [
    "convolutions, pools and padding of odd sizes",
    () =>
      chain(
        [11, 8, 2],
        [
          layers.conv2d({ filters: 3, kernelSize: [3, 2], strides: [2, 1], padding: "same", activation: "swish" }),
          layers.batchNormalization({ scale: false }),
          layers.zeroPadding2d({ padding: [[1, 2], [0, 3]] }), // prettier-ignore
          layers.averagePooling2d({ poolSize: [2, 3], strides: [2, 2], padding: "same" }),
          layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, padding: "same", useBias: false, activation: "selu" }),
          layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
          layers.upSampling2d({ size: [3, 2] }),
          layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }),
          layers.batchNormalization({ center: false }),
          layers.activation({ activation: "softmax" }),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 3, activation: "hardSigmoid" }),
        ],
      ),
    [random(3, 11, 8, 2)],
  ],
  [
    "activations as layers",
    () =>
      chain(
        [6, 4],
        [
          layers.leakyReLU({ alpha: 0.2 }),
          layers.elu(),
          layers.dense({ units: 5, activation: "softplus" }),
          layers.gaussianNoise({ stddev: 1 }),
          layers.reLU({ maxValue: 1.5 }),
          layers.activation({ activation: "softsign" }),
          layers.reshape({ targetShape: [3, 10] }),
          layers.softmax({ axis: -1 }),
          layers.reLU(),
          layers.activation({ activation: "relu6" }),
          layers.averagePooling1d({ poolSize: 2, strides: 1, padding: "same" }),
          layers.globalMaxPooling1d(),
        ],
      ),
    [random(3, 6, 4)],
  ],
  [
    "whole numbers, a layer that is used twice, merges, two inputs and two outputs",
    () => {
      const [ids, numbers] = [
        tf.input({ shape: [5], dtype: "int32", name: "ids" }),
        tf.input({ shape: [5, 3], name: "numbers" }),
      ];
      const shared = layers.dense({ units: 3, activation: "tanh" });
      const embedded = layers.embedding({ inputDim: 7, outputDim: 3 }).apply(ids) as tf.SymbolicTensor;
      const [x, y] = [embedded, numbers].map((input) => shared.apply(input) as tf.SymbolicTensor) as [
        tf.SymbolicTensor,
        tf.SymbolicTensor,
      ];
      const merged = [layers.add(), layers.multiply(), layers.average(), layers.maximum(), layers.minimum()].map(
        (layer) => layer.apply([x, y, numbers]) as tf.SymbolicTensor,
      );
      const joined = layers.concatenate({ axis: 1 }).apply(merged) as tf.SymbolicTensor;
      const convolved = layers.conv1d({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }).apply(joined);
      return tf.model({ inputs: [ids, numbers], outputs: [convolved as tf.SymbolicTensor, x] });
    },
    [tf.tensor2d([0, 1, 2, 3, 4, 6, 5, 4, 3, 2], [2, 5], "int32"), random(2, 5, 3)],
  ],
])("%s come out of ONNX Runtime as of TensorFlow.js", async (_, build, inputs) => {
  expect((await compare(unlikeNew(build()), inputs)).difference).toBeLessThan(1e-5);
});

test.each<[string, () => tf.LayersModel, string]>([
  [
    "a layer that it does not know",
    () => chain([4, 3], [layers.lstm({ units: 2, name: "memory" })]),
    "the layer memory is of a type that cannot be exported",
  ],
  [
    "another function",
    () => chain([4], [layers.dense({ units: 2, activation: "mish", name: "d" })]),
    "exportOnnx: d: the activation",
  ],
  [
    "channels first",
    () => chain([2, 8, 8], [layers.maxPooling2d({ poolSize: 2, dataFormat: "channelsFirst" })]),
    "the option dataFormat cannot be exported",
  ],
  ["a mask", () => chain([3], [layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true })]), "the option maskZero"],
  ["another axis", () => chain([3, 2], [layers.batchNormalization({ axis: 1 })]), "the option axis cannot be exported"],
  [
    "inputs of any size",
    () => chain([null as never, 2], [layers.conv1d({ filters: 2, kernelSize: 1 })]),
    "the size of an axis is not known",
  ],
])("a model with %s is refused", (_, build, message) => {
  expect(() => exportOnnx(build())).toThrow(message);
});

test("options that are none are refused", () => {
  const model = mlp({ inputShape: [2], classes: 2 });
  expect(() => exportOnnx(model, { metdata: {} } as never)).toThrow('Did you mean "metadata"?');
});
