/** Adds in NumPy's order (eight running sums, halves above 128), so that averages equal scikit-learn's to the last bit. */

const LANES = 8;
const BLOCK = 128;

/** The sum of `values[start..end)`. */
export function sum(values: ArrayLike<number>, start = 0, end = values.length): number {
  const length = end - start;
  if (length < LANES) return addUp(values, start, end, 0);
  if (length > BLOCK) {
    const half = Math.floor(length / 2);
    const middle = start + half - (half % LANES);
    return sum(values, start, middle) + sum(values, middle, end);
  }
  const lanes = Array.from({ length: LANES }, (_, lane) => values[start + lane]!);
  const whole = start + length - (length % LANES);
  for (let i = start + LANES; i < whole; i += LANES) for (let lane = 0; lane < LANES; lane++) lanes[lane]! += values[i + lane]!;
  const [a, b, c, d, e, f, g, h] = lanes as [number, number, number, number, number, number, number, number];
  return addUp(values, whole, end, a + b + (c + d) + (e + f + (g + h)));
}

function addUp(values: ArrayLike<number>, start: number, end: number, from: number): number {
  let total = from;
  for (let i = start; i < end; i++) total += values[i]!;
  return total;
}
