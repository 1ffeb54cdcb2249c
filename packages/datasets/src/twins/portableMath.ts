/** Functions that give the same bits on every machine, which those of `Math` need not: only +, -, *, / and rounding are used. */

const HALF_PI = Math.PI / 2;

/** e to the power of `x`, to about 14 digits, for -700 to 700. */
export function exponential(x: number): number {
  const halvings = Math.round(x / Math.LN2);
  const rest = x - halvings * Math.LN2;
  let sum = 1;
  for (let k = 18; k >= 1; k--) sum = 1 + (rest / k) * sum;
  for (let k = 0; k < Math.abs(halvings); k++) sum = halvings > 0 ? 2 * sum : sum / 2;
  return sum;
}

/** Sine of `x` radians, to about 14 digits, for -1000 to 1000. */
export function sine(x: number): number {
  const quarter = Math.round(x / HALF_PI);
  const rest = x - quarter * HALF_PI;
  const turned = ((quarter % 4) + 4) % 4;
  const value = turned % 2 === 0 ? sineSeries(rest) : cosineSeries(rest);
  return turned < 2 ? value : -value;
}

export function cosine(x: number): number {
  return sine(x + HALF_PI);
}

function sineSeries(x: number): number {
  let sum = 1;
  for (let k = 18; k >= 2; k -= 2) sum = 1 - ((x * x) / (k * (k + 1))) * sum;
  return x * sum;
}

function cosineSeries(x: number): number {
  let sum = 1;
  for (let k = 17; k >= 1; k -= 2) sum = 1 - ((x * x) / (k * (k + 1))) * sum;
  return sum;
}
