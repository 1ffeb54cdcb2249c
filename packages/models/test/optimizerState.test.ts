import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { loadTfjs, mlp, saveTfjs } from "../src/index.js";

await useEngine({ prefer: "cpu" });

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const reader =
  (files: Record<string, Uint8Array>) =>
  (path: string): Uint8Array =>
    files[path]!;

test("the optimizer of a compiled model comes back when asked for", async () => {
  const model = mlp({ inputShape: [2], classes: 2, units: [3], seed: 1 });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  await model.trainOnBatch(tf.ones([2, 2]), tf.tensor2d([0, 1, 1, 0], [2, 2]));
  const files = { ...(await saveTfjs(model, { includeOptimizer: true })) };
  const loaded = await loadTfjs(reader(files), { includeOptimizer: true });
  const [mine, theirs] = await Promise.all([model, loaded].map((one) => one.optimizer.getWeights()));
  expect(theirs!.map(({ name, tensor }) => [name, [...tensor.dataSync()]])).toEqual(
    mine!.map(({ name, tensor }) => [name, [...tensor.dataSync()]]),
  );
  expect((await loadTfjs(reader(files))).optimizer).toBeUndefined();
});

test.each([
  ["adam", () => tf.train.adam(0.01)],
  ["momentum", () => tf.train.momentum(0.1, 0.9)],
  ["rmsprop", () => tf.train.rmsprop(0.01)],
  ["adagrad", () => tf.train.adagrad(0.1)],
] as const)(
  "training with %s goes on from a file as if it had not been interrupted, also in stock TensorFlow.js",
  async (_, optimizer) => {
    const compile = (model: tf.LayersModel) => model.compile({ optimizer: optimizer(), loss: "categoricalCrossentropy" });
    const [inputs, labels] = [tf.tensor2d([0, 1, 1, 0, 1, 1], [3, 2]), tf.tensor2d([0, 1, 1, 0, 0, 1], [3, 2])];
    const train = async (model: tf.LayersModel): Promise<number[]> => {
      for (let step = 0; step < 3; step++) await model.trainOnBatch(inputs, labels);
      return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    };
    const model = mlp({ inputShape: [2], classes: 2, units: [3], seed: 1 });
    compile(model);
    await train(model);
    const files = { ...(await saveTfjs(model, { includeOptimizer: true })) };
    const ours = await loadTfjs(reader(files), { includeOptimizer: true });
    const { weightsManifest, ...artifacts } = JSON.parse(text(files["model.json"])) as tf.io.ModelJSON;
    const weightData = files["weights.bin"].slice().buffer;
    const stock = await tf.loadLayersModel(
      tf.io.fromMemory({ ...artifacts, weightSpecs: weightsManifest[0]!.weights, weightData }),
    );
    const expected = await train(model);
    expect(await train(ours)).toEqual(expected);
    expect(await train(stock)).toEqual(expected);
  },
);

interface OptimizerManifest {
  trainingConfig: { optimizer_config: { class_name: string } | undefined; loss: string };
  weightsManifest: { weights: { name: string; shape: number[]; group?: string }[] }[];
}

test.each<[string, (manifest: OptimizerManifest) => void, string | RegExp]>([
  [
    "an unknown class",
    ({ trainingConfig }) => (trainingConfig.optimizer_config!.class_name = "constructor"),
    "loadTfjs: TensorFlow.js cannot compile the model, got Unknown layer: constructor",
  ],
  ["none", ({ trainingConfig }) => (trainingConfig.optimizer_config = undefined), "TensorFlow.js cannot compile the model"],
  ["an unknown loss", ({ trainingConfig }) => (trainingConfig.loss = "nope"), "got Unknown loss nope"],
  [
    "the state of other weights",
    ({ weightsManifest: [group] }) => group!.weights.find(({ name }) => name.endsWith("/m"))!.shape.splice(0, 2, 3, 2),
    /the state "dense1.*\/m" of the optimizer has another shape, expected \[2, 3\], got \[3, 2\]\./,
  ],
  [
    "state that is missing",
    ({ weightsManifest: [group] }) => {
      group!.weights.pop();
      group!.weights.at(-1)!.shape = [8];
    },
    "the state of the optimizer is that of another model, expected a multiple of 4 tensors, got 7.",
  ],
])("an optimizer with %s is refused", async (_, change, message) => {
  const model = mlp({ inputShape: [2], classes: 2, units: [3], seed: 1 });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  await model.trainOnBatch(tf.ones([2, 2]), tf.tensor2d([0, 1, 1, 0], [2, 2]));
  const files = await saveTfjs(model, { includeOptimizer: true });
  const manifest = JSON.parse(text(files["model.json"])) as OptimizerManifest;
  change(manifest);
  const before = tf.memory().numTensors;
  await expect(loadTfjs(reader({ ...files, "model.json": bytes(manifest) }), { includeOptimizer: true })).rejects.toThrow(
    message,
  );
  expect(tf.memory().numTensors).toBe(before);
});
