import { describe, expect, test } from "vitest";
import { DEFAULT_TOP_K, logLoss, predictionsFromProbabilities, topKAccuracy } from "../src/index.js";
import { goldenCases } from "./golden.js";

interface Case {
  name: string;
  true: number[];
  classes: number;
  float32: boolean;
  probabilities: number[];
  predictions: number[];
  logLoss: number;
  topK: number[];
}

describe.each(goldenCases<Case>("probabilities.json"))("as scikit-learn: $name", (golden) => {
  const probabilities = golden.float32 ? Float32Array.from(golden.probabilities) : golden.probabilities;

  test("the predictions are NumPy's argmax", () => {
    expect([...predictionsFromProbabilities(probabilities, golden.classes)]).toEqual(golden.predictions);
  });

  test("top-k accuracy is its, ties included", () => {
    const ours = golden.topK.map((_, i) => topKAccuracy(golden.true, probabilities, { classes: golden.classes, k: i + 1 }));
    expect(ours).toEqual(golden.topK);
  });

  test("log loss is its, within the rounding of the type it adds in", () => {
    const tolerance = golden.float32 ? 2e-7 : 1e-15;
    const ours = logLoss(golden.true, probabilities, { classes: golden.classes });
    expect(Math.abs(ours - golden.logLoss)).toBeLessThanOrEqual(tolerance * Math.max(1, golden.logLoss));
  });
});

test("k is 5 when it is not given", () => {
  const probabilities = [0.4, 0.2, 0.15, 0.1, 0.08, 0.07];
  expect(DEFAULT_TOP_K).toBe(5);
  expect([4, 5].map((label) => topKAccuracy([label], probabilities, { classes: 6 }))).toEqual([1, 0]);
});

test("of equal probabilities the prediction is the lowest class, and top-k counts the highest first", () => {
  expect([...predictionsFromProbabilities([0.5, 0.5], 2)]).toEqual([0]);
  expect(topKAccuracy([0, 1], [0.5, 0.5, 0.5, 0.5], { classes: 2, k: 1 })).toBe(0.5);
});

describe("bad input", () => {
  test("probabilities that do not fit are refused", () => {
    expect(() => predictionsFromProbabilities([0.5, 0.5, 1], 2)).toThrow("expected a multiple of 2 values, got 3");
    expect(() => predictionsFromProbabilities([], 2)).toThrow("probabilities must hold one value for each sample and class");
    expect(() => predictionsFromProbabilities([[0.5, 0.5]] as never, 1)).toThrow(
      "probabilities[0] must be a number, got [0.5, 0.5].",
    );
    expect(() => predictionsFromProbabilities({ length: 1 }, 1)).toThrow("probabilities must be one flat array or typed array");
    expect(() => logLoss([0], [0.5, 0.5, 1, 0], { classes: 2 })).toThrow(
      "there must be one row of probabilities for each label, expected 1 rows, got 2",
    );
  });

  test("NaN is refused with its place", () => {
    const probabilities = [0.5, Number.NaN];
    for (const call of [
      () => predictionsFromProbabilities(probabilities, 2),
      () => topKAccuracy([0], probabilities, { classes: 2, k: 1 }),
      () => logLoss([0], probabilities, { classes: 2 }),
    ]) {
      expect(call).toThrow("probabilities[1] must be a number, got NaN.");
    }
  });

  test("log loss refuses what is no distribution", () => {
    expect(() => logLoss([0], [2, 1], { classes: 2 })).toThrow("row 0 holds a value outside 0 to 1, got 2.");
    expect(() => logLoss([0], [0.5, 0.4], { classes: 2 })).toThrow(
      "the probabilities of row 0 must sum to 1, got 0.9. Apply the softmax",
    );
  });

  test("labels outside the classes and a k above them are refused", () => {
    expect(() => topKAccuracy([2], [0.5, 0.5], { classes: 2, k: 1 })).toThrow("topKAccuracy: labels[0] must be a class id");
    expect(() => topKAccuracy([0], [0.5, 0.5], { classes: 2, k: 3 })).toThrow(
      "k must be a positive integer and at most 2, got 3.",
    );
  });
});
