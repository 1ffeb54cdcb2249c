/** Sums up one number measured in several runs, for example an accuracy over seeds. */

import { TareaError, show } from "@tarea/core";
import { sum } from "./sum.js";

/** What `meanAndSpread` gives, in the unit of the values. */
export interface MeanAndSpread {
  mean: number;
  /** Sample standard deviation (divided by n - 1); null for a single value, whose spread is unknown. */
  std: number | null;
  min: number;
  max: number;
  n: number;
}

/**
 * Mean, sample standard deviation and range.
 *
 * @throws TareaError for an empty list or a value that is not finite.
 * @example
 * meanAndSpread([0.95, 0.96, 0.97]); // { mean: 0.96, std: 0.01, min: 0.95, max: 0.97, n: 3 }
 */
export function meanAndSpread(values: ArrayLike<number>): MeanAndSpread {
  const list = Array.from(values);
  if (list.length === 0) throw new TareaError({ code: "shape", where: "meanAndSpread", problem: "values must not be empty" });
  const bad = list.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new TareaError({
      code: "range",
      where: "meanAndSpread",
      problem: `values[${bad}] must be a finite number`,
      received: show(list[bad]),
    });
  }
  const n = list.length;
  const mean = sum(list) / n;
  const squares = list.map((value) => (value - mean) ** 2);
  const [min, max] = list.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return { mean, std: n === 1 ? null : Math.sqrt(sum(squares) / (n - 1)), min, max, n };
}
