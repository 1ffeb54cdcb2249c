/** What a run predicted for the test set, as the matrix and the scores that figures and sentences are made of. */

import {
  classificationReport,
  confusionMatrix,
  predictionsFromProbabilities,
  type ClassificationReport,
  type ConfusionMatrix,
} from "@tarea/metrics";
import { readPredictions, type Run } from "@tarea/runs";

export interface TestResults {
  classNames: string[];
  /** `values` are shares of the row: rows are true classes. */
  matrix: ConfusionMatrix;
  report: ClassificationReport;
}

/** The results of a run with readable predictions, else null. A damaged file is as good as none; the reader of the page is told. */
export async function testResults(run: Run): Promise<TestResults | null> {
  const stored = await readPredictions(run).catch(() => null);
  if (stored === null || stored.samples === 0) return null;
  const { probabilities, labels, classes } = stored;
  const recorded = run.record.data.classNames;
  const classNames = recorded?.length === classes ? recorded : Array.from({ length: classes }, (_, id) => String(id));
  const predictions = predictionsFromProbabilities(probabilities, classes);
  return {
    classNames,
    matrix: confusionMatrix(labels, predictions, { classes: classNames, normalize: "true" }),
    report: classificationReport(labels, predictions, { classes: classNames }),
  };
}

export interface ConfusedPair {
  trueClass: string;
  predictedClass: string;
  count: number;
}

/** The largest counts off the diagonal, largest first; of equal counts the earlier cell. */
export function mostConfused({ matrix, classNames }: TestResults, limit: number): ConfusedPair[] {
  const pairs = matrix.counts.flatMap((row, t) =>
    row.map((count, p) => ({ trueClass: classNames[t]!, predictedClass: classNames[p]!, count, diagonal: t === p })),
  );
  return pairs
    .filter(({ count, diagonal }) => !diagonal && count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, limit)
    .map(({ trueClass, predictedClass, count }) => ({ trueClass, predictedClass, count }));
}

/** The class with the lowest score of a kind. */
export function weakestClass({ report }: TestResults, measure: "precision" | "recall" | "f1"): { name: string; value: number } {
  const weakest = report.classes.reduce((worst, one) => (one[measure] < worst[measure] ? one : worst));
  return { name: weakest.name, value: weakest[measure] };
}
