/** Where the ticks of an axis go. */

import { tickIncrement, ticks } from "d3-array";

/** Round numbers within `[low, high]`, about `count` of them; whole numbers only where `whole` is set. */
export function axisTicks(low: number, high: number, count: number, whole: boolean): number[] {
  if (low === high) return [low];
  if (!whole) return ticks(low, high, count);
  const step = wholeStep(low, high, count);
  const first = Math.ceil(low);
  const round: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= high; tick += step) round.push(tick);
  // Epochs start at 1: the first one is named as long as it does not crowd the next tick.
  if (round.length > 0 && round[0]! - first >= 0.6 * step) round.unshift(first);
  return round.length > 0 ? round : [first];
}

/** The distance of neighbouring ticks. */
export function tickStep(at: readonly number[]): number {
  let step = Infinity;
  for (let i = 1; i < at.length; i++) step = Math.min(step, at[i]! - at[i - 1]!);
  return Number.isFinite(step) ? step : Math.abs(at[0] ?? 1) || 1;
}

function wholeStep(low: number, high: number, count: number): number {
  const step = tickIncrement(low, high, Math.max(1, count));
  return step < 1 ? 1 : step;
}
