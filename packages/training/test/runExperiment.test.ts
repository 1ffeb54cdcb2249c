import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as datasets from "@tarea/datasets";
import * as models from "@tarea/models";
import { readPredictions, readRun, readSamples } from "@tarea/runs";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { adam, defineExperiment, runExperiment, sgd, type Experiment, type RunExperimentOptions } from "../src/index.js";
import { exampleDataset, PLAIN_ENGINE, usePlainEngine } from "./exampleSamples.js";

beforeAll(usePlainEngine);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tarea-runs-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const DATASET = exampleDataset(120, 60);

function optionsFor(change: Partial<Experiment> = {}, more: Partial<RunExperimentOptions> = {}): RunExperimentOptions {
  const experiment = defineExperiment({
    id: "rows",
    title: "Rows",
    data: { name: "mnist", validationCount: 30 },
    model: (context) =>
      models.mlp({ inputShape: context.inputShape, classes: context.classes, seed: context.seed, units: [8], dropout: 0.1 }),
    loss: "categoricalCrossentropy",
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 16,
    epochs: 5,
    targets: [{ metric: "testAccuracy", comparison: ">=", value: 0.5 }],
    ...change,
  });
  return {
    experiment,
    stage: "final",
    seed: 1,
    dataset: DATASET,
    libraries: { datasets, models },
    engine: PLAIN_ENGINE,
    runsFolder: folder,
    versions: { node: "24" },
    git: null,
    now: () => 1e12,
    ...more,
  };
}

test("a final run leaves a complete record with test results, predictions, model and misclassified images", async () => {
  const { status, folder: runFolder } = await runExperiment(optionsFor());
  expect(status).toBe("complete");
  const run = await readRun(runFolder);
  expect(run.record).toMatchObject({
    status: "complete",
    stage: "final",
    seed: 1,
    data: { name: "mnist", synthetic: true, counts: { train: 120, test: 60 } },
    warnings: ["Synthetic data stood in for Rows of light."],
    testSetUses: [{ purpose: "Loss, accuracy and predictions of the final model." }],
    targets: [{ metric: "testAccuracy", met: true }],
    failure: null,
  });
  expect(run.history.epoch).toEqual([0, 1, 2, 3, 4]);
  const predictions = (await readPredictions(run))!;
  const right = predictions.labels.filter((label, i) => {
    const row = predictions.probabilities.subarray(i * 3, i * 3 + 3);
    return row.indexOf(Math.max(...row)) === label;
  });
  expect(run.record.finalMetrics["testAccuracy"]).toBe(right.length / 60);
  const misclassified = await readSamples(run, "misclassified");
  expect(misclassified?.items.length).toBe(Math.min(9, 60 - right.length));
  for (const item of misclassified!.items) expect(item.prediction).not.toBe(item.label);
});

test("the saved model is one that stock TF.js loads, with the run's predictions", async () => {
  const { folder: runFolder } = await runExperiment(optionsFor());
  const { modelTopology, weightsManifest } = JSON.parse(
    readFileSync(join(runFolder, "model/model.json"), "utf8"),
  ) as tf.io.ModelJSON;
  const weightData = Uint8Array.from(readFileSync(join(runFolder, "model/weights.bin"))).buffer;
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0]!.weights, weightData }),
  );
  const inputs = tf.tensor(
    Float32Array.from(DATASET.test.inputs.data, (value) => value / 255),
    [60, 4, 4, 1],
  );
  const stored = (await readPredictions(await readRun(runFolder)))!.probabilities;
  (model.predict(inputs) as tf.Tensor).dataSync().forEach((value, i) => expect(value).toBeCloseTo(stored[i]!, 5));
});

test("a validation run never touches the test set", async () => {
  const { record } = await runExperiment(optionsFor({}, { stage: "validation" }));
  expect(record.data.counts).toEqual({ train: 90, validation: 30, test: 60 });
  expect(record.testSetUses).toEqual([]);
  expect(record.predictions).toBeNull();
  expect(Object.keys(record.finalMetrics).filter((name) => name.startsWith("test"))).toEqual([]);
  expect(record.finalMetrics["valAccuracy"]).toBeGreaterThan(0.5);
});

test("a complete run is kept, and trained again only when forced, to the same bits", async () => {
  const first = await runExperiment(optionsFor());
  expect((await runExperiment(optionsFor())).status).toBe("reused");
  const again = await runExperiment(optionsFor({}, { force: true }));
  expect(again.status).toBe("complete");
  expect(again.record.finalMetrics).toEqual(first.record.finalMetrics);
});

test("another configuration, seed or stage is another run", async () => {
  const ids = [
    await runExperiment(optionsFor()),
    await runExperiment(optionsFor({ epochs: 6 })),
    await runExperiment(optionsFor({}, { seed: 2 })),
    await runExperiment(optionsFor({ data: { name: "mnist", validationCount: 30, trainCount: 60 } })),
  ].map(({ record }) => record.id);
  expect(new Set(ids).size).toBe(4);
});

test("an interrupted run says so, keeps a checkpoint and continues to the bits of one that was not", async () => {
  const { record: expected } = await runExperiment(optionsFor());
  rmSync(folder, { recursive: true });
  const stop = new AbortController();
  const stopped = await runExperiment(
    optionsFor({}, { signal: stop.signal, onProgress: ({ epoch }) => epoch === 2 && stop.abort() }),
  );
  expect(stopped.status).toBe("interrupted");
  expect(stopped.record.timings.epochsCompleted).toBeGreaterThan(1);
  expect(stopped.record.timings.epochsCompleted).toBeLessThan(5);
  expect((await readRun(stopped.folder)).record.status).toBe("interrupted");
  const continued = await runExperiment(optionsFor());
  expect(continued.status).toBe("complete");
  expect(continued.record.finalMetrics).toEqual(expected.finalMetrics);
});

test("a damaged checkpoint is named, and the run begins again", async () => {
  const stop = new AbortController();
  const { folder: runFolder } = await runExperiment(optionsFor({}, { signal: stop.signal, onProgress: () => stop.abort() }));
  writeFileSync(join(runFolder, "checkpoint/state.bin"), "TAREACP1 but no more");
  const { status, record } = await runExperiment(optionsFor());
  expect(status).toBe("complete");
  expect(record.warnings.join()).toContain("is not a usable checkpoint");
});

test("a loss that is not finite is recorded with its epoch and step", async () => {
  const { status, record, folder: runFolder } = await runExperiment(optionsFor({ optimizer: sgd({ learningRate: 1e30 }) }));
  expect(status).toBe("failed");
  expect(record.failure).toMatchObject({ epoch: 0, step: expect.any(Number), message: expect.stringContaining("is not finite") });
  expect((await readRun(runFolder)).record.status).toBe("failed");
});
