import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TareaError } from "@tarea/core";
import * as datasets from "@tarea/datasets";
import { readRuns } from "@tarea/runs";
import { trainProject, type TrainEvent, type TrainProjectOptions } from "../dist/index.js";

const WORKER = new URL("trainWorker.js", import.meta.url);

/** A project in a folder of its own, whose experiments reach the built packages by address. */
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tarea-project-"));
  mkdirSync(join(root, "experiments"));
  writeExperiment("quick", "epochs: 2");
  writeExperiment("endless", "epochs: 100000");
  writeExperiment("exploding", "epochs: 2, optimizer: sgd({ learningRate: 1e30 })");
  writeFileSync(join(root, "experiments/broken.js"), "export default {{");
  writeFileSync(join(root, "experiments/other.js"), 'export default { id: "another", model() {} };');
});
afterAll(() => rmSync(root, { recursive: true }));

function writeExperiment(id: string, change: string): void {
  const address = (name: string): string => new URL(`../../${name}/dist/index.js`, import.meta.url).href;
  writeFileSync(
    join(root, `experiments/${id}.js`),
    `import { mlp } from "${address("models")}";
import { defineExperiment, sgd } from "${address("training")}";
export default defineExperiment({
  id: "${id}", title: "${id}", data: { name: "mnist", validationCount: 100, trainCount: 300 },
  model: ({ inputShape, classes, seed }) => mlp({ inputShape, classes, seed, units: [4] }),
  loss: "categoricalCrossentropy", optimizer: sgd(), batchSize: 100, ${change},
});`,
  );
}

function options(more: Partial<TrainProjectOptions>): TrainProjectOptions {
  return { root, datasets, worker: WORKER, engine: "cpu", data: "synthetic", offline: true, ...more };
}

test("every stage is trained in a process of its own and leaves a record", { timeout: 60_000 }, async () => {
  const events: TrainEvent[] = [];
  const { outcomes, interrupted } = await trainProject(
    options({ experiments: ["quick"], onEvent: (event) => events.push(event) }),
  );
  expect(interrupted).toBe(false);
  expect(new Set(outcomes.map(({ status, record }) => `${record.stage} ${status}`))).toEqual(
    new Set(["final complete", "validation complete"]),
  );
  expect(new Set(events.map((event) => event.type))).toEqual(new Set(["start", "progress", "end"]));
  const { runs, faults } = await readRuns(join(root, "runs"));
  expect(faults).toEqual([]);
  expect(runs.map((run) => run.record.data.synthetic)).toEqual([true, true]);
});

test("a stop leaves an interrupted record and no lock and no process behind", { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const { outcomes, interrupted } = await trainProject(
    options({
      experiments: ["endless"],
      stages: ["validation"],
      signal: stop.signal,
      onEvent: (event) => event.type === "progress" && stop.abort(),
    }),
  );
  expect(interrupted).toBe(true);
  expect(outcomes).toMatchObject([{ status: "interrupted" }]);
  expect(existsSync(join(outcomes[0]!.folder, "checkpoint/state.bin"))).toBe(true);
  expect(readdirSync(join(root, "runs/endless"))).toEqual([outcomes[0]!.record.id]);
});

test("a loss that is not finite fails its run and no other", { timeout: 60_000 }, async () => {
  const { outcomes } = await trainProject(options({ experiments: ["exploding", "quick"], stages: ["validation"], jobs: 1 }));
  expect(outcomes.map(({ status }) => status)).toEqual(["failed", "reused"]);
});

test("only data that cannot be had are stood in for; a file that is wrong ends the training", async () => {
  const failWith = (code: string): Partial<TrainProjectOptions> => ({
    experiments: ["quick"],
    data: "auto",
    datasets: {
      ...datasets,
      fetchDataset: () => Promise.reject(new TareaError({ code, where: "mnist", problem: "it is like that" })),
    },
  });
  await expect(trainProject(options(failWith("checksum")))).rejects.toThrow("mnist: it is like that.");
  const notes: string[] = [];
  await trainProject(options({ ...failWith("no-data"), onEvent: (event) => event.type === "note" && notes.push(event.message) }));
  expect(notes).toEqual(["mnist: the synthetic twin stands in: it is like that."]);
});

test.each([
  [{ experiments: ["quik"] }, 'train: there is no experiment "quik" in '],
  [{ experiments: ["quik"] }, 'Did you mean "quick"?'],
  [{ experiments: ["broken"] }, "the experiment cannot be loaded"],
  [
    { experiments: ["other"] },
    'the default export must be defineExperiment(…) with the file\'s name as id, expected "other", got "another"',
  ],
  [{ experiments: ["quick"], jobs: 0 }, "train: jobs must be a positive integer, got 0."],
  [{ experiments: ["quick"], seeds: [-1] }, "train: seed must be an integer of at least 0, got -1."],
  [{ experiments: ["quick"], data: "real" as never }, "train: unknown data"],
  [{ root: "/nowhere" }, "Run the command in a report's folder"],
])("bad input is named before anything is trained: %o", async (change, message) => {
  await expect(trainProject(options(change))).rejects.toThrow(message);
});
