/** Seeded folds for cross-validation, of the sizes that scikit-learn gives. */

import { checkInteger, checkKnownOptions, randomStream } from "@tarea/core";

export interface FoldOptions {
  /** Number of folds, 2 to the number of samples. */
  folds: number;
  /** The run's seed; the stream `"folds"` of it decides. */
  seed: number;
}

/** Row numbers in rising order; together they are 0 to N - 1. */
export interface Fold {
  train: Uint32Array;
  validation: Uint32Array;
}

/**
 * Every row is in the validation part of exactly one fold; the first N modulo `folds` folds have one row more.
 *
 * @param count number of samples.
 * @throws TareaError for a wrong number of samples or folds.
 */
export function kFold(count: number, options: FoldOptions): Fold[] {
  const where = "kFold";
  checkInteger(where, "the number of samples", count, { min: 2 });
  const { folds, seed } = checkFolds(where, options, count);
  const order = randomStream(seed, STREAM).permutation(count);
  const foldOf = new Uint32Array(count);
  const [size, larger] = [Math.floor(count / folds), count % folds];
  for (let fold = 0, at = 0; fold < folds; fold++) {
    for (const end = at + size + (fold < larger ? 1 : 0); at < end; at++) foldOf[order[at]!] = fold;
  }
  return toFolds(foldOf, folds);
}

/**
 * `kFold` with every class's share in every fold, to within one sample. The classes' odd samples are dealt out so that the folds' sizes,
 * too, differ by one at most (scikit-learn's StratifiedKFold deals them in the same way).
 *
 * @throws TareaError when no class has as many samples as there are folds.
 * @example
 * for (const { train, validation } of stratifiedKFold(labels, { folds: 5, seed: 7 })) …
 */
export function stratifiedKFold(labels: ArrayLike<number>, options: FoldOptions): Fold[] {
  const where = "stratifiedKFold";
  checkInteger(where, "the number of labels", labels.length, { min: 2 });
  const classes = classIds(labels);
  const counts = new Array<number>(new Set(classes).size).fill(0);
  for (const id of classes) counts[id]!++;
  const { folds, seed } = checkFolds(where, options, Math.max(...counts));
  const quotas = dealSortedLabels(counts, folds);
  const foldOf = new Uint32Array(labels.length);
  const filling = counts.map(() => 0);
  for (const row of randomStream(seed, STREAM).permutation(labels.length)) {
    const id = classes[row]!;
    const quota = quotas[id]!;
    while (quota[filling[id]!] === 0) filling[id]!++;
    foldOf[row] = filling[id]!;
    quota[filling[id]!]!--;
  }
  return toFolds(foldOf, folds);
}

const STREAM = "folds";

function checkFolds(where: string, options: FoldOptions, most: number): FoldOptions {
  checkKnownOptions(where, options, ["folds", "seed"]);
  return { folds: checkInteger(where, "folds", options.folds, { min: 2, max: most }), seed: options.seed };
}

/** Numbers the classes in the order of their first samples. */
function classIds(labels: ArrayLike<number>): Uint32Array {
  const ids = new Map<number, number>();
  return Uint32Array.from(labels, (label) => {
    if (!ids.has(label)) ids.set(label, ids.size);
    return ids.get(label)!;
  });
}

/** How many samples of each class go into each fold when all samples, sorted by class, are dealt out in turn. */
function dealSortedLabels(counts: readonly number[], folds: number): number[][] {
  let dealt = 0;
  return counts.map((count) => {
    const quota = new Array<number>(folds).fill(0);
    for (let i = 0; i < count; i++, dealt++) quota[dealt % folds]!++;
    return quota;
  });
}

function toFolds(foldOf: Uint32Array, folds: number): Fold[] {
  const rows = [...foldOf.keys()];
  return Array.from({ length: folds }, (_, fold) => ({
    train: Uint32Array.from(rows.filter((row) => foldOf[row] !== fold)),
    validation: Uint32Array.from(rows.filter((row) => foldOf[row] === fold)),
  }));
}
