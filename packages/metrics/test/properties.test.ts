import * as fc from "fast-check";
import { expect, test } from "vitest";
import { accuracy, classificationReport, confusionMatrix, logLoss, topKAccuracy, wilsonInterval } from "../src/index.js";

const CLASSES = 5;
const SETTINGS = { seed: 20260102, numRuns: 200 };

/** Samples as rows: label, prediction, and weights that become probabilities; often tied. */
const samples = fc.array(
  fc.record({
    label: fc.nat(CLASSES - 1),
    prediction: fc.nat(CLASSES - 1),
    weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: CLASSES, maxLength: CLASSES }),
  }),
  { minLength: 1, maxLength: 40 },
);
type Samples = typeof samples extends fc.Arbitrary<infer T> ? T : never;

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const labelsOf = (rows: Samples) => rows.map(({ label }) => label);
const predictionsOf = (rows: Samples) => rows.map(({ prediction }) => prediction);
const probabilitiesOf = (rows: Samples) => rows.flatMap(({ weights }) => weights.map((weight) => weight / total(weights)));

test("the counts of a confusion matrix add up to the samples, its diagonal to the accuracy", () => {
  fc.assert(
    fc.property(samples, (rows) => {
      const { counts } = confusionMatrix(labelsOf(rows), predictionsOf(rows), { classes: CLASSES });
      expect(total(counts.flat())).toBe(rows.length);
      const right = total(counts.map((row, k) => row[k]!));
      expect(right / rows.length).toBe(accuracy(labelsOf(rows), predictionsOf(rows)));
    }),
    SETTINGS,
  );
});

test("every normalized row, column or matrix adds up to 1, or to 0 where it is empty", () => {
  fc.assert(
    fc.property(samples, (rows) => {
      const of = (normalize: "true" | "predicted" | "all") =>
        confusionMatrix(labelsOf(rows), predictionsOf(rows), { classes: CLASSES, normalize }).values;
      for (const row of of("true")) expect([0, 1]).toContain(Number(total(row).toFixed(12)));
      of("predicted").forEach((_, k, all) => expect([0, 1]).toContain(Number(total(all.map((row) => row[k]!)).toFixed(12))));
      expect(total(of("all").flat())).toBeCloseTo(1, 12);
    }),
    SETTINGS,
  );
});

test("the order of the samples changes no metric", () => {
  const pair = samples.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
  fc.assert(
    fc.property(pair, fc.constantFrom(0, 1, Number.NaN), (both, zeroDivision) => {
      const [before, after] = both.map((rows) => ({
        matrix: confusionMatrix(labelsOf(rows), predictionsOf(rows), { classes: CLASSES, normalize: "true" }),
        report: classificationReport(labelsOf(rows), predictionsOf(rows), { classes: CLASSES, zeroDivision }),
        topK: topKAccuracy(labelsOf(rows), probabilitiesOf(rows), { classes: CLASSES, k: 2 }),
      }));
      expect(after).toEqual(before);
      const [lossBefore, lossAfter] = both.map((rows) => logLoss(labelsOf(rows), probabilitiesOf(rows), { classes: CLASSES }));
      expect(lossAfter).toBeCloseTo(lossBefore!, 12);
    }),
    SETTINGS,
  );
});

test("an interval holds the share it is about and narrows with more samples", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (a, trials) => {
      const correct = Math.min(a, trials);
      const { low, high } = wilsonInterval(correct, trials);
      expect(low).toBeLessThanOrEqual(correct / trials);
      expect(high).toBeGreaterThanOrEqual(correct / trials);
      const more = wilsonInterval(correct * 10, trials * 10);
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
    SETTINGS,
  );
});
