import { readFileSync } from "node:fs";
import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createModel,
  decodeSafetensors,
  encodeSafetensors,
  loadSafetensors,
  loadTfjs,
  mlp,
  PRESETS,
  saveSafetensors,
  saveTfjs,
  type TfjsFiles,
} from "../src/index.js";
import { parseStrictJson } from "../src/files/strictJson.js";
import { artifactsOf } from "./support/reload.js";

await useEngine({ prefer: "cpu" });

const LARGE = ["c10a", "c10b", "d3", "c4a", "c3", "c3-dropout", "c3-batch-norm"];
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const reader =
  (files: Record<string, Uint8Array>) =>
  (path: string): Uint8Array => {
    if (!Object.hasOwn(files, path)) throw new Error(`no file ${path}`);
    return files[path]!;
  };

/** The topology as text, without the type that TensorFlow.js adds to embeddings when it loads them. */
function topologyOf(model: tf.LayersModel): string {
  return JSON.stringify(model.toJSON(null, false)).replaceAll(',"dtype":"float32"', "");
}

function outputs(model: tf.LayersModel): number[] {
  return tf.tidy(() => {
    const shape = [2, ...model.inputs[0]!.shape.slice(1)] as number[];
    return [...(model.predict(tf.randomUniform(shape, 0, 1, "float32", 1)) as tf.Tensor).dataSync()];
  });
}

test("every preset survives TensorFlow.js's format and safetensors, with equal outputs and no tensor left", async () => {
  for (const { id } of PRESETS.filter((preset) => !LARGE.includes(preset.id))) {
    const before = tf.memory().numTensors;
    const model = createModel(id, { seed: 5 });
    const expected = outputs(model);
    const loaded = await loadTfjs(reader({ ...(await saveTfjs(model)) }));
    expect(outputs(loaded), id).toEqual(expected);
    expect(topologyOf(loaded)).toBe(topologyOf(model));
    const other = createModel(id, { seed: 6 });
    expect(loadSafetensors(other, saveSafetensors(model, { metadata: { id } }))).toEqual({ id });
    expect(outputs(other), id).toEqual(expected);
    for (const one of [model, loaded, other]) one.dispose();
    expect(tf.memory().numTensors, id).toBe(before);
  }
});

test("a loaded model keeps its penalties on activities and the right gradient of up-sampling", async () => {
  const loaded = await loadTfjs(reader({ ...(await saveTfjs(createModel("b", { seed: 1 }))) }));
  loaded.apply(tf.randomUniform([4, 28, 28, 1], 0, 1, "float32", 1), { training: true });
  expect(loaded.calculateLosses().some((loss) => loss.dataSync()[0]! > 0)).toBe(true);
  const autoencoder = await loadTfjs(reader({ ...(await saveTfjs(createModel("c7", { inputShape: [4, 4, 1], seed: 1 }))) }));
  const layer = autoencoder.getLayer("upSampling1");
  expect([
    ...tf
      .grad((x) => tf.sum(layer.apply(x) as tf.Tensor))(tf.ones([2, 1, 1, 1]))
      .dataSync(),
  ]).toEqual([4, 4]);
});

test("stock TensorFlow.js and Keras's converter write what is read: scopes, shards and quantized weights", async () => {
  const model = mlp({ inputShape: [2], classes: 2, units: [3], seed: 1 });
  const { modelTopology } = await artifactsOf(model);
  const kernel = Uint8Array.from([0, 255, 128, 0, 255, 128]);
  const rest = new Float32Array([0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]);
  const weightsManifest = [
    {
      paths: ["a/shard1.bin"],
      weights: [
        { name: "dense1/dense1/kernel", shape: [2, 3], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: 1 } },
      ],
    },
    {
      paths: ["shard2.bin", "shard3.bin"],
      weights: [
        { name: "dense1/bias", shape: [3], dtype: "float32" },
        { name: "logits/kernel", shape: [3, 2], dtype: "float32" },
        { name: "logits/bias", shape: [2], dtype: "float32" },
      ],
    },
  ];
  const body = new Uint8Array(rest.buffer);
  const files = {
    "model.json": bytes({ modelTopology: { keras_version: "2.1.6", model_config: modelTopology }, weightsManifest }),
    "a/shard1.bin": kernel,
    "shard2.bin": body.subarray(0, 7),
    "shard3.bin": body.subarray(7),
  };
  const loaded = await loadTfjs(reader(files));
  expect(loaded.getWeights().map((weight) => [...weight.dataSync()])).toEqual([
    [1, 128.5, 65, 1, 128.5, 65],
    [0, 0, 0],
    [1, 2, 3, 4, 5, 6],
    [0, 0],
  ]);
});

interface Manifest {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

/** Files of a small model after `change`. */
async function changed(change: (manifest: Manifest, files: TfjsFiles) => void): Promise<Record<string, Uint8Array>> {
  const files = await saveTfjs(mlp({ inputShape: [2], classes: 2, units: [3], seed: 1 }));
  const manifest = JSON.parse(text(files["model.json"])) as Manifest;
  change(manifest, files);
  return { ...files, "model.json": bytes(manifest) };
}

test.each<[string, (manifest: Manifest, files: TfjsFiles) => void, string]>([
  [
    "a path outside",
    ({ weightsManifest: [group] }) => (group!.paths = ["../secret"]),
    "a file of weights is not in the model's folder",
  ],
  ["an absolute path", ({ weightsManifest: [group] }) => (group!.paths = ["/etc/passwd"]), "not in the model's folder"],
  ["a drive", ({ weightsManifest: [group] }) => (group!.paths = ["C:secret"]), "not in the model's folder"],
  ["a backslash", ({ weightsManifest: [group] }) => (group!.paths = ["..\\secret"]), "not in the model's folder"],
  ["an address", ({ weightsManifest: [group] }) => (group!.paths = ["http://example.org/x"]), "not in the model's folder"],
  [
    "a short file",
    (_, files) => (files["weights.bin"] = files["weights.bin"].subarray(4)),
    "do not hold what the model says, expected 68 bytes, got less.",
  ],
  ["a long file", (_, files) => (files["weights.bin"] = new Uint8Array(100)), "expected 68 bytes, got more."],
  [
    "a shape beyond memory",
    ({ weightsManifest: [group] }) => (group!.weights[0]!.shape = [2 ** 26, 2 ** 26]),
    "the weights take more than 2147483648 bytes",
  ],
  ["a negative size", ({ weightsManifest: [group] }) => (group!.weights[0]!.shape = [-1, -6]), "the list of weights is damaged"],
  [
    "text weights",
    ({ weightsManifest: [group] }) => (group!.weights[0]!.dtype = "string"),
    "of a type that models do not have, got string.",
  ],
  [
    "a layer of a million million units",
    ({ modelTopology }) => (modelTopology.config.layers[1]!.config["units"] = 1e12),
    'the tensor "dense1/kernel" has another shape, expected [2, 1000000000000], got [2, 3]. The file belongs to another architecture.',
  ],
  [
    "an input of a million million numbers",
    ({ modelTopology }) => (modelTopology.config.layers[0]!.config["batch_input_shape"] = [null, 1e12]),
    'the tensor "dense1/kernel" has another shape, expected [1000000000000, 3], got [2, 3]',
  ],
  [
    "no initializer named",
    ({ modelTopology }) => {
      delete modelTopology.config.layers[1]!.config["kernel_initializer"];
      modelTopology.config.layers[1]!.config["units"] = 1e12;
    },
    'the tensor "dense1/kernel" has another shape',
  ],
  [
    "a million million units whose tensor has another name",
    ({ modelTopology, weightsManifest: [group] }) => {
      modelTopology.config.layers[2]!.config["units"] = 1e12;
      group!.weights[2]!.name = "x/y";
    },
    'the topology needs more weights than the file has, expected at most 8 numbers for "logits/kernel", got [3, 1000000000000]',
  ],
  [
    "weights of another architecture",
    ({ weightsManifest: [group] }) => (group!.weights[0]!.shape = [3, 2]),
    'the tensor "dense1/kernel" has another shape, expected [2, 3], got [3, 2]. The file belongs to another architecture.',
  ],
  [
    "weights under another name",
    ({ weightsManifest: [group] }) => (group!.weights[3]!.name = "x/y"),
    'the tensor "logits/bias" of the model mlp is missing',
  ],
  [
    "an unknown layer",
    ({ modelTopology }) => (modelTopology.config.layers[1]!.class_name = "Lambda"),
    'the layer "dense1" is of a type that TensorFlow.js does not have, got "Lambda". A class of your own must be',
  ],
  [
    "a part of every object as a layer",
    ({ modelTopology }) => (modelTopology.config.layers[1]!.class_name = "constructor"),
    'there is no layer of type "constructor"',
  ],
  [
    "layers that wait for each other",
    ({ modelTopology }) => Object.assign(modelTopology.config.layers[1]!, { inbound_nodes: [[["logits", 0, 0, {}]]] }),
    'the layer "dense1" takes the output of a layer that is not there, or of itself',
  ],
  [
    "a name twice",
    ({ modelTopology }) => modelTopology.config.layers.push(modelTopology.config.layers[1]!),
    'two layers are called "dense1"',
  ],
  ["no layers", ({ modelTopology }) => Object.assign(modelTopology, { config: {} }), "the topology has no list of layers"],
])("a file with %s is refused, and leaves nothing behind", async (_, change, message) => {
  const files = await changed(change);
  const before = tf.memory().numTensors;
  await expect(loadTfjs(reader(files))).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

test.each([
  ['{"a":1,"a":2}', 'the key "a" comes twice'],
  ['{"__proto__":{"x":1}}', 'the key "__proto__" is not allowed'],
  ["[9007199254740993]", "the number 9007199254740993 is too large"],
  ["[1e999]", "too large"],
  ["[1,]", "it is not JSON"],
  ["[01]", "it is not JSON"],
  ["[1] x", "something follows the value"],
  ['["\n"]', "it is not JSON"],
  ["", "it is not JSON"],
  ["[".repeat(200), "it is nested deeper than 100 levels"],
])("JSON that can be read in two ways is refused: %s", (json, message) => {
  expect(() => parseStrictJson(json, "test")).toThrow(message);
});

test("what JSON.stringify writes is read the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!/__proto__|\d{16}/.test(JSON.stringify(value)));
      expect(parseStrictJson(JSON.stringify(value, null, 1), "test")).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 3, numRuns: 200 },
  );
});

/** A safetensors file from a header and a body. */
function safetensors(header: unknown, body = new Uint8Array(0), claimed?: number | bigint): Uint8Array {
  const json = bytes(header);
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, BigInt(claimed ?? json.length), true);
  return Uint8Array.from([...new Uint8Array(prefix.buffer), ...json, ...body]);
}

test("any tensors come back from safetensors as they were", () => {
  const tensor = fc.record({ name: fc.string({ unit: "grapheme", minLength: 1 }), values: fc.array(fc.float()) });
  fc.assert(
    fc.property(fc.uniqueArray(tensor, { selector: ({ name }) => name }), (given) => {
      fc.pre(!given.some(({ name }) => ["__metadata__", "__proto__", "constructor", "prototype"].includes(name)));
      const tensors = given.map(({ name, values }) => ({ name, shape: [values.length, 1], data: Float32Array.from(values) }));
      const decoded = decodeSafetensors(encodeSafetensors(tensors, { a: "b" }));
      expect(decoded.metadata).toEqual({ a: "b" });
      const byName = (list: readonly { name: string }[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      expect(byName(decoded.tensors)).toEqual(byName(tensors));
    }),
    { seed: 5, numRuns: 100 },
  );
});

test("files of safetensors' own Python package are read, of every precision", () => {
  const file = readFileSync(new URL("../../../test-fixtures/models/python.safetensors", import.meta.url));
  const { tensors, metadata } = decodeSafetensors(file);
  expect(metadata).toEqual({ made: "by Python", ñ: "✓" });
  const values = Object.fromEntries(tensors.map(({ name, shape, data }) => [name, { shape, data: [...data] }]));
  expect(values).toEqual({
    "dense/kernel": { shape: [2, 3], data: [0, 0.5, 1, 1.5, 2, 2.5] },
    double: { shape: [2], data: [Math.fround(0.1), -1e10] },
    half: { shape: [6], data: [1, -2, Math.fround(0.333251953125), 65_504, 5.960464477539063e-8, Infinity] },
    brain: { shape: [3], data: [1, -2.5, 3.3895313892515355e38] },
    scalar: { shape: [], data: [7] },
    empty: { shape: [0, 4], data: [] },
  });
});

const entry = (shape: number[], offsets: number[], dtype = "F32"): unknown => ({ dtype, shape, data_offsets: offsets });

test.each([
  [new Uint8Array(3), "it is cut short"],
  [safetensors({}, undefined, 2n ** 63n), "the header is longer than the file or its limit"],
  [safetensors({}, undefined, 1000), "the header is longer than the file or its limit"],
  [safetensors("[]"), "does not begin as a JSON object"],
  [safetensors('{"a":1,"a":2}'), 'the key "a" comes twice'],
  [safetensors({ a: entry([2 ** 40, 2 ** 12], [0, 8]) }, new Uint8Array(8)), 'the bytes of "a" do not fit its shape'],
  [safetensors({ a: entry([2 ** 40, 2 ** 40], [0, 8]) }, new Uint8Array(8)), "more elements than can be counted"],
  [
    safetensors({ a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, new Uint8Array(12)),
    'the bytes of "b" do not follow those before',
  ],
  [
    safetensors({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, new Uint8Array(12)),
    'the bytes of "b" do not follow those before',
  ],
  [safetensors({ a: entry([1], [0, 4]) }, new Uint8Array(8)), "the tensors do not fill the file"],
  [safetensors({ a: entry([1], [0, 4]) }), "the tensors do not fill the file"],
  [safetensors({ a: entry([1], [0, 4], "I64") }, new Uint8Array(4)), 'the type of "a" is not one of weights'],
  [safetensors({ a: entry([-1], [0, -4]) }), 'the entry of "a" is damaged'],
  [safetensors({ a: null }), 'the type of "a" is not one of weights'],
  [safetensors({ __metadata__: { a: 1 } }), "the metadata are not texts"],
  [safetensors('{"a":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', new Uint8Array(4)), "too large"],
])("a damaged or hostile safetensors file is refused: %#", (file, message) => {
  expect(() => decodeSafetensors(file)).toThrow(message);
});

test("limits are counted before anything is read", () => {
  const file = encodeSafetensors([{ name: "a", shape: [2], data: new Float32Array(2) }]);
  expect(() => decodeSafetensors(file, { weightBytes: 7 })).toThrow("it has more than 7 bytes of weights, got 8.");
  expect(() => decodeSafetensors(file, { tensors: 0 })).toThrow("it has more than 0 tensors");
  expect(() => decodeSafetensors(file, { jsonBytes: 10 })).toThrow("at most 10 bytes");
  expect(() => decodeSafetensors(file, { weightByte: 7 } as never)).toThrow('Did you mean "weightBytes"?');
});

test("weights of another architecture are refused whole: the model stays as it was", () => {
  const [model, other] = [mlp({ inputShape: [2], classes: 2, units: [3] }), mlp({ inputShape: [2], classes: 3, units: [3] })];
  const before = outputs(model);
  expect(() => loadSafetensors(model, saveSafetensors(other))).toThrow(
    'loadSafetensors: the tensor "logits/kernel" has another shape, expected [3, 2], got [3, 3].',
  );
  const deeper = mlp({ inputShape: [2], classes: 2, units: [3, 2] });
  expect(() => loadSafetensors(mlp({ inputShape: [2], classes: 2, units: [3] }), saveSafetensors(deeper))).toThrow(
    "another shape",
  );
  expect(() => loadSafetensors(deeper, saveSafetensors(model))).toThrow('the tensor "dense2/kernel" of the model mlp is missing');
  expect(outputs(model)).toEqual(before);
});

test("what is written is what safetensors' own Python package reads", () => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../../../test-fixtures/models/${name}`, import.meta.url));
  const tensors = [
    { name: "dense/kernel", shape: [2, 3], data: Float32Array.of(0.1, -2, 3e8, 4, 5.5, -0) },
    { name: 'ñ "q"', shape: [], data: Float32Array.of(7) },
    { name: "empty", shape: [0, 2], data: new Float32Array(0) },
  ];
  const metadata = { made: "by Tarea ✓" };
  expect(Buffer.from(encodeSafetensors(tensors, metadata))).toEqual(fixture("tarea.safetensors"));
  const described = tensors.map(({ name, shape, data }) => [name, { dtype: "float32", shape, data: [...data] }]);
  expect(JSON.parse(fixture("tarea.json").toString())).toEqual({ metadata, tensors: Object.fromEntries(described) });
});
