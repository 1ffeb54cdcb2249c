/** Who was taken for whom. */

import { checkKnownOptions, checkOneOf } from "@tarea/core";
import { checkPairs, classNamesOf, type ClassIds, type Classes } from "./classIds.js";

/** What a cell is a share of: its row (`true` class), its column (`predicted` class), or all samples. */
export type Normalization = "true" | "predicted" | "all";

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions {
  classes: Classes;
  /** Default null: `values` are the counts. */
  normalize?: Normalization | null | undefined;
}

/** What `confusionMatrix` gives. */
export interface ConfusionMatrix {
  /** One name a class, in the order of rows and columns. */
  classNames: string[];
  samples: number;
  /** `counts[t][p]`: samples of true class `t` that were predicted as `p`. */
  counts: number[][];
  normalize: Normalization | null;
  /** The counts, or the shares that `normalize` asked for, from 0 to 1; an empty row or column gives zeros. */
  values: number[][];
}

/**
 * The confusion matrix: rows are true classes, columns predicted ones. Equal to scikit-learn's `confusion_matrix` with
 * `labels=range(K)`; its `normalize="pred"` is `"predicted"` here.
 *
 * @throws TareaError for empty lists, unequal lengths, ids outside the classes, unknown options.
 * @example
 * confusionMatrix([0, 0, 1], [0, 1, 1], { classes: ["cat", "dog"] }).counts; // [[1, 1], [0, 1]]
 */
export function confusionMatrix(labels: ClassIds, predictions: ClassIds, options: ConfusionMatrixOptions): ConfusionMatrix {
  checkKnownOptions("confusionMatrix", options, ["classes", "normalize"]);
  const classNames = classNamesOf("confusionMatrix", options.classes);
  const { normalize: wanted = null } = options;
  const normalize = wanted === null ? null : checkOneOf("confusionMatrix", "normalize", wanted, NORMALIZATIONS);
  checkPairs("confusionMatrix", labels, predictions, classNames.length);
  const counts = classNames.map(() => classNames.map(() => 0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predictions[i]!]!++;
  return { classNames, samples: labels.length, counts, normalize, values: normalized(counts, normalize, labels.length) };
}

const NORMALIZATIONS: readonly Normalization[] = ["true", "predicted", "all"];

function normalized(counts: number[][], normalize: Normalization | null, samples: number): number[][] {
  const columnSums = counts.map((_, column) => counts.reduce((sum, row) => sum + row[column]!, 0));
  return counts.map((row) => {
    const rowSum = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, column) => {
      if (normalize === null || count === 0) return count;
      return count / { true: rowSum, predicted: columnSums[column]!, all: samples }[normalize];
    });
  });
}
