/** Cloth for the garment twin: a brightness for every point of an article. */

import type { SampleRandom } from "./sampleRandom.js";

export type Texture = (x: number, y: number) => number;

/** Plain, shaded, striped, checked or printed cloth; `plainness` is the probability of the first two. */
export function drawTexture(random: SampleRandom, plainness: number): Texture {
  const base = random.chance(0.2) ? random.between(0.15, 0.4) : random.between(0.5, 1);
  const shadeX = random.between(-0.012, 0.012);
  const fold = random.between(0, 0.12);
  const foldPeriod = random.between(5, 11);
  const phase = random.between(0, 10);
  const plain: Texture = (x, y) => base + shadeX * (x - 14) - fold * wave(x + 0.2 * y + phase, foldPeriod);
  if (random.chance(plainness)) return plain;
  const contrast = random.between(0.12, 0.45) * (base > 0.5 ? -1 : 1);
  const period = random.between(2.6, 8);
  switch (random.below(5)) {
    case 0:
      return (x, y) => plain(x, y) + contrast * wave(y + phase, period);
    case 1:
      return (x, y) => plain(x, y) + contrast * wave(x + phase, period);
    case 2:
      return (x, y) => plain(x, y) + 0.6 * contrast * (wave(x + phase, period) + wave(y + phase, period));
    case 3:
      return printed(random, plain, contrast);
    default:
      return (x, y) => plain(x, y) + contrast * wave(x + y + phase, period) * wave(x - y + phase, period);
  }
}

/** A print on the chest: an ellipse of another brightness. */
function printed(random: SampleRandom, plain: Texture, contrast: number): Texture {
  const centreY = random.between(10, 16);
  const radiusX = random.between(1.5, 4);
  const radiusY = random.between(1, 4);
  return (x, y) => {
    const dx = (x - 13.5) / radiusX;
    const dy = (y - centreY) / radiusY;
    return plain(x, y) + (dx * dx + dy * dy < 1 ? 1.3 * contrast : 0);
  };
}

/** A triangle wave between 0 and 1. */
function wave(position: number, period: number): number {
  const t = position / period;
  return Math.abs(2 * (t - Math.floor(t)) - 1);
}
