/** Principal components of a table of numbers, without tensors. */

import { checkInteger, checkKnownOptions, checkList, sizeOf, TareaError } from "@tarea/core";
import { symmetricEigen } from "./symmetricEigen.js";

export interface PcaTable {
  /** `[N, D]`: N rows of D numbers. */
  shape: readonly [rows: number, columns: number];
  /** Row by row. */
  data: ArrayLike<number>;
}

export interface PcaOptions {
  /** Components to keep, at most the smaller of N and D. Default `PCA_DEFAULTS.components`. */
  components?: number;
}

export const PCA_DEFAULTS = { components: 2 } as const satisfies PcaOptions;

export interface Pca {
  /** `[N][components]`: the rows, less the mean, along the components. */
  points: number[][];
  /** `[components][D]`: directions of length 1, that of the greatest variance first. */
  components: number[][];
  /** `[D]` */
  mean: number[];
  /** Variance along each component, over N - 1. */
  explainedVariance: number[];
  /** The same as shares of the variance of all columns; 0 when nothing varies. */
  explainedVarianceRatio: number[];
}

/** More columns, or rows where there are fewer of them, take too long. */
const MOST_SIDE = 1024;

/**
 * Projects rows on the directions in which they vary most. Directions have two signs: here the entry of greatest size is positive, the
 * first one of equals, as in scikit-learn's `PCA` from version 1.5 on.
 *
 * @throws TareaError for fewer than 2 rows, numbers that are not finite, and more components than rows or columns.
 */
export function pca(table: PcaTable, options: PcaOptions = {}): Pca {
  const where = "pca";
  checkKnownOptions(where, options, ["components"]);
  checkList(where, "the table's shape", (table as PcaTable | null | undefined)?.shape);
  const { shape, data } = table;
  const [rows, columns] = shape;
  checkInteger(where, "shape[0]", rows, { min: 2 });
  checkInteger(where, "shape[1]", columns);
  const side = Math.min(rows, columns);
  const kept = checkInteger(where, "components", options.components ?? PCA_DEFAULTS.components, { max: side });
  checkTable(where, { shape, data });
  const mean = columnMeans(data, rows, columns);
  const centered = Float64Array.from({ length: rows * columns }, (_, i) => data[i]! - mean[i % columns]!);

  // The smaller of the two products has the same eigenvalues.
  const isWide = rows < columns;
  const { values, vectors } = symmetricEigen(products(centered, rows, columns, isWide), side);
  const components = Array.from({ length: kept }, (_, k) => {
    const vector = vectors[k]!;
    const direction = isWide ? weightedRows(centered, vector, columns) : vector;
    return withSign(unit(direction));
  });
  const variances = values.map((value) => Math.max(0, value) / (rows - 1));
  const total = centered.reduce((sum, value) => sum + value * value, 0) / (rows - 1);
  const explainedVariance = variances.slice(0, kept);
  return {
    points: Array.from({ length: rows }, (_, row) => {
      const entries = centered.subarray(row * columns, (row + 1) * columns);
      return components.map((component) => component.reduce((sum, weight, c) => sum + weight * entries[c]!, 0));
    }),
    components,
    mean,
    explainedVariance,
    explainedVarianceRatio: explainedVariance.map((variance) => (total > 0 ? variance / total : 0)),
  };
}

function checkTable(where: string, { shape, data }: PcaTable): void {
  const [rows, columns] = shape;
  if (Math.min(rows, columns) > MOST_SIDE) {
    throw new TareaError({
      code: "shape",
      where,
      problem: `rows or columns must be at most ${MOST_SIDE}`,
      received: `[${rows}, ${columns}]`,
    });
  }
  if (data.length !== sizeOf(shape)) {
    throw new TareaError({
      code: "shape",
      where,
      problem: "the data must be as long as the shape says",
      expected: `${sizeOf(shape)} numbers`,
      received: String(data.length),
    });
  }
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const place = `row ${Math.floor(i / columns)}, column ${i % columns}`;
    throw new TareaError({ code: "value", where, problem: `${place} is not a finite number`, received: String(data[i]) });
  }
}

function columnMeans(data: ArrayLike<number>, rows: number, columns: number): number[] {
  const sums = Array.from({ length: columns }, () => 0);
  for (let i = 0; i < rows * columns; i++) sums[i % columns] = sums[i % columns]! + data[i]!;
  return sums.map((sum) => sum / rows);
}

/** X^T X `[D, D]`, or X X^T `[N, N]` for tables that are wider than long. */
function products(x: Float64Array, rows: number, columns: number, isWide: boolean): Float64Array {
  const [side, length] = isWide ? [rows, columns] : [columns, rows];
  const at = (i: number, k: number): number => (isWide ? x[i * columns + k]! : x[k * columns + i]!);
  const matrix = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = i; j < side; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += at(i, k) * at(j, k);
      matrix[i * side + j] = sum;
      matrix[j * side + i] = sum;
    }
  }
  return matrix;
}

function weightedRows(x: Float64Array, weights: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, c) => weights.reduce((sum, weight, row) => sum + weight * x[row * columns + c]!, 0));
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((entry) => entry / length) : [...vector];
}

function withSign(vector: readonly number[]): number[] {
  const largest = vector.reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best), 0);
  return largest < 0 ? vector.map((entry) => 0 - entry) : [...vector];
}
