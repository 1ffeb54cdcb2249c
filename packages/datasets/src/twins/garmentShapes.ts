/**
 * Outlines of the ten kinds of article, in pixels of a 28 by 28 image, each with proportions of its own. Clothes are given by
 * their right half and mirrored; shoes point to the left.
 */

import type { SampleRandom } from "./sampleRandom.js";

/** A closed outline `x0, y0, x1, y1, …`. */
export type Outline = number[];

/** Half-widths and heights of something worn on the upper body. */
export interface TopShape {
  neck: number;
  shoulder: number;
  chest: number;
  waist: number;
  hem: number;
  top: number;
  bottom: number;
  /** 0 without sleeves, 1 down to the hem. */
  sleeve: number;
  sleeveWidth: number;
  /** How far sleeves stand off the body. */
  spread: number;
}

const CENTRE = 14;

export function topOutline(s: TopShape): Outline {
  const armpit = s.top + 5.5;
  const right = [s.neck, s.top, s.shoulder, s.top + 1.5];
  if (s.sleeve > 0) {
    const end = s.top + 4 + (s.bottom - s.top - 4) * s.sleeve;
    const out = s.shoulder + s.spread * Math.min(1, 0.4 + s.sleeve);
    right.push(out, end, out - s.sleeveWidth, end + 0.6, s.chest + 0.2, armpit + 0.4);
  }
  right.push(s.chest, armpit, s.waist, (armpit + s.bottom) / 2, s.hem, s.bottom);
  return mirrored(right);
}

export function trouserOutline(r: SampleRandom): Outline {
  const waist = r.between(3.2, 5);
  const hip = waist + r.between(0.2, 1.2);
  const ankle = r.between(3, 6.6);
  const legWidth = r.between(2, 3.4);
  const top = r.between(0.5, 2.5);
  const bottom = r.chance(0.12) ? r.between(15, 20) : r.between(25, 27.6);
  const crotch = top + r.between(6, 9);
  return mirrored([
    waist,
    top,
    hip,
    top + 5,
    ankle,
    bottom,
    Math.max(0.3, ankle - legWidth),
    bottom,
    r.between(0.1, 0.6),
    crotch,
  ]);
}

export function bagOutline(r: SampleRandom): { body: Outline; top: number; halfWidth: number } {
  const top = r.between(7, 14);
  const bottom = r.between(20, 26.5);
  const halfWidth = r.between(6.5, 12.5);
  const flare = r.between(-1.5, 2);
  const round = r.between(0.2, 3);
  const body = mirrored([
    halfWidth - round,
    top,
    halfWidth,
    top + round,
    halfWidth + flare,
    bottom - round,
    halfWidth + flare - round,
    bottom,
  ]);
  return { body, top, halfWidth };
}

/** Shoes share a sole line; `shaft` is the height of the opening above the sole, `heel` lifts the back. */
export interface ShoeShape {
  left: number;
  right: number;
  sole: number;
  toe: number;
  shaft: number;
  opening: number;
  heel: number;
}

export function shoeOutline(s: ShoeShape): Outline {
  const length = s.right - s.left;
  const back = s.sole - s.heel;
  return [
    s.left,
    s.sole - 0.6,
    s.left + 0.1 * length,
    s.sole - s.toe,
    s.left + 0.32 * length,
    s.sole - s.toe - 0.8,
    s.right - s.opening - 1.2,
    back - s.toe - 0.4 * s.shaft,
    s.right - s.opening,
    back - s.shaft,
    s.right - 0.3,
    back - s.shaft - 0.4,
    s.right,
    back - 1.5,
    s.right - 0.2,
    s.sole,
    s.right - 0.22 * length,
    s.sole,
    s.right - 0.35 * length,
    s.sole - 0.7 * s.heel,
    s.left + 0.35 * length,
    s.sole,
    s.left + 0.05 * length,
    s.sole,
  ];
}

function mirrored(right: readonly number[]): Outline {
  const outline: number[] = [];
  for (let i = 0; i < right.length; i += 2) outline.push(CENTRE + right[i]!, right[i + 1]!);
  for (let i = right.length - 2; i >= 0; i -= 2) outline.push(CENTRE - right[i]!, right[i + 1]!);
  return outline;
}
