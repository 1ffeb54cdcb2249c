import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import {
  createModel,
  denoisingAutoencoder,
  LOAD_DEFAULTS,
  loadTfjs,
  mlp,
  saveTfjs,
  seedWeights,
  type LoadTfjsOptions,
} from "../src/index.js";
import { upSampling2d } from "../src/upSampling2d.js";
import { artifactsOf, reload } from "./support/reload.js";

await useEngine({ prefer: "cpu" });

test("a penalty on activities is the mean over the batch of Keras's formula, once per pass in training", () => {
  const options = { inputShape: [3], classes: 2, units: [4], seed: 1 };
  const [model, plain] = [mlp({ ...options, activityL1: 0.5, activityL2: 0.25 }), mlp(options)];
  const inputs = tf.tensor2d([0.1, 0.9, 0.4, 0.8, 0.2, 0.6], [2, 3]);
  const hidden = tf.model({ inputs: plain.inputs, outputs: plain.getLayer("dense1").output });
  const activities = [...(hidden.predict(inputs) as tf.Tensor).dataSync()];
  const expected = activities.reduce((sum, x) => sum + 0.5 * Math.abs(x) + 0.25 * x * x, 0) / 2;
  const penaltyOf = (): number => model.calculateLosses().reduce((sum, loss) => sum + loss.dataSync()[0]!, 0);

  model.apply(inputs, { training: true });
  expect(penaltyOf()).toBeCloseTo(expected, 6);
  expect(penaltyOf()).toBe(0);
  model.predict(inputs);
  expect(penaltyOf()).toBe(0);
});

test("a penalty on activities pushes them down, and the gradient is that of finite differences", () => {
  const model = mlp({ inputShape: [2], classes: 2, units: [3], seed: 4, activityL1: 0.3, activityL2: 0.7 });
  const inputs = tf.tensor2d([0.5, -0.25, 1, 0.75], [2, 2]);
  const kernel = model.trainableWeights[0]!.read() as tf.Variable;
  const penalty = (): tf.Scalar => {
    model.apply(inputs, { training: true });
    return model.calculateLosses()[0]!;
  };
  const gradient = tf.variableGrads(penalty, [kernel]).grads[kernel.name]!.dataSync();
  const values = kernel.dataSync().slice();
  for (let i = 0; i < values.length; i++) {
    const at = (shift: number): number => {
      kernel.assign(
        tf.tensor(
          values.map((value, j) => (i === j ? value + shift : value)),
          kernel.shape,
        ),
      );
      return penalty().dataSync()[0]!;
    };
    expect(gradient[i]!).toBeCloseTo((at(1e-2) - at(-1e-2)) / 2e-2, 3);
  }
});

test("dropout draws another mask at each step, and the same ones again from the same seed", () => {
  const build = (seed: number): tf.LayersModel => mlp({ inputShape: [40], classes: 2, units: [], inputDropout: 0.25, seed });
  const inputs = tf.ones([50, 40]);
  const masksOf = (model: tf.LayersModel): number[][] => {
    const layer = model.getLayer("inputDropout");
    return [1, 2].map(() => [...(layer.apply(inputs, { training: true }) as tf.Tensor).dataSync()]);
  };
  const [first, second] = masksOf(build(5)) as [number[], number[]];
  expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  expect(first.filter((value) => value === 0).length / first.length).toBeCloseTo(0.25, 1);
  expect(second).not.toEqual(first);
  expect(masksOf(build(5))).toEqual([first, second]);
  expect(masksOf(build(6))[0]).not.toEqual(first);
  const dropout = build(5).getLayer("inputDropout");
  expect((dropout.apply(inputs) as tf.Tensor).dataSync()).toEqual(inputs.dataSync());
});

test("a model with dropout is a stock model in a file, with its rate", async () => {
  const model = createModel("e5", { seed: null });
  const { modelTopology } = await artifactsOf(model);
  expect(JSON.stringify(modelTopology)).toMatch(
    /"class_name":"Dropout","config":\{"rate":0.1,"noise_shape":null,"seed":null,"name":"dropout1"/,
  );
  const { rate } = (await reload(model)).getLayer("dropout3").getConfig();
  expect(rate).toBe(0.1);
});

test("a model with penalties on activities is a stock model in a file", async () => {
  const model = createModel("b", { seed: 2 });
  const { modelTopology } = await artifactsOf(model);
  expect(JSON.stringify(modelTopology)).toContain('"class_name":"Activation","config":{"name":"activityPenalty1"');
  const loaded = await reload(model);
  const inputs = tf.randomUniform([3, 28, 28, 1], 0, 1, "float32", 1);
  expect((loaded.predict(inputs) as tf.Tensor).dataSync()).toEqual((model.predict(inputs) as tf.Tensor).dataSync());
});

test("the gradient of up-sampling is right for every sample of a batch", () => {
  const layer = upSampling2d({ name: "up", size: 2 });
  const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1, 2]);
  const weights = tf.tensor4d(
    Float32Array.from({ length: 32 }, (_, i) => i),
    [2, 4, 2, 2],
  );
  const gradient = tf.grad((x) => tf.sum(tf.mul(layer.apply(x) as tf.Tensor, weights)))(images);
  const expected = [0, 1, 8, 9, 16, 17, 24, 25].map((first) => first + (first + 2) + (first + 4) + (first + 6));
  expect([...gradient.dataSync()]).toEqual(expected);
  expect((layer.apply(images) as tf.Tensor).shape).toEqual([2, 4, 2, 2]);
});

test("the autoencoder gives images of its input's shape, each value between 0 and 1", () => {
  const model = denoisingAutoencoder({ inputShape: [8, 12, 3], seed: 1 });
  const output = model.predict(tf.ones([2, 8, 12, 3])) as tf.Tensor;
  expect(output.shape).toEqual([2, 8, 12, 3]);
  const values = output.dataSync();
  expect(Math.min(...values)).toBeGreaterThan(0);
  expect(Math.max(...values)).toBeLessThan(1);
});

test("embeddings begin uniform between -0.05 and 0.05, batch norm as the identity", () => {
  const model = createModel("c4b", { inputShape: [8], seed: 5 });
  const values = model.getLayer("embedding").getWeights()[0]!.dataSync<"float32">();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.001);
  expect(Math.sqrt(variance)).toBeCloseTo(0.1 / Math.sqrt(12), 3);
  expect(values.every((value) => Math.abs(value) <= 0.0500001)).toBe(true);
  const norm = model.getLayer("batchNorm0").getWeights();
  expect(norm.map((weight) => new Set(weight.dataSync()))).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
});

test("files name the initializers as Keras does, so that another program draws from the same distributions", async () => {
  const text = JSON.stringify((await artifactsOf(createModel("c4b", { inputShape: [8], seed: null }))).modelTopology);
  expect(text).toContain('"embeddings_initializer":{"class_name":"RandomUniform","config":{"minval":-0.05,"maxval":0.05');
  expect(text).toContain(
    '"kernel_initializer":{"class_name":"VarianceScaling","config":{"scale":1,"mode":"fan_avg","distribution":"uniform"',
  );
});

test.each([
  ["leCunUniform", tf.initializers.leCunUniform({}), { mean: 0, deviation: Math.sqrt(1 / 200), bound: Math.sqrt(3 / 200) }],
  ["randomNormal", tf.initializers.randomNormal({ mean: 1, stddev: 0.5 }), { mean: 1, deviation: 0.5, bound: Infinity }],
  ["randomUniform", tf.initializers.randomUniform({ minval: 1, maxval: 3 }), { mean: 2, deviation: 2 / Math.sqrt(12), bound: 3 }],
  ["truncatedNormal", tf.initializers.truncatedNormal({ mean: 0, stddev: 0.1 }), { mean: 0, deviation: 0.088, bound: 0.2 }],
  ["constant", tf.initializers.constant({ value: 3 }), { mean: 3, deviation: 0, bound: 3 }],
])("seedWeights draws %s as its layer describes it", (_, kernelInitializer, { mean, deviation, bound }) => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 100, inputShape: [200], kernelInitializer })] });
  seedWeights(model, 1);
  const values = model.getWeights()[0]!.dataSync<"float32">();
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(average).toBeCloseTo(mean, 1);
  expect(Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length)).toBeCloseTo(deviation, 2);
  expect(values.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(bound);
});

test("seedWeights refuses what no seed repeats", () => {
  const layer = tf.layers.dense({ units: 2, inputShape: [2], name: "turned", kernelInitializer: tf.initializers.identity({}) });
  expect(() => seedWeights(tf.sequential({ layers: [layer] }), 1)).toThrow(
    "seedWeights(turned): the initializer of kernel cannot be drawn",
  );
});

test("a loaded batch norm without scale and offset trains, and frozen moves nothing", async () => {
  const norm = tf.layers.batchNormalization({ name: "norm", scale: false, center: false, momentum: 0.5 });
  const inner = tf.sequential({ name: "inner", layers: [tf.layers.dense({ units: 2, inputShape: [2], useBias: false }), norm] });
  const model = tf.sequential({ layers: [inner] });
  const files = await saveTfjs(model);
  const loaded = await loadTfjs((path) => files[path as keyof typeof files]);
  loaded.setWeights([tf.tensor2d([1, 0, 0, 1], [2, 2]), tf.tensor1d([0, 0]), tf.tensor1d([1, 1])]);
  const inputs = tf.tensor2d([1, 2, 3, 6], [2, 2]);
  loaded.apply(inputs, { training: true });
  const averages = (): number[][] =>
    loaded
      .getWeights()
      .slice(1)
      .map((weight) => [...weight.dataSync()]);
  expect(averages()).toEqual([
    [1, 2],
    [1, 2.5],
  ]);
  loaded.layers[0]!.trainable = false;
  (loaded.layers[0] as tf.LayersModel).layers[1]!.trainable = false;
  loaded.apply(inputs, { training: true });
  expect(averages()).toEqual([
    [1, 2],
    [1, 2.5],
  ]);
  expect(JSON.stringify((await artifactsOf(loaded)).modelTopology)).toContain('"class_name":"BatchNormalization"');
});

test("dropout of a loaded model draws its masks from the seed that loading is given", async () => {
  const files = await saveTfjs(mlp({ inputShape: [40], classes: 2, units: [], inputDropout: 0.25, seed: 5 }));
  const load = (options: LoadTfjsOptions) => loadTfjs((path) => files[path as keyof typeof files], options);
  const masksOf = (model: tf.LayersModel): number[][] =>
    [1, 2].map(() => [...(model.getLayer("inputDropout").apply(tf.ones([9, 40]), { training: true }) as tf.Tensor).dataSync()]);
  const [five, again, six] = [
    masksOf(await load({ seed: 5 })),
    masksOf(await load({ seed: 5 })),
    masksOf(await load({ seed: 6 })),
  ];
  expect(again).toEqual(five);
  expect(five[1]).not.toEqual(five[0]);
  expect(six).not.toEqual(five);
  expect(five).toEqual(masksOf(mlp({ inputShape: [40], classes: 2, units: [], inputDropout: 0.25, seed: 5 })));
  expect(masksOf(await load({}))).toEqual(masksOf(await load({ seed: LOAD_DEFAULTS.seed })));
  expect(masksOf(await load({ seed: null }))).not.toEqual(masksOf(await load({})));
  await expect(load({ seed: -1 })).rejects.toThrow("loadTfjs: seed must be an integer of at least 0, got -1.");
});
