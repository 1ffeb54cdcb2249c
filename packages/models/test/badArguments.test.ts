import { TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { describe, expect, test } from "vitest";
import { modelCard } from "../src/modelCard/modelCard.js";
import * as insight from "../src/insight/insight.js";
import * as models from "../src/index.js";

await useEngine({ prefer: "cpu" });

type Build = (options: unknown) => unknown;

const IMAGES = { inputShape: [20, 20, 3], classes: 2 };
const TEXTS = { inputShape: [8], classes: 2 };
const ARCHITECTURES: Record<string, [build: unknown, needed: object, defaults: object]> = {
  mlp: [models.mlp, TEXTS, models.MLP_DEFAULTS],
  xor: [models.xor, {}, models.XOR_DEFAULTS],
  logisticMap: [models.logisticMap, {}, models.LOGISTIC_MAP_DEFAULTS],
  lenet5: [models.lenet5, IMAGES, models.LENET5_DEFAULTS],
  simpleCnn: [models.simpleCnn, IMAGES, models.SIMPLE_CNN_DEFAULTS],
  wideDense: [models.wideDense, IMAGES, models.WIDE_DENSE_DEFAULTS],
  alexnet: [models.alexnet, IMAGES, models.ALEXNET_DEFAULTS],
  vgg: [models.vgg, IMAGES, models.VGG_DEFAULTS],
  embeddingDense: [models.embeddingDense, TEXTS, models.EMBEDDING_DENSE_DEFAULTS],
  embeddingConv1d: [models.embeddingConv1d, TEXTS, models.EMBEDDING_CONV1D_DEFAULTS],
  denoisingAutoencoder: [models.denoisingAutoencoder, { inputShape: [8, 8, 1] }, models.DENOISING_AUTOENCODER_DEFAULTS],
  linear: [models.linear, TEXTS, { l1: 0, l2: 0, kernelInitializer: "glorotUniform" }],
};

describe.each(Object.entries(ARCHITECTURES))("%s", (name, [architecture, needed, defaults]) => {
  const build = architecture as Build;

  test.each([null, 3, "x", []])("refuses %j instead of options, and says what it takes", (options) => {
    expect(() => build(options)).toThrow(new RegExp(`^${name}: the options are no object, expected an object with .*name`));
  });

  const names = Object.keys({ ...needed, ...defaults }).filter((option) => option !== "seed");
  test.each(names)("refuses null and an object as %s, and names it", (option) => {
    for (const value of [null, {}]) {
      const fault = faultOf(() => build({ ...needed, [option]: value }));
      expect(fault).toBeInstanceOf(TareaError);
      expect((fault as TareaError).message).toMatch(new RegExp(`: (unknown )?${option}.*, got (null|an object of type Object)`));
    }
  });

  test("refuses options that it does not have", () => {
    expect(() => build({ ...needed, heads: 3 })).toThrow('unknown option "heads"');
  });
});

/** What `task` throws. */
function faultOf(task: () => unknown): unknown {
  try {
    task();
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each([
  ["simpleCnn({ convolutions: [null] })", () => models.simpleCnn({ ...IMAGES, convolutions: [null as never] })],
  ["vgg({ blocks: [null] })", () => models.vgg({ ...IMAGES, blocks: [null as never] })],
  ["createModel with null", () => models.createModel("c1", null as never)],
  ["createModel without a preset", () => models.createModel(null as never)],
  ["summarizeModel", () => models.summarizeModel(null as never)],
  ["formatSummary", () => models.formatSummary(null as never)],
  ["seedWeights", () => models.seedWeights(undefined as never, 1)],
  ["exportKeras", () => models.exportKeras({} as never)],
  ["exportOnnx", () => models.exportOnnx(null as never)],
  ["saveSafetensors", () => models.saveSafetensors(null as never)],
  ["loadSafetensors", () => models.loadSafetensors(null as never, new Uint8Array())],
  ["decodeSafetensors", () => models.decodeSafetensors("x" as never)],
  ["encodeSafetensors", () => models.encodeSafetensors(null as never)],
  ["modelCard", () => modelCard(null as never)],
  ["featureMaps", () => insight.featureMaps(null as never, null as never)],
  ["a sample that is none", () => insight.saliencyMap(models.createModel("c6"), null as never)],
  ["pca", () => insight.pca(null as never)],
])("what is missing is said, not stumbled over: %s", (_, task) => {
  expect(faultOf(task)).toBeInstanceOf(TareaError);
});

test("files that are no bytes are refused, with a word on buffers", async () => {
  await expect(models.importKeras(new ArrayBuffer(8) as never)).rejects.toThrow(
    "importKeras: those are no bytes, expected a Uint8Array, got an object of type ArrayBuffer. Give new Uint8Array(buffer).",
  );
  await expect(models.loadTfjs(null as never)).rejects.toThrow("loadTfjs: nothing reads the files");
  await expect(models.loadTfjs(() => "{}" as never)).rejects.toThrow("loadTfjs: model.json: those are no bytes");
  await expect(models.saveTfjs(null as never)).rejects.toThrow(
    "saveTfjs: that is no model, expected a tf.LayersModel, got null.",
  );
});
