import { expect, test } from "vitest";
import { latestRuns, type Run, type RunRecord } from "../src/index.js";
import { exampleRecord } from "./exampleRun.js";

/** A run that started at that second. */
function run(id: string, second: number, changes: Partial<RunRecord> = {}): Run {
  const startedAt = `2026-01-02T03:04:0${second}Z`;
  const record = exampleRecord({ id, timings: { ...exampleRecord().timings, startedAt }, ...changes });
  return { folder: `/runs/e1/${id}`, record, history: { epoch: [] } };
}
const ids = (runs: Run[]) => runs.map(({ record }) => record.id);

test("the newest complete run of each seed counts", () => {
  const runs = [run("new", 2), run("old", 1), run("broken", 3, { status: "failed" }), run("going", 4, { status: "running" })];
  expect(ids(latestRuns(runs, { experiment: "e1" }))).toEqual(["new"]);
});

test("runs of one moment are told apart by their id, whatever order they come in", () => {
  const runs = [run("a", 1), run("b", 1)];
  expect(ids(latestRuns(runs, { experiment: "e1" }))).toEqual(["b"]);
  expect(ids(latestRuns(runs.toReversed(), { experiment: "e1" }))).toEqual(["b"]);
});

test("validation comes first, then seeds in the order of numbers", () => {
  const runs = [run("ten", 1, { seed: 10 }), run("two", 1, { seed: 2 }), run("watched", 1, { seed: 10, stage: "validation" })];
  expect(ids(latestRuns(runs, { experiment: "e1" }))).toEqual(["watched", "two", "ten"]);
  expect(ids(latestRuns(runs, { experiment: "e1", stage: "final" }))).toEqual(["two", "ten"]);
  expect(ids(latestRuns(runs, { experiment: "e1", seed: 10 }))).toEqual(["watched", "ten"]);
  expect(latestRuns(runs, { experiment: "e2" })).toEqual([]);
});
