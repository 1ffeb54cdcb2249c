/** What the test of the bundle runs in a browser: build, train, save, load, look inside. */

import * as tf from "@tensorflow/tfjs";
import { lenet5, loadTfjs, saveTfjs, summarizeModel } from "@tarea/models";
import { featureMaps } from "@tarea/models/insight";

export interface PageResult {
  totalParams: number;
  losses: number[];
  /** Largest difference of the predictions before saving and after loading. */
  difference: number;
  maps: number;
  leaked: number;
}

async function run(): Promise<PageResult> {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const model = lenet5({ inputShape: [28, 28, 1], classes: 10, seed: 1 });
  const images = tf.tensor(
    Float32Array.from({ length: 4 * 784 }, (_, i) => ((i * 31) % 97) / 97),
    [4, 28, 28, 1],
  );
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d([3, 1, 4, 1], "int32"), 10).toFloat());
  const optimizer = tf.train.sgd(0.05);
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await model.trainOnBatch(images, labels)) as number);

  const files = await saveTfjs(model);
  const loaded = await loadTfjs(async (path) => files[path as keyof typeof files]);
  const difference = tf.tidy(() => {
    const [ours, theirs] = [model, loaded].map((one) => one.predict(images) as tf.Tensor);
    return tf.max(tf.abs(tf.sub(ours!, theirs!))).dataSync()[0]!;
  });
  const sample = { dtype: "uint8", shape: [28, 28, 1], data: new Uint8Array(784).fill(200) } as const;
  const maps = featureMaps(loaded, sample).length;
  const { totalParams } = summarizeModel(model);
  loaded.dispose();
  model.dispose();
  optimizer.dispose();
  tf.dispose([images, labels]);
  return { totalParams, losses, difference, maps, leaked: tf.memory().numTensors - before };
}

Object.assign(globalThis, { run });
