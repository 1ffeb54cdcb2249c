/** Lab 2, first model: "the provided model", one small hidden layer. */

import { mlp } from "@tarea/models";
import { adam, defineExperiment } from "@tarea/training";

export default defineExperiment({
  id: "e1",
  title: "One hidden layer of 16",
  description: "The small model that the assignment provides.",
  data: { name: "mnist", validationCount: 10_000 },
  model: ({ inputShape, classes, seed }) => mlp({ inputShape, classes, units: [16], seed, name: "e1" }),
  loss: "categoricalCrossentropy",
  optimizer: adam({ learningRate: 1e-3 }),
  batchSize: 128,
  epochs: 20,
  targets: [{ metric: "testAccuracy", comparison: ">=", value: 0.945 }],
});
