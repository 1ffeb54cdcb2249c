/** Precision, recall, F1 and support of each class. */

import { TareaError, checkKnownOptions, show } from "@tarea/core";
import { checkClassIds, checkPairs, classNamesOf, type ClassIds, type Classes } from "./classIds.js";

/** 0, 1 or NaN: the score of a class for which the quotient is 0 / 0. NaN drops the class from averages. */
export type ZeroDivision = number;

/** The score of a class for which the quotient is 0 / 0, when nothing else is asked for. */
export const DEFAULT_ZERO_DIVISION: ZeroDivision = 0;

/** Options of `precision`, `recall` and `f1`. */
export interface ClassScoreOptions {
  classes: Classes;
  /** 0, 1 or NaN; default `DEFAULT_ZERO_DIVISION`. */
  zeroDivision?: ZeroDivision | undefined;
}

/** Samples of one class, or of several together. */
export interface ClassCounts {
  truePositives: number;
  /** Samples predicted as the class. */
  predicted: number;
  /** Samples of the class. */
  support: number;
}

/**
 * For each class: of the samples predicted as it, the share that belongs to it.
 *
 * @throws TareaError for empty lists, unequal lengths, ids outside the classes, unknown options.
 * @example
 * precision([0, 0, 1], [0, 1, 1], { classes: 2 }); // [1, 0.5]
 */
export function precision(labels: ClassIds, predictions: ClassIds, options: ClassScoreOptions): number[] {
  return scoreEach("precision", labels, predictions, options, precisionOf);
}

/**
 * For each class: of the samples that belong to it, the share predicted as it.
 *
 * @throws TareaError as `precision`.
 * @example
 * recall([0, 0, 1], [0, 1, 1], { classes: 2 }); // [0.5, 1]
 */
export function recall(labels: ClassIds, predictions: ClassIds, options: ClassScoreOptions): number[] {
  return scoreEach("recall", labels, predictions, options, recallOf);
}

/**
 * For each class: 2 TP / (support + predicted), the harmonic mean of precision and recall. Undefined, so `zeroDivision`,
 * only for a class that was neither there nor predicted.
 *
 * @throws TareaError as `precision`.
 * @example
 * f1([0, 0, 1, 1], [0, 1, 1, 1], { classes: 2 }); // [0.6666666666666666, 0.8]
 */
export function f1(labels: ClassIds, predictions: ClassIds, options: ClassScoreOptions): number[] {
  return scoreEach("f1", labels, predictions, options, f1Of);
}

/**
 * For each class: how many samples belong to it.
 *
 * @throws TareaError for an empty list, ids outside the classes, unknown options.
 * @example
 * support([0, 0, 2], { classes: 3 }); // [2, 0, 1]
 */
export function support(labels: ClassIds, options: { classes: Classes }): number[] {
  checkKnownOptions("support", options, ["classes"]);
  const counts = classNamesOf("support", options.classes).map(() => 0);
  checkClassIds("support", "labels", labels, counts.length);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts;
}

/** Counts for every class in one pass; the arguments are already checked. */
export function countClasses(labels: ClassIds, predictions: ClassIds, classCount: number): ClassCounts[] {
  const counts = Array.from({ length: classCount }, () => ({ truePositives: 0, predicted: 0, support: 0 }));
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]!]!.support++;
    counts[predictions[i]!]!.predicted++;
    if (labels[i] === predictions[i]) counts[labels[i]!]!.truePositives++;
  }
  return counts;
}

export function precisionOf({ truePositives, predicted }: ClassCounts, zeroDivision: ZeroDivision): number {
  return predicted === 0 ? zeroDivision : truePositives / predicted;
}

export function recallOf(counts: ClassCounts, zeroDivision: ZeroDivision): number {
  return counts.support === 0 ? zeroDivision : counts.truePositives / counts.support;
}

export function f1Of(counts: ClassCounts, zeroDivision: ZeroDivision): number {
  const both = counts.support + counts.predicted;
  return both === 0 ? zeroDivision : (2 * counts.truePositives) / both;
}

/** @throws TareaError when the value is none of 0, 1 and NaN. */
export function checkZeroDivision(where: string, value: ZeroDivision = DEFAULT_ZERO_DIVISION): ZeroDivision {
  if (value === 0 || value === 1 || Number.isNaN(value)) return value;
  throw new TareaError({ code: "option", where, problem: "zeroDivision must be 0, 1 or NaN", received: show(value) });
}

function scoreEach(
  where: string,
  labels: ClassIds,
  predictions: ClassIds,
  options: ClassScoreOptions,
  score: (counts: ClassCounts, zeroDivision: ZeroDivision) => number,
): number[] {
  checkKnownOptions(where, options, ["classes", "zeroDivision"]);
  const classCount = classNamesOf(where, options.classes).length;
  const zeroDivision = checkZeroDivision(where, options.zeroDivision);
  checkPairs(where, labels, predictions, classCount);
  return countClasses(labels, predictions, classCount).map((counts) => score(counts, zeroDivision));
}
