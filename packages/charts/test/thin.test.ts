import { expect, test } from "vitest";
import { lineChart } from "../src/index.js";
import { MOST_POINTS, thin } from "../src/thin.js";

test("Short lines keep every point", () => {
  expect(thin([3, null, 1])).toEqual([0, 1, 2]);
});

test("Long lines keep their ends, their extremes and their gaps, in order", () => {
  const values: (number | null)[] = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 50));
  values[5003] = 9;
  values[70_001] = -9;
  values[40_000] = null;
  const kept = thin(values);
  expect(kept.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(kept).toEqual(expect.arrayContaining([0, 5003, 40_000, 70_001, 99_999]));
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});

test("A hundred thousand steps stay below 120 kB", () => {
  const values = Array.from({ length: 100_000 }, (_, i) => 1 / (1 + i / 1000) + 0.1 * Math.sin(i));
  const svg = lineChart({
    title: "T",
    ariaDescription: "D",
    idPrefix: "p",
    xLabel: "Step",
    yLabel: "Loss",
    series: [{ name: "a", values }],
  });
  expect(svg.length).toBeLessThan(120_000);
});
