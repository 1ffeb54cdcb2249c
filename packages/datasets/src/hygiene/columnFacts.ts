/** Facts about each column of a table. */

import type { NumericArray } from "@tarea/core";

/** Plain JSON. */
export interface ColumnCheck {
  name: string;
  /** Over what is not blank; `null` for a column of blanks. */
  minimum: number | null;
  maximum: number | null;
  mean: number | null;
  blanks: number;
  zeros: number;
  /** Every sample has the same value. */
  constant: boolean;
  /** The zeros lie so far from all other values that they seem to stand for missing ones. */
  zerosSeemMissing: boolean;
}

/** Zeros are suspected when at most this share of the values is zero … */
const LARGEST_SHARE_OF_ZEROS = 0.5;
/** … there are this many different other values … */
const LEAST_OTHER_VALUES = 10;
/** … and the smallest of them is more than this many of their usual steps away from zero. */
const USUAL_STEPS = 3;

/** @param names the columns of `[N, columns]`. */
export function columnFacts({ data, shape }: NumericArray, names: readonly string[]): ColumnCheck[] {
  const [rows, width] = shape as [number, number];
  return names.map((name, column) => {
    const values: number[] = [];
    let blanks = 0;
    for (let row = 0; row < rows; row++) {
      const value = data[row * width + column]!;
      if (Number.isNaN(value)) blanks++;
      else values.push(value);
    }
    const sorted = Float64Array.from(values).toSorted();
    const zeros = values.filter((value) => value === 0).length;
    return {
      name,
      minimum: sorted[0] ?? null,
      maximum: sorted.at(-1) ?? null,
      mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      blanks,
      zeros,
      constant: rows > 1 && (blanks === rows || (blanks === 0 && sorted[0] === sorted.at(-1))),
      zerosSeemMissing: zerosSeemMissing(sorted, zeros),
    };
  });
}

/** Looks at the gap between zero and the smallest other value, against the median gap of the ten smallest. */
function zerosSeemMissing(sorted: Float64Array, zeros: number): boolean {
  if (zeros === 0 || sorted[0]! < 0 || zeros > LARGEST_SHARE_OF_ZEROS * sorted.length) return false;
  const smallest: number[] = [];
  for (let i = zeros; i < sorted.length && smallest.length < LEAST_OTHER_VALUES; i++) {
    if (sorted[i] !== smallest.at(-1)) smallest.push(sorted[i]!);
  }
  if (smallest.length < LEAST_OTHER_VALUES) return false;
  const gaps = smallest.slice(1).map((value, i) => value - smallest[i]!);
  return smallest[0]! > USUAL_STEPS * gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
}
