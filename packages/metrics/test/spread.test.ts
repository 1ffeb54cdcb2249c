import { expect, test } from "vitest";
import { DEFAULT_CONFIDENCE, meanAndSpread, wilsonInterval } from "../src/index.js";
import { goldenCases } from "./golden.js";

interface IntervalCase {
  correct: number;
  total: number;
  confidence: number;
  low: number;
  high: number;
}

// SciPy takes the quantile of 0.5 + confidence / 2, whose rounding is felt near 1.
test.each(goldenCases<IntervalCase>("intervals.json"))(
  "the interval of $correct of $total at $confidence is SciPy's",
  (golden) => {
    const { low, high } = wilsonInterval(golden.correct, golden.total, { confidence: golden.confidence });
    expect(Math.abs(low - golden.low)).toBeLessThan(1e-11);
    expect(Math.abs(high - golden.high)).toBeLessThan(1e-11);
  },
);

test("the confidence is 0.95 when it is not given", () => {
  expect(DEFAULT_CONFIDENCE).toBe(0.95);
  expect(wilsonInterval(9530, 10_000)).toEqual(wilsonInterval(9530, 10_000, { confidence: 0.95 }));
});

test("a share that cannot be is refused", () => {
  expect(() => wilsonInterval(3, 2)).toThrow("wilsonInterval: correct must be at most total, expected 0 to 2, got 3.");
  expect(() => wilsonInterval(0, 0)).toThrow("total must be a positive integer, got 0.");
  expect(() => wilsonInterval(0.5, 2)).toThrow("correct must be an integer of at least 0, got 0.5.");
  expect(() => wilsonInterval(1, 2, { confidence: 1 })).toThrow("confidence must be a finite number above 0 and below 1, got 1.");
});

interface SpreadCase {
  values: number[];
  mean: number;
  std: number;
  min: number;
  max: number;
}

test.each(goldenCases<SpreadCase>("spread.json"))(
  "mean and spread of values from $min to $max are NumPy's",
  ({ values, ...golden }) => {
    expect(meanAndSpread(values)).toEqual({ ...golden, n: values.length });
  },
);

test("the spread of a single value is unknown", () => {
  expect(meanAndSpread([0.5])).toEqual({ mean: 0.5, std: null, min: 0.5, max: 0.5, n: 1 });
});

test("no values, and values that are not finite, are refused", () => {
  expect(() => meanAndSpread([])).toThrow("meanAndSpread: values must not be empty.");
  expect(() => meanAndSpread([1, Number.NaN])).toThrow("meanAndSpread: values[1] must be a finite number, got NaN.");
});
