/** Counts of values in bins of equal width. */

export interface Histogram {
  /** Bounds of the bins, ascending, one more than bins. */
  edges: number[];
  /** Middles of the bins: the `x` of a line chart. */
  centers: number[];
  /** Values in each bin; the last bin holds its upper bound too. */
  counts: number[];
  /** All finite values. */
  count: number;
  /** Of the finite values; the deviation divides by their number. */
  mean: number;
  deviation: number;
  range: [low: number, high: number];
  /** Values that are no finite numbers: none in a healthy model. */
  notFinite: number;
}

/** The histogram of `values` from the least to the greatest. Equal values stand in the middle of a range of 1. */
export function histogramOf(values: ArrayLike<number>, bins: number): Histogram {
  let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
    count++;
  }
  if (count === 0) [low, high] = [0, 0];
  const mean = count === 0 ? 0 : sum / count;
  const [start, end] = low < high ? [low, high] : [low - 0.5, high + 0.5];
  const counts = Array.from({ length: bins }, () => 0);
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    const bin = Math.min(bins - 1, Math.floor(((value - start) / (end - start)) * bins));
    counts[bin] = counts[bin]! + 1;
  }
  const edgeAt = (i: number): number => start + ((end - start) * i) / bins;
  return {
    edges: Array.from({ length: bins + 1 }, (_, i) => edgeAt(i)),
    centers: Array.from({ length: bins }, (_, i) => edgeAt(i + 0.5)),
    counts,
    count,
    mean,
    deviation: count === 0 ? 0 : Math.sqrt(squares / count),
    range: [low, high],
    notFinite: values.length - count,
  };
}
