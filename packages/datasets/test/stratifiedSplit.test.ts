import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stratifiedSplit } from "../src/index.js";

const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 0 : (i % 3) + 1));

function counts(rows: ArrayLike<number>, of: ArrayLike<number>): Map<number, number> {
  const result = new Map<number, number>();
  for (const row of Array.from(rows)) result.set(of[row]!, (result.get(of[row]!) ?? 0) + 1);
  return result;
}

describe("stratifiedSplit", () => {
  it("splits all rows into two parts of the exact sizes, in rising order", () => {
    const { train, validation } = stratifiedSplit(labels, { validationCount: 123, seed: 1 });
    expect([train.length, validation.length]).toEqual([877, 123]);
    expect(Uint32Array.of(...train, ...validation).toSorted()).toEqual(Uint32Array.from(labels.keys()));
    expect(validation.toSorted()).toEqual(validation);
  });

  it("gives each class its share, to within one sample, whatever the labels are", () => {
    const cases = fc.record({
      classes: fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 2, maxLength: 200 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ classes, part, seed }) => {
        const validationCount = Math.min(classes.length - 1, Math.max(1, Math.round(part * classes.length)));
        const { train, validation } = stratifiedSplit(classes, { validationCount, seed });
        expect(validation).toHaveLength(validationCount);
        expect(new Set([...train, ...validation]).size).toBe(classes.length);
        const taken = counts(validation, classes);
        for (const [label, count] of counts([...classes.keys()], classes)) {
          const share = (count * validationCount) / classes.length;
          expect(Math.abs((taken.get(label) ?? 0) - share)).toBeLessThan(1);
        }
      }),
      { seed: 20260103, numRuns: 300 },
    );
  });

  it("gives the largest remainder the odd sample, and the lower class when remainders tie", () => {
    const { validation } = stratifiedSplit([5, 5, 5, 2, 2, 2, 2, 2], { validationCount: 3, seed: 4 });
    expect(counts(validation, [5, 5, 5, 2, 2, 2, 2, 2])).toEqual(
      new Map([
        [5, 1],
        [2, 2],
      ]),
    );
    expect(counts(stratifiedSplit([1, 1, 0, 0], { validationCount: 1, seed: 4 }).validation, [1, 1, 0, 0])).toEqual(
      new Map([[0, 1]]),
    );
  });

  it("is decided by the seed alone", () => {
    const one = stratifiedSplit(labels, { validationFraction: 0.2, seed: 7 });
    expect(stratifiedSplit([...labels], { validationFraction: 0.2, seed: 7 })).toEqual(one);
    expect(stratifiedSplit(labels, { validationFraction: 0.2, seed: 8 })).not.toEqual(one);
  });

  it("draws the pinned rows", () => {
    const first = stratifiedSplit(labels, { validationFraction: 0.01, seed: 7 }).validation;
    expect([...first]).toMatchInlineSnapshot(`
      [
        103,
        199,
        530,
        536,
        573,
        712,
        728,
        821,
        885,
        966,
      ]
    `);
  });

  it.each([
    [{ seed: 1 }, "give exactly one of validationCount and validationFraction, got neither"],
    [{ seed: 1, validationCount: 1, validationFraction: 0.1 }, "got both"],
    [{ seed: 1, validationCount: 1000 }, "validationCount must be a positive integer and at most 999, got 1000"],
    [{ seed: 1, validationCount: 2.5 }, "got 2.5"],
    [{ seed: 1, validationFraction: 1 }, "validationFraction must be a finite number above 0 and below 1, got 1"],
    [{ seed: 1, validationFraction: 0.0001 }, "validationFraction leaves one part of 1000 samples empty"],
    [{ seed: -1, validationCount: 10 }, "seed must be"],
    [{ seed: 1, validationCuont: 10 }, 'Did you mean "validationCount"?'],
  ])("refuses %j", (options, message) => {
    expect(() => stratifiedSplit(labels, options)).toThrow(message);
  });
});
