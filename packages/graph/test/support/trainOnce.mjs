/** Trains a small model with everything that draws or averages, and prints a hash of the weights and slots it ends with. */

import { createHash } from "node:crypto";
import { randomStream } from "@tarea/core";
import { planAugmentation } from "@tarea/datasets";
import { useEngine } from "@tarea/engine";
import { compileTraining } from "@tarea/graph";

const { tf } = await useEngine({ prefer: "tensorflow", threads: Number(process.argv[2]) });
const { layers } = tf;
const model = tf.sequential();
model.add(layers.conv2d({ inputShape: [8, 8, 1], filters: 6, kernelSize: 3, activation: "relu" }));
model.add(layers.batchNormalization());
model.add(layers.flatten());
model.add(layers.dropout({ rate: 0.4, name: "drop" }));
model.add(layers.dense({ units: 32, activation: "relu" }));
model.add(layers.dense({ units: 4 }));
model.add(layers.activation({ activation: "softmax" }));
const stream = randomStream(1, "all");
for (const weight of model.trainableWeights) {
  const variable = weight.read();
  variable.assign(
    tf.tensor(
      Float32Array.from({ length: variable.size }, () => stream.normal() / 8),
      variable.shape,
    ),
  );
}
const inputs = { dtype: "uint8", shape: [96, 8, 8, 1], data: Uint8Array.from({ length: 96 * 64 }, () => stream.integer(256)) };
const labels = { dtype: "uint8", shape: [96], data: Uint8Array.from({ length: 96 }, () => stream.integer(4)) };
const optimizer = { type: "adam", learningRate: 0.01 };
const augmentation = planAugmentation({ flip: { horizontal: 0.5 }, rotate: { degrees: 20 }, cutout: { size: 2 } }, inputs);
const training = compileTraining({
  ...{ model, loss: "categoricalCrossentropy", optimizer, inputs, labels, seed: 7, augmentation },
  shards: Number(process.argv[3]),
});
for (let epoch = 0; epoch < 5; epoch++) {
  const order = stream.permutation(96);
  await training.runSteps([0, 32, 64].map((from) => order.subarray(from, from + 32)));
}
const hash = createHash("sha256");
for (const array of (await training.readState()).arrays) hash.update(array);
process.stdout.write(hash.digest("hex"));
