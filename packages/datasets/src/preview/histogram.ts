/** Counts of numbers in bins. */

export interface Histogram {
  /** What each bin stands for: its value, or its lower end. */
  labels: string[];
  /** Per series, a count for each bin. */
  counts: number[][];
}

/** Bins of a histogram over many values. */
const BINS = 12;

/**
 * Counts series of numbers in common bins: one for each value when there are few and all are whole, else 12 of equal width from the
 * lowest to the highest, the last with its upper end. Blanks (NaN) are left out.
 */
export function histogram(series: readonly ArrayLike<number>[]): Histogram {
  const values = new Set<number>();
  let [low, high] = [Infinity, -Infinity];
  for (const numbers of series) {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i]!;
      if (!Number.isFinite(value)) continue;
      if (values.size <= BINS) values.add(value);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (values.size <= BINS && [...values].every(Number.isInteger)) {
    const sorted = [...values].toSorted((a, b) => a - b);
    const bins = new Map(sorted.map((value, bin) => [value, bin]));
    return {
      labels: sorted.map(String),
      counts: series.map((numbers) => count(numbers, sorted.length, (value) => bins.get(value))),
    };
  }
  const width = (high - low) / BINS;
  const binOf = (value: number): number => (width === 0 ? 0 : Math.min(BINS - 1, Math.floor((value - low) / width)));
  return {
    labels: Array.from({ length: width === 0 ? 1 : BINS }, (_, bin) => shortNumber(low + bin * width, high - low)),
    counts: series.map((numbers) => count(numbers, width === 0 ? 1 : BINS, binOf)),
  };
}

function count(numbers: ArrayLike<number>, bins: number, binOf: (value: number) => number | undefined): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const bin = Number.isFinite(numbers[i]) ? binOf(numbers[i]!) : undefined;
    if (bin !== undefined) counts[bin]!++;
  }
  return counts;
}

/** Two digits more than it takes to tell the ends of the range apart. */
function shortNumber(value: number, range: number): string {
  const decimals = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(range))));
  return value.toFixed(range >= 20 ? 0 : decimals);
}
