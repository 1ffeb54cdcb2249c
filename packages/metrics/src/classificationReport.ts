/** Everything about a classifier's predictions in one object, with the averages that scikit-learn's report has. */

import { TareaError, checkKnownOptions, show } from "@tarea/core";
import { macroAverage, weightedAverage } from "./averages.js";
import { checkPairs, classNamesOf, type ClassIds } from "./classIds.js";
import {
  checkZeroDivision,
  countClasses,
  f1Of,
  precisionOf,
  recallOf,
  type ClassCounts,
  type ClassScoreOptions,
} from "./classScores.js";

/** Options of `classificationReport`. */
export interface ClassificationReportOptions extends ClassScoreOptions {
  /** Ids of the classes to report on, in that order; default all. The averages are then over these. */
  labels?: readonly number[] | undefined;
}

/** All from 0 to 1, or NaN where `zeroDivision` is; `support` counts samples. */
export interface Scores {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

/** The scores of one class. */
export interface ClassReport extends Scores {
  classId: number;
  name: string;
}

/** What `classificationReport` gives; `classificationReportText` prints it. */
export interface ClassificationReport {
  classes: ClassReport[];
  /** Null when `labels` leaves out a class that occurs: there is then only a micro average. */
  accuracy: number | null;
  microAverage: Scores;
  macroAverage: Scores;
  weightedAverage: Scores;
}

/**
 * Precision, recall, F1 and support per class, and their averages.
 *
 * @throws TareaError for empty lists, unequal lengths, ids outside the classes, unknown options.
 * @example
 * const report = classificationReport(labels, predictions, { classes: ["cat", "dog"] });
 * report.macroAverage.f1;
 */
export function classificationReport(
  labels: ClassIds,
  predictions: ClassIds,
  options: ClassificationReportOptions,
): ClassificationReport {
  const where = "classificationReport";
  checkKnownOptions(where, options, ["classes", "zeroDivision", "labels"]);
  const names = classNamesOf(where, options.classes);
  const zeroDivision = checkZeroDivision(where, options.zeroDivision);
  const chosen = checkChosen(where, options.labels ?? names.map((_, id) => id), names.length);
  checkPairs(where, labels, predictions, names.length);

  const counts = countClasses(labels, predictions, names.length);
  const classes = chosen.map((classId) => ({ classId, name: names[classId]!, ...scoresOf(counts[classId]!, zeroDivision) }));
  const microAverage = scoresOf(chosen.map((id) => counts[id]!).reduce(addCounts), zeroDivision);
  const left = counts.some(({ support, predicted }, id) => support + predicted > 0 && !chosen.includes(id));
  return {
    classes,
    accuracy: left ? null : microAverage.f1,
    microAverage,
    macroAverage: average(classes, macroAverage),
    weightedAverage: average(classes, weightedAverage),
  };
}

function scoresOf(counts: ClassCounts, zeroDivision: number): Scores {
  return {
    precision: precisionOf(counts, zeroDivision),
    recall: recallOf(counts, zeroDivision),
    f1: f1Of(counts, zeroDivision),
    support: counts.support,
  };
}

function addCounts(a: ClassCounts, b: ClassCounts): ClassCounts {
  return {
    truePositives: a.truePositives + b.truePositives,
    predicted: a.predicted + b.predicted,
    support: a.support + b.support,
  };
}

function average(classes: readonly Scores[], over: (scores: number[], support: number[]) => number): Scores {
  const support = classes.map((scores) => scores.support);
  return {
    precision: over(
      classes.map((scores) => scores.precision),
      support,
    ),
    recall: over(
      classes.map((scores) => scores.recall),
      support,
    ),
    f1: over(
      classes.map((scores) => scores.f1),
      support,
    ),
    support: support.reduce((total, count) => total + count, 0),
  };
}

function checkChosen(where: string, chosen: readonly number[], classCount: number): readonly number[] {
  const valid = chosen.length > 0 && chosen.every((id) => Number.isInteger(id) && id >= 0 && id < classCount);
  if (valid && new Set(chosen).size === chosen.length) return chosen;
  throw new TareaError({
    code: "option",
    where,
    problem: "labels must name different classes",
    expected: `one or more ids from 0 to ${classCount - 1}`,
    received: show(chosen),
  });
}
