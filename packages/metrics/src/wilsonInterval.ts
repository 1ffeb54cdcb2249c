/** How far an accuracy measured on a finite test set can be from the true one. */

import { TareaError, checkInteger, checkKnownOptions, checkNumber } from "@tarea/core";

/** The confidence of an interval when none is given. */
export const DEFAULT_CONFIDENCE = 0.95;

/** Where the true share lies with that confidence, from 0 to 1. */
export interface Interval {
  low: number;
  high: number;
  /** For example 0.95. */
  confidence: number;
}

/**
 * Wilson's score interval (1927, without continuity correction) for `correct` successes in `total` trials, such as an
 * accuracy. Both ends lie from 0 to 1, also for 0 % and 100 %.
 *
 * @param options.confidence above 0 and below 1, default `DEFAULT_CONFIDENCE`.
 * @throws TareaError unless 0 <= correct <= total and total >= 1, both whole numbers.
 * @example
 * wilsonInterval(9530, 10000); // { low: 0.94867…, high: 0.95697…, confidence: 0.95 }
 */
export function wilsonInterval(correct: number, total: number, options: { confidence?: number | undefined } = {}): Interval {
  const where = "wilsonInterval";
  checkKnownOptions(where, options, ["confidence"]);
  checkInteger(where, "total", total);
  checkInteger(where, "correct", correct, { min: 0 });
  if (correct > total) {
    throw new TareaError({
      code: "range",
      where,
      problem: "correct must be at most total",
      expected: `0 to ${total}`,
      received: String(correct),
    });
  }
  const confidence = checkNumber(where, "confidence", options.confidence ?? DEFAULT_CONFIDENCE, {
    min: 0,
    max: 1,
    exclusiveMin: true,
    exclusiveMax: true,
  });
  const z = normalQuantile((1 - confidence) / 2);
  const share = correct / total;
  const center = share + (z * z) / (2 * total);
  const reach = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return {
    low: correct === 0 ? 0 : (center - reach) / scale,
    high: correct === total ? 1 : (center + reach) / scale,
    confidence,
  };
}

/** The positive z that a standard normal passes with probability `tail` (above 0, at most 0.5), by Newton's method. */
function normalQuantile(tail: number): number {
  // The logarithm of the tail is concave and falls, so from its second step on Newton's method comes down to the root.
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const upper = upperTail(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const change = (Math.log(upper / tail) * upper) / density;
    z += change;
    if (Math.abs(change) <= 1e-10) break;
  }
  return z;
}

/** The probability that a standard normal exceeds `z` >= 0: a Taylor series near 0, a continued fraction (Laplace) beyond. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let total = z;
    for (let n = 3; Math.abs(term) > 1e-18 * total; n += 2) {
      term *= (z * z) / n;
      total += term;
    }
    return 0.5 - density * total;
  }
  let fraction = z;
  for (let n = 200; n >= 1; n--) fraction = z + n / fraction;
  return density / fraction;
}
