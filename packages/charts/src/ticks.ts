/** Where the ticks of an axis go. */

import { ticks } from "d3-array";

/** Round numbers within `[low, high]`, about `count` of them. */
export function axisTicks(low: number, high: number, count: number): number[] {
  const round = ticks(low, high, count);
  return round.length > 0 ? round : [low];
}

/** Round whole numbers within `[low, high]`, at most about `count` of them, and the first one when it is `leastGap` from the next. */
export function wholeTicks(low: number, high: number, count: number, leastGap: number): number[] {
  if (low === high) return [low];
  const step = wholeStep(low, high, count);
  const first = Math.ceil(low);
  const round: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= high; tick += step) round.push(tick);
  // Epochs start at 1: the first one is named as long as it does not crowd the next tick.
  if (round.length > 0 && round[0]! - first >= leastGap) round.unshift(first);
  return round.length > 0 ? round : [first];
}

/** The distance of neighbouring ticks. */
export function tickStep(at: readonly number[]): number {
  let step = Infinity;
  for (let i = 1; i < at.length; i++) step = Math.min(step, at[i]! - at[i - 1]!);
  return Number.isFinite(step) ? step : Math.abs(at[0] ?? 1) || 1;
}

/** 1, 2 or 5 times a power of ten: the first that gives no more than `count` steps. */
function wholeStep(low: number, high: number, count: number): number {
  const least = Math.max(1, (high - low) / count);
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9)) ?? power * 10;
}
