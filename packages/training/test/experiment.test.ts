import { OPTIMIZER_DEFAULTS } from "@tarea/graph";
import { mlp } from "@tarea/models";
import { expect, test } from "vitest";
import { adam, defineExperiment, EXPERIMENT_DEFAULTS, LEARNING_RATE_DEFAULTS, sgd, type Experiment } from "../src/index.js";

const EXPERIMENT: Experiment = {
  id: "e1",
  title: "One hidden layer",
  data: { name: "mnist", validationCount: 100 },
  model: (context) => mlp({ ...context, units: [16] }),
  loss: "categoricalCrossentropy",
  optimizer: adam(),
  batchSize: 128,
  epochs: 20,
};

test("an experiment comes back complete", () => {
  expect(defineExperiment(EXPERIMENT)).toEqual({ ...EXPERIMENT, ...EXPERIMENT_DEFAULTS });
});

test("optimizers come with Keras's defaults", () => {
  expect(adam()).toEqual({ type: "adam", learningRate: LEARNING_RATE_DEFAULTS.adam, ...OPTIMIZER_DEFAULTS.adam });
  expect(sgd({ momentum: 0.9 })).toEqual({ type: "sgd", learningRate: 0.01, nesterov: false, momentum: 0.9 });
});

test.each([
  [{ id: "../up" }, "id must be 1 to 64 letters, digits, - or _"],
  [{ epochs: 2.5 }, 'experiment "e1": epochs must be a positive integer, got 2.5.'],
  [{ batchSize: 0 }, "batchSize must be a positive integer, got 0."],
  [{ epoch: 3 }, 'unknown option "epoch"'],
  [{ loss: "crossentropy" }, "unknown loss"],
  [{ optimizer: { type: "adm" } }, 'Did you mean "adam"?'],
  [{ optimizer: undefined }, "optimizer must be a config with a type, got undefined."],
  [{ optimizer: { type: "adam", learningRate: { type: "cosine" } } }, "unknown learningRate.type"],
  [{ target: "image" }, 'unknown target, expected one of labels, inputs, got "image".'],
  [{ classWeights: "even" }, 'classWeights must be one number per class or "balanced", got "even".'],
  [{ classWeights: [1, -1] }, "classWeights[1] must be a finite number at least 0, got -1."],
  [{ sampleWeights: [1, 2] }, "sampleWeights must be a function"],
  [{ augmentation: "flip" }, 'augmentation must be an object, got "flip".'],
  [{ accumulateSteps: 0 }, "accumulateSteps must be a positive integer, got 0."],
  [{ model: "mlp" }, "model must be a function that builds a model"],
  [{ seeds: [-1] }, "seeds[0] must be an integer of at least 0, got -1."],
  [{ stages: ["final", "test"] }, "unknown stage"],
  [{ data: { name: "mnist", validationCount: 0 } }, "the validation stage needs data.validationCount above 0"],
  [{ targets: [{ metric: "testAccuracy", comparison: ">", value: 1 }] }, "unknown targets[0].comparison"],
])("a fault is named: %o", (change, message) => {
  expect(() => defineExperiment({ ...EXPERIMENT, ...(change as object) })).toThrow(message);
});
