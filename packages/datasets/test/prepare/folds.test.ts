import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancedClassWeights, kFold, learningCurveSubsets, stratifiedKFold, type Fold } from "../../src/index.js";
import { writePadded } from "../../src/prepare/text.js";
import { golden } from "./golden.js";

const RUNS = { seed: 20260105, numRuns: 100 };
const labelLists = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 80 });

function expectPartition(folds: readonly Fold[], count: number): void {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  expect(Uint32Array.from(folds.flatMap(({ validation }) => [...validation])).toSorted()).toEqual(rows);
  for (const { train, validation } of folds) {
    expect(Uint32Array.of(...train, ...validation).toSorted()).toEqual(rows);
    expect(train.toSorted()).toEqual(train);
    expect(validation.toSorted()).toEqual(validation);
  }
}

function countOf(labels: ArrayLike<number>, rows: Uint32Array, label: number): number {
  return rows.filter((row) => labels[row] === label).length;
}

describe("kFold", () => {
  it("has every row in one validation part, and folds of scikit-learn's sizes", () => {
    const folds = kFold(golden.labels.length, { folds: 5, seed: 7 });
    expect(folds.map(({ validation }) => validation.length)).toEqual(golden.foldSizes);
    expectPartition(folds, golden.labels.length);
    expect(kFold(41, { folds: 5, seed: 7 })).toEqual(folds);
    expect(kFold(41, { folds: 5, seed: 8 })).not.toEqual(folds);
  });

  it("refuses more folds than samples, and a single one", () => {
    expect(() => kFold(3, { folds: 4, seed: 1 })).toThrow("folds must be an integer of at least 2 and at most 3, got 4");
    expect(() => kFold(3, { folds: 1, seed: 1 })).toThrow("got 1");
  });
});

describe("stratifiedKFold", () => {
  it("has as many samples of each class in each fold as scikit-learn's StratifiedKFold", () => {
    const folds = stratifiedKFold(golden.labels, { folds: 4, seed: 7 });
    expect(folds.map(({ validation }) => [2, 5, 9].map((label) => countOf(golden.labels, validation, label)))).toEqual(
      golden.stratifiedFolds,
    );
    expectPartition(folds, golden.labels.length);
  });

  it("keeps sizes and shares within one sample, whatever the labels are", () => {
    fc.assert(
      fc.property(labelLists, fc.integer({ min: 2, max: 6 }), fc.nat(), (labels, wanted, seed) => {
        const most = Math.max(...[0, 1, 2, 3].map((label) => labels.filter((one) => one === label).length));
        const folds = Math.min(wanted, most);
        if (folds < 2) return;
        const parts = stratifiedKFold(labels, { folds, seed });
        expectPartition(parts, labels.length);
        const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
        expect(spread(parts.map(({ validation }) => validation.length))).toBeLessThanOrEqual(1);
        for (const label of [0, 1, 2, 3]) {
          expect(spread(parts.map(({ validation }) => countOf(labels, validation, label)))).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
  });
});

describe("learningCurveSubsets", () => {
  it("nests the subsets and keeps every class's share", () => {
    fc.assert(
      fc.property(
        labelLists,
        fc.uniqueArray(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (labels, sizes, seed) => {
          const counts = sizes.filter((size) => size <= labels.length).toSorted((a, b) => a - b);
          const subsets = learningCurveSubsets(labels, { counts, seed });
          expect(subsets.map(({ length }) => length)).toEqual(counts);
          for (const [i, subset] of subsets.entries()) {
            expect(new Set(subset).size).toBe(subset.length);
            if (i > 0) expect([...subset]).toEqual(expect.arrayContaining([...subsets[i - 1]!]));
            for (const label of new Set(labels)) {
              const share = (labels.filter((one) => one === label).length * subset.length) / labels.length;
              // Half a sample of rounding for each of up to four classes.
              expect(Math.abs(countOf(labels, subset, label) - share)).toBeLessThanOrEqual(2.5);
            }
          }
        },
      ),
      RUNS,
    );
  });

  it("refuses sizes that do not rise or are too large", () => {
    expect(() => learningCurveSubsets([0, 1], { counts: [1, 1], seed: 1 })).toThrow("counts[1] must be an integer of at least 2");
    expect(() => learningCurveSubsets([0, 1], { counts: [3], seed: 1 })).toThrow("at most 2, got 3");
  });
});

describe("balancedClassWeights", () => {
  it('weighs classes as scikit-learn\'s "balanced"', () => {
    const classes = [2, 5, 9];
    const weights = balancedClassWeights(
      golden.labels.map((label) => classes.indexOf(label)),
      3,
    );
    for (const [i, weight] of golden.classWeights.entries()) expect(weights[i]).toBeCloseTo(weight, 12);
  });

  it("refuses a class without samples and a label that is no class", () => {
    expect(() => balancedClassWeights([0, 0], 2)).toThrow("class 1 has no samples");
    expect(() => balancedClassWeights([0, 2], 2)).toThrow("label 1 must be an integer of at least 0 and at most 1, got 2");
  });
});

describe("writePadded", () => {
  it.each(Object.entries(golden.padded))("fills and cuts (%s) as Keras's pad_sequences", (name, expected) => {
    const [padding, truncating] = name.split(" ") as ["pre", "pre"];
    const rows = golden.sequences.map((ids) => {
      const row = new Int32Array(3);
      writePadded(row, ids, { padding, truncating });
      return [...row];
    });
    expect(rows).toEqual(expected);
  });
});
