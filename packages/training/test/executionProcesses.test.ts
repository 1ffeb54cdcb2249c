import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectEngine } from "@tarea/engine";
import * as datasets from "@tarea/datasets";
import { trainProject, type RunOutcome, type TrainProjectOptions } from "../dist/index.js";

const isNative = (await inspectEngine()).engine.name === "tensorflow";
const skipReason = isNative ? "" : " (skipped: native TensorFlow is not here)";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tarea-execution-"));
  mkdirSync(join(root, "experiments"));
  writeExperiment("plain", "units: [16]");
  writeExperiment("normed", 'units: [{ units: 16, batchNorm: "afterActivation" }]');
});
afterAll(() => rmSync(root, { recursive: true }));

function writeExperiment(id: string, model: string): void {
  const address = (name: string): string => new URL(`../../${name}/dist/index.js`, import.meta.url).href;
  writeFileSync(
    join(root, `experiments/${id}.js`),
    `import { mlp } from "${address("models")}";
import { adam, defineExperiment } from "${address("training")}";
export default defineExperiment({
  id: "${id}", title: "${id}", data: { name: "moons", validationCount: 100 }, stages: ["validation"], seeds: [1, 2],
  model: ({ inputShape, classes, seed }) => mlp({ inputShape, classes, seed, ${model} }),
  loss: "categoricalCrossentropy", optimizer: adam(), batchSize: 32, epochs: 2,
});`,
  );
}

async function train(runs: string, more: Partial<TrainProjectOptions>): Promise<RunOutcome[]> {
  const { outcomes } = await trainProject({
    root,
    datasets,
    worker: new URL("trainWorker.js", import.meta.url),
    experiments: ["plain"],
    engine: "tensorflow",
    offline: true,
    force: true,
    runsFolder: join(root, runs),
    cacheFolder: join(root, "cache"),
    ...more,
  });
  return outcomes.toSorted((a, b) => a.record.seed - b.record.seed);
}

function weightsOf({ folder }: RunOutcome): string {
  return readFileSync(join(folder, "model/weights.bin")).toString("hex");
}

test.skipIf(!isNative)(
  `a rerun takes the recorded threads and shards and ends with equal bits, one job or two${skipReason}`,
  async () => {
    const first = await train("asked", { threads: 1, shards: 2, jobs: 2 });
    expect(first.map(({ record }) => record.execution)).toEqual(
      Array.from({ length: 2 }, () => ({ threads: 1, shards: 2, chosenBy: "option" })),
    );
    const again = await train("asked", { jobs: 1 });
    expect(again.map(({ record }) => record.execution)).toEqual(
      Array.from({ length: 2 }, () => ({ threads: 1, shards: 2, chosenBy: "record" })),
    );
    expect(again.map(({ record }) => record.id)).toEqual(first.map(({ record }) => record.id));
    expect(again.map(weightsOf)).toEqual(first.map(weightsOf));
    expect(weightsOf(first[0]!)).not.toBe(weightsOf(first[1]!));
  },
);

test.skipIf(!isNative)(`a run that needs other threads gets a process of its own with them${skipReason}`, async () => {
  const [run] = await train("threads", { threads: 2, shards: 1, seeds: [1], jobs: 1 });
  const [again] = await train("threads", { seeds: [1], jobs: 1 });
  expect(again!.record).toMatchObject({ engine: { threads: 2 }, execution: { threads: 2, shards: 1, chosenBy: "record" } });
  expect(weightsOf(again!)).toBe(weightsOf(run!));
});

test.skipIf(!isNative || availableParallelism() === 1)(
  `what was measured is taken from the cache by the next seed, for a model with batch normalization too${skipReason}`,
  async () => {
    const runs = await train("measured", { experiments: ["normed"], jobs: 1 });
    expect(runs[1]!.record.execution?.shards).toBe(runs[0]!.record.execution!.shards);
    expect(runs.map(({ record }) => record.execution?.chosenBy)).toEqual(["measurement", "cache"]);
  },
);
