import { readFileSync } from "node:fs";
import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { importKeras } from "../src/index.js";

await useEngine({ prefer: "cpu" });

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../../test-fixtures/keras/${name}`, import.meta.url));

interface Golden {
  inputs: { shape: number[]; data: number[] };
  outputs: { shape: number[]; data: number[] };
}

test.each([
  "functional.keras",
  "functional-unnamed.keras",
  "functional.h5",
  "functional-latest.h5",
  "images.keras",
  "images.h5",
  "texts.keras",
  "texts.h5",
])("%s predicts what Keras predicts, and leaves nothing behind", async (file) => {
  const { inputs, outputs } = JSON.parse(new TextDecoder().decode(fixture(`${file.split(/[.-]/)[0]}.json`))) as Golden;
  const before = tf.memory().numTensors;
  const model = await importKeras(fixture(file));
  const [shape, data] = tf.tidy(() => {
    const output = model.predict(tf.tensor(inputs.data, inputs.shape)) as tf.Tensor;
    return [output.shape, output.dataSync()] as const;
  });
  expect(shape).toEqual(outputs.shape);
  for (const [i, value] of outputs.data.entries()) expect(Math.abs(data[i]! - value)).toBeLessThan(1e-5);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("penalties, rates, initializers and names come along", async () => {
  const model = await importKeras(fixture("functional.keras"));
  expect(model.layers.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["in", "early", "early_penalty", "late", "joined", "norm", "dropout", "wide", "elu", "out"]),
  );
  expect(model.getLayer("wide").getConfig()).toMatchObject({
    kernelInitializer: { className: "VarianceScaling", config: { scale: 2, mode: "fanIn", distribution: "normal" } },
    kernelRegularizer: { className: "L1L2", config: { l2: expect.closeTo(0.2) as number } },
  });
  expect(model.getLayer("dropout").getConfig()).toMatchObject({ rate: 0.5 });
  model.apply(tf.ones([2, 4]), { training: true });
  const activity = tf.tidy(() => {
    const early = tf.model({ inputs: model.inputs, outputs: model.getLayer("early").output });
    return (0.1 * tf.sum(tf.abs(early.predict(tf.ones([2, 4])) as tf.Tensor)).dataSync()[0]!) / 2;
  });
  expect(model.calculateLosses().some((loss) => Math.abs(loss.dataSync()[0]! - activity) < 1e-6)).toBe(true);
});

test.each([
  ["hostile-external-link.h5", "link to another place or file, which is not followed"],
  ["hostile-soft-link.h5", "link to another place or file, which is not followed"],
  ["hostile-four-terabytes.h5", "does not fit its shape"],
  ["hostile-chunks-of-four-terabytes.h5", "in several pieces, which is not supported"],
  ["hostile-compressed.h5", "compressed, which is not supported"],
  ["hostile-external-data.h5", "in another file, which is not supported"],
  ["hostile-whole-numbers.h5", "are no little-endian floats"],
  ["hostile-big-endian.h5", "are no little-endian floats"],
  ["hostile-other-shape.h5", 'the tensor "dense/kernel" has another shape, expected [2, 3], got [3, 2].'],
  ["hostile-lambda.h5", "the layer dense is of a type that cannot be imported"],
])("%s is refused", async (file, message) => {
  const before = tf.memory().numTensors;
  await expect(importKeras(fixture(file))).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

test("a file that is cut short or damaged anywhere gives an error that says so, never a crash", async () => {
  const whole = fixture("hostile-other-shape.h5");
  for (let end = 0; end < whole.length; end += 97) {
    await expect(importKeras(whole.slice(0, end))).rejects.toMatchObject({ name: "TareaError" });
  }
  const sound = fixture("functional.h5");
  for (let at = 8; at < sound.length; at += 61) {
    const damaged = Uint8Array.from(sound);
    damaged[at] = damaged[at]! ^ 0xff;
    await importKeras(damaged).then(
      (model) => model.dispose(),
      (error: unknown) => expect(error).toMatchObject({ name: "TareaError" }),
    );
  }
});

test("an archive that is cut short anywhere is refused", async () => {
  for (const file of ["functional.keras", "tarea.keras"]) {
    const whole = fixture(file);
    for (let end = 0; end < whole.length; end += 1999)
      await expect(importKeras(whole.subarray(0, end))).rejects.toMatchObject({ name: "TareaError" });
  }
});

interface Config {
  class_name: string;
  config: { layers: { class_name: string; config: Record<string, unknown>; inbound_nodes: unknown[] }[] };
}

/** The archive of the functional model after `change`. */
function changed(change: (config: Config, files: Record<string, Uint8Array>) => void): Uint8Array {
  const files = unzipSync(fixture("functional.keras"));
  const config = JSON.parse(new TextDecoder().decode(files["config.json"])) as Config;
  change(config, files);
  if (files["config.json"] !== undefined) files["config.json"] = strToU8(JSON.stringify(config));
  return zipSync(files);
}

const layerOf = ({ config }: Config, name: string): Config["config"]["layers"][number] =>
  config.layers.find((layer) => layer.config["name"] === name)!;

test.each<[string, (config: Config, files: Record<string, Uint8Array>) => void, string]>([
  [
    "hard_sigmoid",
    (config) => (layerOf(config, "wide").config["activation"] = "hard_sigmoid"),
    "the activation cannot be imported",
  ],
  [
    "a mask",
    (config) => Object.assign(layerOf(config, "wide"), { class_name: "Embedding" }),
    "has no counterpart in TensorFlow.js",
  ],
  [
    "half precision",
    (config) => (layerOf(config, "wide").config["dtype"] = "mixed_float16"),
    "the option dtype has no counterpart",
  ],
  [
    "a constraint",
    (config) => (layerOf(config, "wide").config["kernel_constraint"] = { class_name: "NonNeg" }),
    "kernel_constraint has no counterpart",
  ],
  [
    "an option from the future",
    (config) => (layerOf(config, "wide").config["sparkle"] = 1),
    "the option sparkle has no counterpart",
  ],
  [
    "more units than weights",
    (config) => (layerOf(config, "wide").config["units"] = 1e9),
    "needs more weights than the file has",
  ],
  [
    "another model inside",
    (config) => (layerOf(config, "wide").class_name = "Functional"),
    "is of a type that cannot be imported",
  ],
  [
    "a type every object has",
    (config) => (layerOf(config, "wide").class_name = "constructor"),
    "is of a type that cannot be imported",
  ],
  ["a subclassed model", (config) => (config.class_name = "MyModel"), "no sequential or functional model"],
  [
    "an unknown size of inputs",
    (config) => (layerOf(config, "in").config["batch_shape"] = [null, null]),
    "the shape of the input is not known",
  ],
  [
    "a softmax along another axis",
    (config) => Object.assign(layerOf(config, "elu"), { class_name: "Softmax", config: { name: "elu", axis: 1 } }),
    "a softmax along another axis than the last has no counterpart",
  ],
  [
    "inputs of bytes",
    (config) => (layerOf(config, "in").config["dtype"] = "uint8"),
    'the type of the input in cannot be imported, expected float32, int32, int64, got "uint8".',
  ],
  ["no weights", (_, files) => delete files["model.weights.h5"], "the archive lacks model.weights.h5"],
  ["a layer renamed", (config) => (layerOf(config, "elu").config["name"] = "wide"), 'two layers are called "wide"'],
  [
    "a layer gone",
    (config) => void (config.config.layers = config.config.layers.filter((layer) => layer !== layerOf(config, "elu"))),
    "takes the output of a layer that is not there",
  ],
])("a model with %s is refused", async (_, change, message) => {
  const before = tf.memory().numTensors;
  await expect(importKeras(changed(change))).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});

test("an archive that claims more than its limit is not unpacked", async () => {
  await expect(importKeras(fixture("functional.keras"), { weightBytes: 1000 })).rejects.toThrow(
    "model.weights.h5 is larger than its limit",
  );
  await expect(importKeras(fixture("functional.keras"), { jsonBytes: 1000 })).rejects.toThrow(
    "config.json is larger than its limit",
  );
  await expect(importKeras(fixture("functional.h5"), { jsonBytes: 1000 })).rejects.toThrow(
    "config.json is larger than its limit",
  );
  await expect(importKeras(strToU8("not a model"))).rejects.toThrow("neither HDF5 nor a whole .keras archive");
});
