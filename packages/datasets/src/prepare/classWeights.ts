/** Weights that let rare classes count as much as frequent ones. */

import { TareaError, checkInteger } from "@tarea/core";

/**
 * A weight for each class: N / (classes * the class's count), as scikit-learn's `"balanced"`. Their mean over the samples is 1.
 *
 * @param classes number of classes; labels are 0 to `classes - 1`.
 * @throws TareaError for a label that is no class, and for a class without samples.
 * @example
 * balancedClassWeights([0, 0, 0, 1], 2); // [0.666…, 2]
 */
export function balancedClassWeights(labels: ArrayLike<number>, classes: number): number[] {
  const where = "balancedClassWeights";
  checkInteger(where, "classes", classes);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    checkInteger(where, `label ${i}`, labels[i], { min: 0, max: classes - 1 });
    counts[labels[i]!]!++;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new TareaError({ code: "option", where, problem: `class ${empty} has no samples, so it has no weight` });
  return counts.map((count) => labels.length / (classes * count));
}
