import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeRows } from "@tarea/core";
import * as datasets from "@tarea/datasets";
import * as models from "@tarea/models";
import { readRun, readSamples, type RunRecord } from "@tarea/runs";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  adam,
  defineExperiment,
  runExperiment,
  type Dataset,
  type Experiment,
  type RunExperimentOptions,
  type Samples,
} from "../src/index.js";
import { exampleDataset, PLAIN_ENGINE, usePlainEngine } from "./exampleSamples.js";

beforeAll(usePlainEngine);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tarea-preparation-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const IMAGES: Dataset = { ...exampleDataset(90, 30), synthetic: false };
const VALIDATION_COUNT = 30;

async function run(
  change: Partial<Experiment>,
  { dataset = IMAGES, stage = "validation", ...more }: Partial<RunExperimentOptions> = {},
): Promise<{ record: RunRecord; runFolder: string }> {
  const experiment = defineExperiment({
    id: "prepared",
    title: "Prepared",
    data: { name: "mnist", validationCount: VALIDATION_COUNT },
    model: ({ inputShape, classes, seed }) => models.mlp({ inputShape, classes, units: [4], seed }),
    loss: "categoricalCrossentropy",
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 16,
    epochs: 2,
    ...change,
  });
  const libraries = { datasets, models };
  const { folder: runFolder } = await runExperiment({
    experiment,
    stage,
    seed: 1,
    dataset,
    libraries,
    engine: PLAIN_ENGINE,
    runsFolder: folder,
    versions: {},
    git: null,
    now: () => 1e12,
    ...more,
  });
  return { record: (await readRun(runFolder)).record, runFolder };
}

/** The rows that a run of seed 1 trains on, as its record should describe them. */
function trainingPart(): datasets.Samples {
  const rows = datasets.stratifiedSplit(IMAGES.train.labels.data, { validationCount: VALIDATION_COUNT, seed: 1 }).train;
  return { inputs: takeRows(IMAGES.train.inputs, rows), labels: takeRows(IMAGES.train.labels, rows) };
}

test("the record holds the plan and the statistics of the training part after the split", async () => {
  const plan = [{ kind: "standardize", per: "all" }] as const;
  const { record } = await run({ preparation: plan });
  const { record: expected } = datasets.prepareParts(plan, { train: trainingPart() });
  expect(record.preparation).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(record.preparation!.fittedTo).toEqual({ part: "train", samples: 60 });
  expect(record.config["preparation"]).toEqual(plan);
});

test("nothing is learned from the validation and the test part", async () => {
  const rows = datasets.stratifiedSplit(IMAGES.train.labels.data, { validationCount: VALIDATION_COUNT, seed: 1 }).validation;
  const changed = Uint8Array.from(IMAGES.train.inputs.data);
  for (const row of rows) changed.fill(255, row * 16, (row + 1) * 16);
  const dataset: Dataset = {
    ...IMAGES,
    fingerprint: "e".repeat(64),
    train: { ...IMAGES.train, inputs: { ...IMAGES.train.inputs, dtype: "uint8", data: changed } },
    test: { ...IMAGES.test, inputs: { dtype: "uint8", shape: [30, 4, 4, 1], data: new Uint8Array(480) } },
  };
  const preparation = [{ kind: "minMax" }, { kind: "standardize" }];
  const [one, two] = [await run({ preparation }), await run({ preparation }, { dataset })];
  expect(two.record.preparation).toEqual(one.record.preparation);
  expect(two.record.finalMetrics["loss"]).toBe(one.record.finalMetrics["loss"]);
  expect(two.record.finalMetrics["valLoss"]).not.toBe(one.record.finalMetrics["valLoss"]);
});

test("the model is built for the prepared shape, and columns and texts are found by the data set's names and words", async () => {
  const table = await datasets.loadDataset("california_housing", {
    source: "synthetic",
    synthetic: { trainCount: 90, testCount: 30 },
  });
  const preparation = [
    { kind: "impute", columns: ["total_bedrooms"], by: "median" },
    { kind: "oneHot", columns: ["ocean_proximity"], unknown: "zeros" },
    { kind: "standardize" },
  ];
  const shapes: (readonly number[])[] = [];
  const model: Experiment["model"] = ({ inputShape, seed }) => {
    shapes.push(inputShape);
    return models.mlp({ inputShape, classes: 1, output: "linear", units: [4], seed });
  };
  const { record } = await run({ preparation, model, loss: "meanSquaredError" }, { dataset: table, stage: "final" });
  expect(record.preparation!.inputShape).toEqual([9]);
  expect(shapes).toEqual([record.preparation!.outputShape]);
  expect(record.finalMetrics["testLoss"]).toBeGreaterThan(0);

  const texts = await datasets.loadDataset("imdb", { source: "synthetic", synthetic: { trainCount: 90, testCount: 30 } });
  const counts = [{ kind: "textCounts", words: 50 }];
  const { record: counted } = await run({ preparation: counts }, { dataset: texts });
  const [step] = counted.preparation!.steps as [{ vocabulary: string[] }];
  expect(counted.preparation!.outputShape).toEqual([50]);
  expect(step.vocabulary).toEqual(texts.vocabulary!.slice(0, 49));
});

test("a sample has the same noise in both stages, and the gallery shows images as they were", async () => {
  const preparation = [
    { kind: "divide", by: 255 },
    { kind: "noise", standardDeviation: 3, seed: 4 },
  ];
  const seen: Samples[] = [];
  const sampleWeights = (train: Samples): number[] => {
    seen.push(train);
    return Array.from(train.labels.data, () => 1);
  };
  await run({ preparation, sampleWeights, epochs: 1 });
  const { runFolder } = await run({ preparation, sampleWeights, epochs: 1 }, { stage: "final" });
  const rows = datasets.stratifiedSplit(IMAGES.train.labels.data, { validationCount: VALIDATION_COUNT, seed: 1 }).train;
  expect(seen[0]!.inputs).toEqual(takeRows(seen[1]!.inputs, rows));
  const { pixels, items } = (await readSamples(await readRun(runFolder), "misclassified"))!;
  const { index } = items[0]!;
  expect([...pixels.subarray(0, 16)]).toEqual([...IMAGES.test.inputs.data.subarray(index * 16, (index + 1) * 16)]);
});

test("preparation belongs to what identifies a run, and without it nothing is recorded", async () => {
  const [none, divided] = [await run({}), await run({ preparation: [{ kind: "divide", by: 255 }] })];
  expect(none.record).not.toHaveProperty("preparation");
  expect(none.record.config).not.toHaveProperty("preparation");
  expect(divided.record.configHash).not.toBe(none.record.configHash);
  expect(divided.record.preparation!.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("a plan that does not fit is named before anything is trained", async () => {
  const cases: [readonly object[], string][] = [
    [[{ kind: "standardise" }], 'experiment "prepared": preparation: step 1: unknown kind, expected one of impute, standardize,'],
    [[{ kind: "divide", by: 0 }], 'experiment "prepared": preparation: step 1: by must not be 0'],
    [[{ kind: "impute", columns: ["age"], by: "mean" }], "columns can be named in a table only"],
  ];
  for (const [preparation, message] of cases) await expect(run({ preparation })).rejects.toThrow(message);
  const { prepareParts: _, ...without } = datasets;
  await expect(run({ preparation: [{ kind: "standardize" }] }, { libraries: { datasets: without, models } })).rejects.toThrow(
    'experiment "prepared": preparation needs a data library with the function prepareParts. @tarea/datasets has it.',
  );
  await expect(run({ preparation: { kind: "standardize" } as never })).rejects.toThrow(
    'experiment "prepared": preparation must be a list of steps, expected for example [{ kind: "standardize" }], got an object of type Object.',
  );
});
