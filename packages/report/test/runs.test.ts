import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRuns, type Run } from "@tarea/runs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  classBarsFigure,
  confusionFigure,
  factOf,
  learningCurves,
  misclassifiedFigure,
  mostConfused,
  overSeeds,
  provenance,
  resultGroups,
  scoreDomain,
  selectRuns,
  testResults,
  weakestClass,
} from "../src/index.js";
import { chooseRunsFolder, runsFolderOf } from "../src/runsFolder.js";
import { makeRun } from "./makeRuns.js";

let folder: string;
let runs: Run[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-report-"));
  for (const seed of [1, 2]) {
    await makeRun(folder, { experiment: "e1", stage: "validation", seed });
    await makeRun(folder, { experiment: "e1", stage: "final", seed });
  }
  await makeRun(folder, { experiment: "e2", stage: "validation", status: "failed", failedAt: 6 });
  runs = (await readRuns(folder)).runs;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const finalRun = (): Run => selectRuns(runs, { experiment: "e1" }).complete[0]!;

describe("the choice of runs", () => {
  it("takes the complete runs of a stage by seed", () => {
    expect(selectRuns(runs, { experiment: "e1" }).complete.map(({ record }) => record.seed)).toEqual([1, 2]);
    expect(selectRuns(runs, { experiment: "e1", stage: "validation", seed: 2 }).complete).toHaveLength(1);
    expect(selectRuns(runs, { experiment: "e9" })).toMatchObject({ complete: [], unfinished: [] });
  });

  it("keeps a failed run that no later complete one replaces", () => {
    const chosen = selectRuns(runs, { experiment: "e2", stage: "validation" });
    expect(chosen.complete).toEqual([]);
    expect(chosen.unfinished.map(({ record }) => record.failure?.epoch)).toEqual([6]);
  });

  it("lets a later complete run of the seed replace a failed one", () => {
    const failed = selectRuns(runs, { experiment: "e2", stage: "validation" }).unfinished[0]!;
    const later = structuredClone(failed);
    later.record.id = "later";
    later.record.status = "complete";
    later.record.timings.startedAt = "2027-01-01T00:00:00.000Z";
    expect(selectRuns([failed, later], { experiment: "e2", stage: "validation" })).toMatchObject({
      complete: [{ record: { id: "later" } }],
      unfinished: [],
    });
  });
});

describe("facts of a run", () => {
  it("come from metrics, timings, counts and the configuration", () => {
    const run = finalRun();
    expect(factOf(run, "testAccuracy")).toBe(run.record.finalMetrics["testAccuracy"]);
    expect(factOf(run, "trainSamples")).toBe(60_000);
    expect(factOf(run, "config.optimizer.learningRate")).toBe(0.001);
    expect(factOf(run, "config.none.at.all")).toBeUndefined();
    expect(factOf(run, "valLoss")).toBeUndefined();
    expect(factOf(run, "stepsPerEpoch")).toBe(469);
    expect(factOf(run, "steps")).toBe(469 * 20);
  });

  it("count the best epoch from 1 and the errors from the accuracy", () => {
    const validation = selectRuns(runs, { experiment: "e1", stage: "validation" }).complete[0]!;
    const losses = validation.history["valLoss"] as number[];
    expect(factOf(validation, "bestEpoch")).toBe(losses.indexOf(Math.min(...losses)) + 1);
    const run = finalRun();
    expect(factOf(run, "testErrors")).toBe(Math.round((1 - run.record.finalMetrics["testAccuracy"]!) * 10_000));
  });

  it("are refused by unknown names, with the nearest known one", () => {
    expect(() => factOf(finalRun(), "testAcuracy")).toThrow(/Did you mean "testAccuracy"\?/);
    expect(() => factOf(finalRun(), "constructor")).toThrow(/no run has a value called/);
  });

  it("are averaged over seeds with the sample standard deviation", () => {
    const chosen = selectRuns(runs, { experiment: "e1" }).complete;
    const [a, b] = chosen.map(({ record }) => record.finalMetrics["testAccuracy"]!) as [number, number];
    const over = overSeeds(chosen, "testAccuracy")!;
    expect(over.mean).toBeCloseTo((a + b) / 2, 12);
    expect(over.spread).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    expect(overSeeds(chosen.slice(1), "testAccuracy")).toMatchObject({ spread: null, count: 1 });
    expect(overSeeds(chosen, "valLoss")).toBeNull();
    expect(overSeeds(chosen, "seeds")).toMatchObject({ mean: 2 });
    expect(overSeeds([], "seeds")).toBeNull();
  });
});

describe("the results table", () => {
  it("has a row per part, the source's figure and the difference", () => {
    const [group] = resultGroups(runs, [{ id: "e1", source: { testAccuracy: 0.96 } }, { id: "e9" }]);
    expect(group!.rows.map(({ part, samples }) => [part, samples])).toEqual([
      ["train", 50_000],
      ["validation", 10_000],
      ["retrain", 60_000],
      ["test", 10_000],
    ]);
    const { ours, source, difference } = group!.rows[3]!.accuracy;
    expect(source).toBe(0.96);
    expect(difference).toBe(ours!.mean - 0.96);
    expect(group!.rows[3]!.loss).toMatchObject({ source: null, difference: null });
    expect(group!.seeds).toBe(2);
  });
});

describe("the figures of a run", () => {
  const options = { locale: "es", idPrefix: "x" } as const;

  it("draw loss and accuracy with a table each", () => {
    const panels = learningCurves(selectRuns(runs, { experiment: "e1", stage: "validation" }).complete[0]!, options);
    expect(panels.map(({ title }) => title)).toEqual(["Pérdida", "Exactitud"]);
    for (const { svg, table } of panels) {
      expect(svg).toContain("validación");
      expect(table.match(/<tr/g)).toHaveLength(21);
    }
    expect(learningCurves(finalRun(), options)[0]!.table).not.toContain("validación");
  });

  it("hold every sample in the matrix, with percentages of the row", async () => {
    const results = (await testResults(finalRun()))!;
    expect(results.matrix.counts.flat().reduce((a, b) => a + b)).toBe(1000);
    for (const row of results.matrix.values) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const { svg, table } = confusionFigure(results, "e1", options);
    expect(svg).toContain(String(results.matrix.counts[3]![3]));
    expect(table).toContain("\u00a0%");
    expect(classBarsFigure(results, "e1", options).narrowSvg).toContain("exhaustividad");
  });

  it("name the most confused pairs and the weakest class", async () => {
    const results = (await testResults(finalRun()))!;
    const pairs = mostConfused(results, 3);
    expect(pairs).toHaveLength(3);
    expect(pairs[0]!.count).toBe(Math.max(...results.matrix.counts.flatMap((row, t) => row.filter((_, p) => p !== t))));
    expect(weakestClass(results, "recall").value).toBe(Math.min(...results.report.classes.map(({ recall }) => recall)));
  });

  it("show the first misclassified images with both classes", async () => {
    const panel = await misclassifiedFigure(finalRun(), { ...options, count: 9 });
    expect(panel).toMatchObject({ title: "Las primeras 9 imágenes que e1 clasifica mal" });
    expect((panel as { svg: string }).svg.match(/<image/g)).toHaveLength(9);
  });

  it("are left out when a file is damaged", async () => {
    const run = selectRuns(runs, { experiment: "e1", seed: 2 }).complete[0]!;
    const path = join(run.folder, "predictions.bin");
    await writeFile(path, (await readFile(path)).subarray(1));
    expect(await testResults(run)).toBeNull();
    await rm(join(run.folder, "samples"), { recursive: true });
    expect(await misclassifiedFigure(run, { ...options, count: 9 })).toBeNull();
  });

  it("start the axis of the scores at 0 unless all are high", () => {
    expect(scoreDomain([0.97, 0.99])).toEqual([0.9, 1]);
    expect(scoreDomain([0.83, 0.99])).toEqual([0.8, 1]);
    expect(scoreDomain([0.3, 0.99])).toEqual([0, 1]);
    expect(scoreDomain([NaN])).toEqual([0, 1]);
  });
});

describe("how it was run", () => {
  it("says shared facts once and times by stage", () => {
    const facts = provenance(runs, ["e1"]);
    expect(facts.data).toHaveLength(1);
    expect(facts.stages.map(({ stage, seeds, epochs }) => [stage, seeds, epochs])).toEqual([
      ["validation", [1, 2], 20],
      ["final", [1, 2], 20],
    ]);
    expect(facts.versions[0]).toEqual({ name: "node", versions: ["24.21.0"] });
    expect(facts.testSetUses).toBe(1);
    expect(facts.preparations).toEqual([]);
    expect(provenance(runs, ["e9"])).toMatchObject({ runs: [], stages: [], testSetUses: null });
  });
});

describe("how the samples were prepared", () => {
  it("is said once for each plan and size of the training part", () => {
    const plan = [{ kind: "impute", columns: ["bmi"], by: "mean" }, { kind: "standardize" }];
    const shapes = { inputShape: [8], outputShape: [8], steps: [], sha256: "a".repeat(64) };
    const prepared = runs.map((run) => {
      const samples = run.record.data.counts["train"]!;
      return {
        ...run,
        record: { ...run.record, preparation: { plan, fittedTo: { part: "train" as const, samples }, ...shapes } },
      };
    });
    const steps = ['impute columns=["bmi"] by="mean"', "standardize"];
    expect(provenance(prepared, ["e1"]).preparations).toEqual([
      { steps, samples: 50_000 },
      { steps, samples: 60_000 },
    ]);
  });
});

describe("the folder of runs", () => {
  it("is the builder's, then the environment's, then the loader's, then the integration's", () => {
    const root = join(folder, "site");
    expect(runsFolderOf(root, undefined, {})).toBe(join(root, "runs"));
    chooseRunsFolder(root, "configured", "./a");
    expect(runsFolderOf(root, undefined, {})).toBe(join(root, "a"));
    expect(runsFolderOf(root, "./b", {})).toBe(join(root, "b"));
    expect(runsFolderOf(root, "./b", { TAREA_RUNS_DIR: "/c" })).toBe("/c");
    chooseRunsFolder(root, "override", "/d");
    expect(runsFolderOf(root, "./b", { TAREA_RUNS_DIR: "/c" })).toBe("/d");
    chooseRunsFolder(root, "override", undefined);
    expect(runsFolderOf(root, undefined, { TAREA_RUNS_DIR: "" })).toBe(join(root, "a"));
  });
});
