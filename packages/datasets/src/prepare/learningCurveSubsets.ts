/** Growing parts of a training set, for curves of accuracy against the number of samples. */

import { TareaError, checkInteger, checkKnownOptions, randomStream, show } from "@tarea/core";

export interface LearningCurveOptions {
  /** Sizes of the subsets, rising, each from 1 to the number of samples. */
  counts: readonly number[];
  /** The run's seed; the stream `"learning curve"` of it decides. */
  seed: number;
}

/**
 * One subset for each size: row numbers in rising order. Every subset holds all smaller ones, and each class has its share of each: the
 * samples of a class are spread evenly over one order of all, of which a subset is the beginning.
 *
 * @throws TareaError for sizes that do not rise or are more than there are samples.
 */
export function learningCurveSubsets(labels: ArrayLike<number>, options: LearningCurveOptions): Uint32Array[] {
  const where = "learningCurveSubsets";
  checkKnownOptions(where, options, ["counts", "seed"]);
  const { counts, seed } = options;
  if (!Array.isArray(counts))
    throw new TareaError({ code: "option", where, problem: "counts must be a list of sizes", received: show(counts) });
  for (const [i, count] of counts.entries()) {
    checkInteger(where, `counts[${i}]`, count, { min: (counts[i - 1] ?? 0) + 1, max: labels.length });
  }
  const order = stratifiedOrder(labels, seed);
  return counts.map((count: number) => order.slice(0, count).toSorted());
}

/** All rows, the r-th of a class with n rows at the place (r + 1/2) / n; of equals the one that was drawn first. */
function stratifiedOrder(labels: ArrayLike<number>, seed: number): Uint32Array {
  const sizes = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) sizes.set(labels[row]!, (sizes.get(labels[row]!) ?? 0) + 1);
  const taken = new Map<number, number>();
  const places = Array.from(randomStream(seed, "learning curve").permutation(labels.length), (row) => {
    const rank = taken.get(labels[row]!) ?? 0;
    taken.set(labels[row]!, rank + 1);
    return { row, place: (rank + 0.5) / sizes.get(labels[row]!)! };
  });
  return Uint32Array.from(places.toSorted((a, b) => a.place - b.place).map(({ row }) => row));
}
