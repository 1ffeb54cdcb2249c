/** Fewer points for lines that have more than a screen has columns. */

/** Lines with more points than this are thinned. */
export const MOST_POINTS = 2000;

/**
 * The indices of the points that make the line look the same: the first, last, smallest and largest value of each of
 * `MOST_POINTS / 5` equal stretches, and one gap where a stretch has any. All indices where there are few.
 */
export function thin(values: readonly (number | null)[]): number[] {
  if (values.length <= MOST_POINTS) return values.map((_, i) => i);
  const stretches = MOST_POINTS / 5;
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor((stretch * values.length) / stretches);
    const end = Math.floor(((stretch + 1) * values.length) / stretches);
    kept.push(...landmarks(values, start, end));
  }
  return kept;
}

function landmarks(values: readonly (number | null)[], start: number, end: number): number[] {
  let [low, high, gap] = [start, start, start];
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value === null) gap = i;
    else {
      if (values[low] === null || value < values[low]!) low = i;
      if (values[high] === null || value > values[high]!) high = i;
    }
  }
  return [...new Set([start, low, high, gap, end - 1])].toSorted((a, b) => a - b);
}
