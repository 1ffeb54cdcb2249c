/** A seeded split that keeps every class's share. */

import { TareaError, checkInteger, checkKnownOptions, checkNumber, randomStream } from "@tarea/core";

export interface StratifiedSplitOptions {
  /** Exact number of validation samples, 1 to N - 1. Give this or `validationFraction`. */
  validationCount?: number | undefined;
  /** Share of validation samples, above 0 and below 1; their number is rounded to the nearest. */
  validationFraction?: number | undefined;
  /** The run's seed; the stream `"split"` of it decides. */
  seed: number;
}

/** Row numbers, each part in rising order; together they are 0 to N - 1. */
export interface StratifiedSplit {
  train: Uint32Array;
  validation: Uint32Array;
}

/**
 * Splits rows so that each class gives its share of the validation part, rounded by the largest remainder (ties go to the
 * lower class), so that the counts are exact.
 *
 * @throws TareaError when not exactly one of the two sizes is given, or a part would be empty.
 * @example
 * const { train, validation } = stratifiedSplit([0, 0, 0, 1, 1, 1], { validationCount: 2, seed: 7 });
 * // one row of each class in `validation`, four rows in `train`
 */
export function stratifiedSplit(labels: ArrayLike<number>, options: StratifiedSplitOptions): StratifiedSplit {
  checkKnownOptions("stratifiedSplit", options, ["validationCount", "validationFraction", "seed"]);
  const count = labels.length;
  const validationCount = checkSize(count, options);
  const quotas = largestRemainder(countByClass(labels), validationCount, count);
  const inValidation = new Uint8Array(count);
  for (const row of randomStream(options.seed, "split").permutation(count)) {
    const label = labels[row]!;
    const left = quotas.get(label)!;
    if (left === 0) continue;
    quotas.set(label, left - 1);
    inValidation[row] = 1;
  }
  const train = new Uint32Array(count - validationCount);
  const validation = new Uint32Array(validationCount);
  for (let row = 0, t = 0, v = 0; row < count; row++) {
    if (inValidation[row]) validation[v++] = row;
    else train[t++] = row;
  }
  return { train, validation };
}

function checkSize(count: number, { validationCount, validationFraction }: StratifiedSplitOptions): number {
  if ((validationCount === undefined) === (validationFraction === undefined)) {
    throw new TareaError({
      code: "option",
      where: "stratifiedSplit",
      problem: "give exactly one of validationCount and validationFraction",
      received: validationCount === undefined ? "neither" : "both",
    });
  }
  checkInteger("stratifiedSplit", "the number of labels", count, { min: 2 });
  if (validationCount !== undefined)
    return checkInteger("stratifiedSplit", "validationCount", validationCount, { max: count - 1 });
  const fraction = checkNumber("stratifiedSplit", "validationFraction", validationFraction, {
    min: 0,
    max: 1,
    exclusiveMin: true,
    exclusiveMax: true,
  });
  const rounded = Math.round(fraction * count);
  if (rounded >= 1 && rounded < count) return rounded;
  throw new TareaError({
    code: "option",
    where: "stratifiedSplit",
    problem: `validationFraction leaves one part of ${count} samples empty`,
    received: String(fraction),
  });
}

function countByClass(labels: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => a - b));
}

/** Whole shares that sum to `total`: each class's floor, and one more for the largest remainders. */
function largestRemainder(counts: ReadonlyMap<number, number>, total: number, of: number): Map<number, number> {
  const quotas = new Map([...counts].map(([label, count]) => [label, Math.floor((count * total) / of)]));
  const left = total - [...quotas.values()].reduce((sum, quota) => sum + quota, 0);
  const byRemainder = [...counts].toSorted(([, a], [, b]) => ((b * total) % of) - ((a * total) % of));
  for (const [label] of byRemainder.slice(0, left)) quotas.set(label, quotas.get(label)! + 1);
  return quotas;
}
