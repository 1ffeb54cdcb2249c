/** Mean, spread and range of the columns of an array. */

import type { NumericArray } from "@tarea/core";
import { IMPUTE_HINT, preparationError } from "./preparationError.js";

export interface ColumnStatistics {
  mean: number;
  /** Divided by N; exactly 0 for what does not vary beyond rounding. */
  deviation: number;
  minimum: number;
  maximum: number;
}

/**
 * Statistics of `period` columns: number i of the data belongs to column i modulo `period`. The squares are taken from the mean, in a
 * second pass.
 *
 * @param used the columns that will be used; the others may hold blanks; `null`: all.
 * @throws TareaError when a used column holds no number, or a blank.
 */
export function columnStatistics(
  where: string,
  { data }: NumericArray,
  period: number,
  used: readonly number[] | null,
): ColumnStatistics[] {
  const count = data.length / period;
  if (count === 0) throw preparationError(where, "there are no samples to take statistics of");
  const sums = new Float64Array(period);
  const minima = new Float64Array(period).fill(Infinity);
  const maxima = new Float64Array(period).fill(-Infinity);
  for (let i = 0, column = 0; i < data.length; i++) {
    const value = data[i]!;
    sums[column]! += value;
    if (value < minima[column]!) minima[column] = value;
    if (value > maxima[column]!) maxima[column] = value;
    if (++column === period) column = 0;
  }
  const means = sums.map((sum) => sum / count);
  for (const column of used ?? means.keys()) {
    if (Number.isFinite(means[column]!)) continue;
    throw preparationError(where, `column ${column + 1} holds blanks or infinities`, String(means[column]), IMPUTE_HINT);
  }
  const squares = new Float64Array(period);
  for (let i = 0, column = 0; i < data.length; i++) {
    const distance = data[i]! - means[column]!;
    squares[column]! += distance * distance;
    if (++column === period) column = 0;
  }
  return Array.from(means, (mean, column) => ({
    mean,
    deviation: minima[column] === maxima[column] ? 0 : Math.sqrt(squares[column]! / count),
    minimum: minima[column]!,
    maximum: maxima[column]!,
  }));
}
