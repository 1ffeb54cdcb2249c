/** What an experiment may ask of its steps, trained by runs: on native TensorFlow, compiled, and on plain JavaScript, with the same numbers. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream, takeRows } from "@tarea/core";
import * as datasets from "@tarea/datasets";
import { useEngine } from "@tarea/engine";
import * as models from "@tarea/models";
import { readPredictions, readRun, type Run } from "@tarea/runs";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adam, defineExperiment, runExperiment, sgd, type Dataset, type Experiment, type RunOutcome } from "../src/index.js";
import { exampleDataset, exampleSamples } from "./exampleSamples.js";

const engine = await useEngine({ threads: 1 });
const backends = engine.name === "tensorflow" ? ["tensorflow", "cpu"] : ["cpu"];

let folder: string;
beforeAll(async () => {
  tf.env().set("IS_TEST", true); // Or the plain-JS backend greets on standard error.
  await tf.setBackend("cpu");
  tf.scalar(0).dispose();
  tf.env().set("IS_TEST", false);
  folder = mkdtempSync(join(tmpdir(), "tarea-options-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const IMAGES = exampleDataset(90, 30);
/** The images of two classes. */
const PAIRS: Dataset = { ...IMAGES, classNames: ["top", "middle"], train: firstTwo(IMAGES.train), test: firstTwo(IMAGES.test) };
/** How bright an image is, as numbers to predict. */
const NUMBERS: Dataset = { ...IMAGES, classNames: [], train: brightness(IMAGES.train), test: brightness(IMAGES.test) };

function firstTwo({ inputs, labels }: Dataset["train"]): Dataset["train"] {
  const rows = [...labels.data.keys()].filter((i) => labels.data[i]! < 2);
  return { inputs: takeRows(inputs, rows), labels: takeRows(labels, rows) };
}

function brightness({ inputs, labels }: Dataset["train"]): Dataset["train"] {
  const mean = (i: number) => [...inputs.data.slice(16 * i, 16 * i + 16)].reduce((a, b) => a + b, 0) / (16 * 255);
  return { inputs, labels: { dtype: "float32", shape: labels.shape, data: Float32Array.from(labels.data, (_, i) => mean(i)) } };
}

/** A network with weights of a seed of its own; `ending` is the activation that the loss splits off. */
function network(outputs: number, ending?: "softmax" | "sigmoid"): Experiment["model"] {
  return ({ inputShape, seed }) => {
    const model = tf.sequential();
    model.add(tf.layers.flatten({ inputShape: [...inputShape] }));
    model.add(tf.layers.dense({ units: 6, activation: "tanh" }));
    model.add(tf.layers.dense({ units: outputs }));
    if (ending) model.add(tf.layers.activation({ activation: ending }));
    const stream = randomStream(seed, "network");
    const values = (size: number) => Float32Array.from({ length: size }, () => stream.normal() / 4);
    tf.tidy(() => model.setWeights(model.getWeights().map(({ shape, size }) => tf.tensor(values(size), shape))));
    return model;
  };
}

type Change = Partial<Experiment> & { dataset?: Dataset };

const example: Experiment = {
  id: "options",
  title: "Options",
  data: { name: "mnist", validationCount: 10 },
  model: network(3, "softmax"),
  loss: "categoricalCrossentropy",
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 16,
  epochs: 4,
};

async function train(backend: string, { dataset = IMAGES, ...change }: Change): Promise<RunOutcome> {
  await tf.setBackend(backend);
  const experiment = defineExperiment({ ...example, ...change });
  return runExperiment({
    experiment,
    stage: "final",
    seed: 1,
    dataset,
    libraries: { datasets, models },
    engine: { ...engine, name: backend as "cpu", tf },
    runsFolder: folder,
    versions: {},
    git: null,
  });
}

/** Trained on each backend; the histories are the same within tolerance. */
async function trainEverywhere(change: Change): Promise<Run> {
  const runs: Run[] = [];
  for (const backend of backends) {
    const { status, folder: runFolder } = await train(backend, change);
    expect(status).toBe("complete");
    runs.push(await readRun(runFolder));
  }
  const [first, ...others] = runs;
  const { durationSeconds: _, ...columns } = first!.history;
  for (const { history, record } of others) {
    for (const [name, values] of Object.entries(columns))
      values.forEach((value, i) => expect(history[name]![i]!, name).toBeCloseTo(value!, 4));
    for (const [name, value] of Object.entries(first!.record.finalMetrics))
      expect(record.finalMetrics[name]!, name).toBeCloseTo(value, 4);
  }
  return first!;
}

describe(`an experiment trains the same on ${backends.join(" and ")}`, () => {
  test("regression: losses and no accuracy", async () => {
    const { history, record } = await trainEverywhere({
      dataset: NUMBERS,
      model: network(1),
      loss: "meanSquaredError",
      epochs: 12,
    });
    expect(Object.keys(history).filter((name) => /accuracy/i.test(name))).toEqual([]);
    expect(Object.keys(record.finalMetrics).toSorted()).toEqual(["dataLoss", "loss", "penalty", "testLoss"]);
    expect(record.finalMetrics["testLoss"]).toBeLessThan(history["loss"]![0]! / 2);
    expect([record.data.classNames, record.predictions]).toEqual([null, null]);
    expect(record.testSetUses.map(({ purpose }) => purpose)).toEqual(["Loss of the final model."]);
  });

  test("two classes with one output: probabilities of both are stored", async () => {
    const change = { dataset: PAIRS, model: network(1, "sigmoid"), loss: "binaryCrossentropy", epochs: 12 } as const;
    const run = await trainEverywhere(change);
    const { probabilities, labels } = (await readPredictions(run))!;
    expect(probabilities.length).toBe(2 * labels.length);
    const right = labels.filter((label, i) => (probabilities[2 * i + 1]! > 0.5 ? 1 : 0) === label).length;
    expect(run.record.finalMetrics["testAccuracy"]).toBe(right / labels.length);
    expect(run.history["accuracy"]!.at(-1)).toBeGreaterThan(0.8);
  });

  test("an autoencoder learns the images as they were before noise was added", async () => {
    const model: Experiment["model"] = (context) => {
      const flat = network(16)(context);
      const outputs = [tf.layers.reshape({ targetShape: [4, 4, 1] }), tf.layers.activation({ activation: "sigmoid" })].reduce(
        (x, layer) => layer.apply(x) as tf.SymbolicTensor,
        flat.outputs[0]!,
      );
      return tf.model({ inputs: flat.inputs, outputs });
    };
    const preparation = [
      { kind: "divide", by: 255 },
      { kind: "noise", standardDeviation: 0.2, seed: 3 },
    ];
    const change = { model, preparation, target: "inputs", epochs: 12 } as const;
    for (const loss of ["binaryCrossentropy", "meanSquaredError"] as const) {
      const { history, record } = await trainEverywhere({ ...change, loss, optimizer: adam({ learningRate: 0.05 }) });
      expect(Object.keys(record.finalMetrics).toSorted()).toEqual(["dataLoss", "loss", "penalty", "testLoss"]);
      expect(history["loss"]!.at(-1)).toBeLessThan(history["loss"]![0]!);
      expect(record.config).toMatchObject({ target: "inputs", loss });
    }
  });

  test("squared error of one output per class: accuracy, but outputs beyond 0 and 1 are no predictions", async () => {
    const { history, record } = await trainEverywhere({ model: network(3), loss: "meanSquaredError", epochs: 8 });
    expect(history["accuracy"]!.at(-1)).toBeGreaterThan(0.8);
    expect(record.predictions).toBeNull();
    expect(record.warnings).toContain("The model's outputs are not probabilities, so that no predictions were stored.");
  });

  test("class weights by number, balanced, and sample weights", async () => {
    const [none, numbers, balanced, samples] = [
      await trainEverywhere({}),
      await trainEverywhere({ classWeights: [1, 5, 1] }),
      await trainEverywhere({ classWeights: "balanced", dataset: { ...IMAGES, train: exampleSamples(88) } }),
      await trainEverywhere({ sampleWeights: ({ labels }) => Array.from(labels.data, (label) => (label === 1 ? 5 : 1)) }),
    ];
    expect(numbers.history["loss"]).not.toEqual(none.history["loss"]);
    expect(balanced.record.config["classWeights"]).toEqual([88 / 90, 88 / 87, 88 / 87]);
    expect(samples.history["loss"]).toEqual(numbers.history["loss"]);
    expect(samples.record.config["sampleWeights"]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("an augmentation plan", async () => {
    const augmentation = { flip: { horizontal: 0.5 }, shift: { horizontal: 0.2 }, brightness: { change: 0.2 } };
    const { record, history } = await trainEverywhere({ augmentation });
    expect(record.config["augmentation"]).toEqual(augmentation);
    expect(history["loss"]).not.toEqual((await trainEverywhere({})).history["loss"]);
  });

  test("a schedule under accumulated, clipped gradients: rates count updates", async () => {
    const learningRate = { type: "exponentialDecay", initial: 0.5, steps: 3, rate: 0.5 } as const;
    const optimizer = sgd({ learningRate, momentum: 0.5, globalClipNorm: 0.5, clipValue: 0.1 });
    const { history, record } = await trainEverywhere({ optimizer, accumulateSteps: 2 });
    // Six steps an epoch are three updates: after epoch e the last was update 3 e + 2.
    expect(history["learningRate"]).toEqual([0, 1, 2, 3].map((epoch) => 0.5 * 0.5 ** ((3 * epoch + 2) / 3)));
    expect(record.config).toMatchObject({ optimizer: { learningRate }, accumulateSteps: 2 });
  });

  test("the full batch is one step an epoch", async () => {
    const { history } = await trainEverywhere({
      batchSize: "full",
      epochs: 3,
      optimizer: sgd({ learningRate: 0.5, clipNorm: 1 }),
    });
    expect(history["loss"]!.at(-1)).toBeLessThan(history["loss"]![0]!);
  });
});

test.each(backends)("a loss that is not finite fails the run on %s and names epoch and step", async (backend) => {
  const inputs = { ...IMAGES.train.inputs, dtype: "float32", data: Float32Array.from(IMAGES.train.inputs.data) } as const;
  inputs.data[16 * 40] = Number.NaN;
  const order = randomStream(1, "order/0").permutation(90);
  const { status, record } = await train(backend, { dataset: { ...IMAGES, train: { ...IMAGES.train, inputs } }, epochs: 6 });
  expect(status).toBe("failed");
  const step = Math.floor(order.indexOf(40) / 16);
  expect(record.failure).toEqual({
    message: expect.stringContaining(`the loss of epoch 1, step ${step + 1} is not finite`),
    epoch: 0,
    step,
  });
});

test("what the data do not allow is named before anything is trained", async () => {
  const cases: [Change, string][] = [
    [{ classWeights: [1, 2] }, "classWeights does not fit, expected 3 numbers, got [2]."],
    [
      { dataset: NUMBERS, model: network(1), loss: "meanSquaredError", classWeights: "balanced" },
      'experiment "options": classWeights "balanced" needs a data set with classes.',
    ],
    [
      { dataset: NUMBERS, model: network(1), loss: "meanSquaredError", classWeights: [1] },
      "classWeights need samples of one class each",
    ],
    [{ sampleWeights: () => [1] }, "sampleWeights must give one weight per training sample, expected 90 numbers, got 1 numbers."],
    [{ augmentation: { spin: 1 } }, 'augmentation: unknown option "spin"'],
    [{ loss: "binaryCrossentropy" }, "the model must end in a sigmoid activation, got Activation activation"],
  ];
  for (const [change, message] of cases) await expect(train("cpu", { ...change, epochs: 5 })).rejects.toThrow(message);
});

describe("mixed precision", () => {
  test.skipIf(engine.name !== "tensorflow")("is kept in the record, and changes little", async () => {
    const [exact, mixed] = [await train("tensorflow", {}), await train("tensorflow", { precision: "mixed" })];
    expect(mixed.record.config["precision"]).toBe("mixed");
    expect(exact.record.config).not.toHaveProperty("precision");
    expect(mixed.record.id).not.toBe(exact.record.id);
    expect(mixed.record.finalMetrics["loss"]).not.toBe(exact.record.finalMetrics["loss"]);
    expect(mixed.record.finalMetrics["loss"]!).toBeCloseTo(exact.record.finalMetrics["loss"]!, 1);
  });

  test("is refused on other engines", async () => {
    await expect(train("cpu", { precision: "mixed" })).rejects.toThrow(
      "mixed precision needs steps that are compiled for the native engine, expected float32, got mixed.",
    );
  });

  test("is refused under another name", () => {
    expect(() => defineExperiment({ ...example, precision: "half" as never })).toThrow(/precision/);
  });
});
