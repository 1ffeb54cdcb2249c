import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "../src/spread.js";

test("Labels that do not crowd stay where they are", () => {
  expect(spread([10, 50, 30], 15, 0, 100)).toEqual([10, 50, 30]);
});

test("Two labels in one place move apart by half the gap each", () => {
  expect(spread([50, 50], 10, 0, 100)).toEqual([45, 55]);
});

test("Labels keep their order, their distance and the bounds whenever they fit", () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 20 });
  fc.assert(
    fc.property(wanted, (values) => {
      const places = spread(values, 15, 0, 300);
      const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]! || a - b);
      for (const [i, member] of order.entries()) {
        expect(places[member]).toBeGreaterThanOrEqual(-1e-6);
        expect(places[member]).toBeLessThanOrEqual(300 + 1e-6);
        if (i > 0) expect(places[member]! - places[order[i - 1]!]!).toBeGreaterThanOrEqual(15 - 1e-6);
      }
    }),
    { seed: 11, numRuns: 200 },
  );
});
