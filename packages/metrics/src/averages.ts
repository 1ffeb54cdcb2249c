/** Averages of a score over the classes. NaN marks a class without a score and is left out, as in scikit-learn. */

import { TareaError, show } from "@tarea/core";
import { sum } from "./sum.js";

/**
 * The plain mean over the classes that have a score; NaN when none has.
 *
 * @throws TareaError for an empty list.
 * @example
 * macroAverage(precision(labels, predictions, { classes: 10 }));
 */
export function macroAverage(scores: readonly number[]): number {
  checkScores("macroAverage", scores);
  const known = scores.filter((score) => !Number.isNaN(score));
  return known.length === 0 ? Number.NaN : sum(known) / known.length;
}

/**
 * The mean weighted by each class's support, over the classes that have a score; NaN when none has, and the plain mean
 * when those that have one are all without samples.
 *
 * @throws TareaError for an empty list, or when the lists differ in length.
 */
export function weightedAverage(scores: readonly number[], support: readonly number[]): number {
  checkScores("weightedAverage", scores);
  if (scores.length !== support.length) {
    throw new TareaError({
      code: "shape",
      where: "weightedAverage",
      problem: "there must be one support for each score",
      expected: String(scores.length),
      received: String(support.length),
    });
  }
  const bad = support.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (bad >= 0) {
    throw new TareaError({
      code: "range",
      where: "weightedAverage",
      problem: `support[${bad}] must be at least 0`,
      received: show(support[bad]),
    });
  }
  const known = scores.flatMap((score, i) => (Number.isNaN(score) ? [] : [{ score, weight: support[i]! }]));
  const total = sum(known.map(({ weight }) => weight));
  return total === 0 ? macroAverage(scores) : sum(known.map(({ score, weight }) => score * weight)) / total;
}

function checkScores(where: string, scores: readonly number[]): void {
  if (scores.length === 0) throw new TareaError({ code: "shape", where, problem: "scores must not be empty" });
}
