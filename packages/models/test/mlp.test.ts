import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { formatSummary, mlp, MLP_DEFAULTS, summarizeModel } from "../src/index.js";

await useEngine({ prefer: "cpu" });

test("the models of Lab 2 have the parameters that their layers say", () => {
  const small = mlp({ inputShape: [28, 28, 1], classes: 10, units: [16] });
  expect(summarizeModel(small).totalParams).toBe(784 * 16 + 16 + 16 * 10 + 10);
  const deep = mlp({ inputShape: [784], classes: 10, units: [128, 128, 64, 64, 32], dropout: 0.1 });
  expect(summarizeModel(deep)).toMatchObject({
    totalParams: 131_818,
    trainableParams: 131_818,
    nonTrainableParams: 0,
    sizeBytes: 527_272,
  });
});

test("the output is one probability distribution a sample", () => {
  const model = mlp({ inputShape: [3], classes: 4, units: [5], seed: 1 });
  const output = model.predict(
    tf.tensor2d([
      [0, 0.5, 1],
      [1, 0, 0],
    ]),
  ) as tf.Tensor2D;
  expect(output.shape).toEqual([2, 4]);
  for (const sum of output.sum(1).dataSync()) expect(sum).toBeCloseTo(1, 6);
});

test("a seed gives the same weights each time, another seed others", () => {
  const weightsOf = (seed: number): Float32Array =>
    mlp({ inputShape: [6], classes: 3, units: [4], seed })
      .getWeights()[0]!
      .dataSync<"float32">();
  expect(weightsOf(5)).toEqual(weightsOf(5));
  expect(weightsOf(5)).not.toEqual(weightsOf(6));
});

test.each([
  ["glorotUniform", Math.sqrt(2 / (400 + 300)), Math.sqrt(6 / (400 + 300))],
  ["glorotNormal", Math.sqrt(2 / (400 + 300)), (2 * Math.sqrt(2 / (400 + 300))) / 0.8796256610342398],
  ["heUniform", Math.sqrt(2 / 400), Math.sqrt(6 / 400)],
  ["heNormal", Math.sqrt(2 / 400), (2 * Math.sqrt(2 / 400)) / 0.8796256610342398],
] as const)("%s kernels have Keras's deviation and bound, biases begin at zero", (kernelInitializer, deviation, bound) => {
  const model = mlp({ inputShape: [400], classes: 2, units: [300], kernelInitializer, seed: 3 });
  const [kernel, bias] = model.getWeights().map((weight) => weight.dataSync<"float32">()) as [Float32Array, Float32Array];
  const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
  const variance = kernel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kernel.length;
  expect(Math.abs(mean)).toBeLessThan(0.001);
  expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 2);
  expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(bound * 1.000001);
  expect(bias.every((value) => value === 0)).toBe(true);
});

test("stock TF.js loads the saved model and gives the same output", async () => {
  const model = mlp({ inputShape: [2, 3], classes: 3, units: [7], dropout: 0.25, activation: "tanh", seed: 2 });
  let saved!: tf.io.ModelArtifacts;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  expect(JSON.stringify(saved.modelTopology)).toContain('"class_name":"Dropout"');
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
  const input = tf.randomUniform([4, 2, 3], 0, 1, "float32", 1);
  expect((loaded.predict(input) as tf.Tensor).dataSync()).toEqual((model.predict(input) as tf.Tensor).dataSync());
});

test("the summary shows real shapes and names that are not cut", () => {
  const name = "a".repeat(60);
  const summary = summarizeModel(mlp({ inputShape: [28, 28, 1], classes: 10, units: [16], name }));
  expect(summary.layers.map(({ type, outputShape, params }) => [type, outputShape, params])).toEqual([
    ["InputLayer", [28, 28, 1], 0],
    ["Flatten", [784], 0],
    ["Dense", [16], 12_560],
    ["Dense", [10], 170],
    ["Activation", [10], 0],
  ]);
  expect(summary.layers[2]!.connectedTo).toEqual(["flatten"]);
  expect(formatSummary(summary)).toMatch(/^dense1 +Dense \(relu\) +\[16\] +12,560 +12,544 +64 +flatten$/m);
  expect(summary.name).toBe(name);
});

test("documented defaults are the ones in use", () => {
  expect(summarizeModel(mlp({ inputShape: [4], classes: 2 })).layers.map((layer) => layer.outputShape)).toContainEqual([
    ...MLP_DEFAULTS.units,
  ]);
});

test.each([
  [{ inputShape: [], classes: 10 }, "inputShape must be a list of at least one size"],
  [{ inputShape: [28, 0], classes: 10 }, "mlp: inputShape[1] must be a positive integer, got 0."],
  [{ inputShape: [4], classes: 1 }, "mlp: classes must be an integer of at least 2, got 1."],
  [{ inputShape: [4], classes: 2, units: [2.5] }, "mlp: units[0] must be a positive integer, got 2.5."],
  [{ inputShape: [4], classes: 2, dropout: 1.7 }, "mlp: dropout must be a finite number at least 0 and below 1, got 1.7."],
  [{ inputShape: [4], classes: 2, activation: "relv" }, 'Did you mean "relu"?'],
  [{ inputShape: [4], classes: 2, unit: [3] }, 'Did you mean "units"?'],
])("bad options are named: %o", (options, message) => {
  expect(() => mlp(options as never)).toThrow(message);
});
