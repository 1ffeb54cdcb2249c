/** Metrics of predicted probabilities, row-major `[samples, classes]`. */

import { TareaError, checkInteger, checkKnownOptions, show } from "@tarea/core";
import { MAX_CLASSES, checkClassIds, classNamesOf, isNumberList, type ClassIds, type Classes } from "./classIds.js";
import { sum } from "./sum.js";

/** Row sums may be this far from 1: what float32 leaves of a softmax over thousands of classes, as in scikit-learn. */
const SUM_TOLERANCE = Math.sqrt(2 ** -23);

/**
 * The class with the highest probability in each row, the lowest id where several are equal. `[N x K]` -> `[N]`
 *
 * @throws TareaError when the length is no multiple of `classes`, or a value is NaN.
 * @example
 * predictionsFromProbabilities([0.2, 0.8, 0.9, 0.1], 2); // Int32Array [1, 0]
 */
export function predictionsFromProbabilities(probabilities: ArrayLike<number>, classes: number): Int32Array {
  const where = "predictionsFromProbabilities";
  checkInteger(where, "classes", classes, { max: MAX_CLASSES });
  const samples = checkRows(where, probabilities, classes);
  const predictions = new Int32Array(samples);
  for (let row = 0; row < samples; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
    predictions[row] = best;
  }
  return predictions;
}

/**
 * The share of samples whose class is among the `k` most probable. Of equal probabilities the higher class id comes first,
 * as in scikit-learn's `top_k_accuracy_score`, so `k: 1` can differ from `accuracy` where there are ties.
 *
 * @param options.k default 5; at most the number of classes, which always gives 1.
 * @throws TareaError for lengths that do not fit, ids outside the classes, NaN, unknown options.
 */
export function topKAccuracy(
  labels: ClassIds,
  probabilities: ArrayLike<number>,
  options: { classes: Classes; k?: number | undefined },
): number {
  checkKnownOptions("topKAccuracy", options, ["classes", "k"]);
  const classCount = checkLabelled("topKAccuracy", labels, probabilities, options.classes);
  const k = checkInteger("topKAccuracy", "k", options.k ?? DEFAULT_TOP_K, { max: classCount });
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    const own = probabilities[row * classCount + label]!;
    let before = 0;
    for (let other = 0; other < classCount; other++) {
      const value = probabilities[row * classCount + other]!;
      if (value > own || (value === own && other > label)) before++;
    }
    if (before < k) hits++;
  }
  return hits / labels.length;
}

/** How many of the most probable classes count in `topKAccuracy`. */
export const DEFAULT_TOP_K = 5;

/**
 * Mean cross-entropy in nats. Probabilities are kept from 0 and 1 by the machine epsilon of their type (2^-23 for a
 * `Float32Array`, else 2^-52), as in scikit-learn's `log_loss`.
 *
 * @throws TareaError for lengths that do not fit, ids outside the classes, and rows that are no probabilities.
 */
export function logLoss(labels: ClassIds, probabilities: ArrayLike<number>, options: { classes: Classes }): number {
  checkKnownOptions("logLoss", options, ["classes"]);
  const classCount = checkLabelled("logLoss", labels, probabilities, options.classes);
  const epsilon = probabilities instanceof Float32Array ? 2 ** -23 : 2 ** -52;
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    checkDistribution(probabilities, row, classCount);
    const own = probabilities[row * classCount + labels[row]!]!;
    losses[row] = -Math.log(Math.min(Math.max(own, epsilon), 1 - epsilon));
  }
  return sum(losses) / losses.length;
}

function checkLabelled(where: string, labels: ClassIds, probabilities: ArrayLike<number>, classes: Classes): number {
  const classCount = classNamesOf(where, classes).length;
  checkClassIds(where, "labels", labels, classCount);
  const samples = checkRows(where, probabilities, classCount);
  if (samples === labels.length) return classCount;
  throw shapeError(where, "there must be one row of probabilities for each label", `${labels.length} rows`, String(samples));
}

function checkRows(where: string, probabilities: ArrayLike<number>, classes: number): number {
  if (!isNumberList(probabilities)) {
    throw shapeError(where, "probabilities must be one flat array or typed array, row after row", undefined, show(probabilities));
  }
  const { length } = probabilities;
  if (length === 0 || length % classes !== 0) {
    throw shapeError(
      where,
      "probabilities must hold one value for each sample and class",
      `a multiple of ${classes} values`,
      String(length),
    );
  }
  for (let i = 0; i < length; i++) {
    const value = probabilities[i]!;
    if (typeof value === "number" && !Number.isNaN(value)) continue;
    throw new TareaError({ code: "range", where, problem: `probabilities[${i}] must be a number`, received: show(value) });
  }
  return length / classes;
}

function checkDistribution(probabilities: ArrayLike<number>, row: number, classes: number): void {
  let total = 0;
  for (let k = 0; k < classes; k++) {
    const value = probabilities[row * classes + k]!;
    if (value < 0 || value > 1 + SUM_TOLERANCE) {
      throw new TareaError({
        code: "range",
        where: "logLoss",
        problem: `row ${row} holds a value outside 0 to 1`,
        received: show(value),
      });
    }
    total += value;
  }
  if (Math.abs(total - 1) <= SUM_TOLERANCE) return;
  throw new TareaError({
    code: "range",
    where: "logLoss",
    problem: `the probabilities of row ${row} must sum to 1`,
    received: String(total),
    hint: "Apply the softmax to logits first.",
  });
}

function shapeError(where: string, problem: string, expected: string | undefined, received: string): TareaError {
  return new TareaError({ code: "shape", where, problem, expected, received });
}
