/** Lab 2, second model: five hidden layers, in mini-batches of 128 where the source names the full batch. */

import { mlp } from "@tarea/models";
import { adam, defineExperiment } from "@tarea/training";

export default defineExperiment({
  id: "e2",
  title: "Five hidden layers",
  description: "128-128-64-64-32 hidden units, trained in mini-batches of 128.",
  data: { name: "mnist", validationCount: 10_000 },
  model: ({ inputShape, classes, seed }) => mlp({ inputShape, classes, units: [128, 128, 64, 64, 32], seed, name: "e2" }),
  loss: "categoricalCrossentropy",
  optimizer: adam({ learningRate: 1e-4 }),
  batchSize: 128,
  epochs: 50,
  targets: [{ metric: "testAccuracy", comparison: ">=", value: 0.972 }],
});
