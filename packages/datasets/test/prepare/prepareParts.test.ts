import { describe, expect, it } from "vitest";
import {
  MAX_RECORDED_VALUES,
  applyPreparation,
  fitPreparation,
  loadDataset,
  prepareParts,
  type PreparationPlan,
  type Samples,
} from "../../src/index.js";
import { thrown } from "../support/thrown.js";

function table(...rows: number[][]): Samples {
  const shape = [rows.length, rows[0]!.length];
  const labels = { dtype: "uint8", shape: [rows.length], data: new Uint8Array(rows.length) } as const;
  return { inputs: { dtype: "float32", shape, data: Float32Array.from(rows.flat()) }, labels };
}

const columnNames = ["a", "b"];
const train = table([1, 10], [3, 30], [0, 20]);
const PLAN: PreparationPlan = [
  { kind: "impute", columns: ["a"], by: "mean", missing: [0] },
  { kind: "standardize" },
  { kind: "noise", standardDeviation: 0.5, seed: 3 },
];

describe("preparing the parts of a set", () => {
  it("takes every statistic from the training part, whatever the other parts hold", () => {
    const others = [
      { validation: table([5, 5]), test: table([7, 7]) },
      { validation: table([-1e6, 1e6], [0, 0]), test: table([9e9, -9e9]) },
    ];
    const [one, two] = others.map((more) => prepareParts(PLAN, { train, ...more }, { columnNames }));
    expect(two!.fitted).toEqual(one!.fitted);
    expect(two!.record).toEqual(one!.record);
    expect(two!.parts.train).toEqual(one!.parts.train);
    expect(one!.record.steps[0]).toMatchObject({ kind: "impute", values: [2] });
    expect(one!.record.steps[1]).toMatchObject({ kind: "affine", of: "standardize", subtract: [2, 20] });
    const changed = prepareParts(PLAN, { train: table([1, 10], [3, 30], [0, 21]) }, { columnNames });
    expect(changed.record.sha256).not.toBe(one!.record.sha256);
  });

  it("prepares each part as the fitted plan alone would, noise by the rows that are given", () => {
    const test = table([5, 50], [6, 60]);
    const { parts, fitted } = prepareParts(PLAN, { train, test }, { columnNames, rows: { test: [7, 4] } });
    expect(fitted).toEqual(fitPreparation(PLAN, train, { columnNames }));
    expect(parts.test).toEqual(applyPreparation(fitted, test, { part: "test", rows: [7, 4] }));
    expect(parts.train).toEqual(applyPreparation(fitted, train, { part: "train" }));
    expect(parts.test).not.toEqual(applyPreparation(fitted, test, { part: "test" }));
  });

  it("records the plan and what was fitted as small plain JSON", async () => {
    const set = await loadDataset("imdb", { source: "synthetic", synthetic: { trainCount: 40, testCount: 5 } });
    const plan: PreparationPlan = [{ kind: "textIds", words: 2000, length: 20 }];
    const { record } = prepareParts(plan, { train: set.train, test: set.test });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record).toMatchObject({ plan, fittedTo: { part: "train", samples: 40 }, inputShape: null, outputShape: [20] });
    expect(record.steps[0]!["vocabulary"]).toMatchObject({
      length: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(record).length).toBeLessThan(1000);
    const wide = prepareParts([{ kind: "standardize" }], {
      train: table(Array.from({ length: MAX_RECORDED_VALUES + 1 }, (_, i) => i)),
    });
    expect(wide.record.steps[0]!["subtract"]).toMatchObject({ first: [0, 1, 2, 3, 4, 5, 6, 7], length: MAX_RECORDED_VALUES + 1 });
  });

  it("refuses rows of a part that is not there", () => {
    expect(thrown(() => prepareParts(PLAN, { train }, { columnNames, rows: { tset: [1] } }))).toMatchObject({ received: "tset" });
  });
});
