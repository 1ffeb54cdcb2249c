/**
 * Samples an image under an affine transform as TensorFlow's `ImageProjectiveTransformV3` does on the CPU, operation by operation in
 * float32, so that a graph that runs that op gives the same numbers.
 */

import type { Border, Sampling } from "./augmentationPlan.js";

/** An image `[height, width, channels]`, row by row. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface SampleRules {
  readonly sampling: Sampling;
  readonly border: Border;
  /** Read outside the image. Only the border `"constant"` and the far neighbours of edge pixels, which weigh nothing, get there. */
  readonly fill: number;
}

/** Writes into `to` what `from` looks like under `transform` (eight numbers, see `AugmentationDraw.transforms`). */
export function sampleImage(
  to: Float32Array,
  from: ArrayLike<number>,
  size: ImageSize,
  transform: Float32Array,
  { sampling, border, fill }: SampleRules,
): void {
  const { height, width, channels } = size;
  const [a0, a1, a2, a3, a4, a5] = transform as unknown as [number, number, number, number, number, number];
  const fold = FOLDS[border];
  const read = sampling === "nearest" ? readNearest : readBilinear;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const inX = fold(f(f(f(a0 * x) + f(a1 * y)) + a2), width);
      const inY = fold(f(f(f(a3 * x) + f(a4 * y)) + a5), height);
      for (let channel = 0; channel < channels; channel++) to[at + channel] = read(from, size, inY, inX, channel, fill);
    }
  }
}

const f = Math.fround;

/** Brings a coordinate into the image; the constant border leaves it outside. */
const FOLDS: Readonly<Record<Border, (coordinate: number, length: number) => number>> = {
  constant: (coordinate) => coordinate,
  nearest: (coordinate, length) => clamp(coordinate, length),
  reflect: (coordinate, length) => {
    if (coordinate >= 0 && coordinate <= length - 1) return coordinate;
    if (length === 1) return 0;
    const period = 2 * length;
    if (coordinate < 0) {
      const near = coordinate < period ? f(f(period * Math.trunc(f(-coordinate / period))) + coordinate) : coordinate;
      return clamp(near < -length ? f(near + period) : f(-near - 1), length);
    }
    const near = f(coordinate - period * Math.trunc(f(coordinate / period)));
    return clamp(near >= length ? f(period - near - 1) : near, length);
  },
  wrap: (coordinate, length) => {
    if (coordinate >= 0 && coordinate <= length - 1) return coordinate;
    if (length === 1) return 0;
    const period = length - 1;
    if (coordinate < 0) return clamp(f(coordinate + length * (Math.trunc(f(-coordinate / period)) + 1)), length);
    return clamp(f(coordinate - length * Math.trunc(f(coordinate / period))), length);
  },
};

function clamp(coordinate: number, length: number): number {
  return Math.min(Math.max(coordinate, 0), length - 1);
}

type Read = (from: ArrayLike<number>, size: ImageSize, y: number, x: number, channel: number, fill: number) => number;

const readNearest: Read = (from, size, y, x, channel, fill) => pixel(from, size, roundAway(y), roundAway(x), channel, fill);

const readBilinear: Read = (from, size, y, x, channel, fill) => {
  const top = Math.floor(y);
  const left = Math.floor(x);
  const toRight = f(x - left);
  const toLeft = f(left + 1 - x);
  const upper = f(
    f(toLeft * pixel(from, size, top, left, channel, fill)) + f(toRight * pixel(from, size, top, left + 1, channel, fill)),
  );
  const lower = f(
    f(toLeft * pixel(from, size, top + 1, left, channel, fill)) +
      f(toRight * pixel(from, size, top + 1, left + 1, channel, fill)),
  );
  return f(f(f(top + 1 - y) * upper) + f(f(y - top) * lower));
};

function pixel(
  from: ArrayLike<number>,
  { height, width, channels }: ImageSize,
  y: number,
  x: number,
  channel: number,
  fill: number,
): number {
  return y >= 0 && y < height && x >= 0 && x < width ? from[(y * width + x) * channels + channel]! : fill;
}

/** Halves go away from zero, as C rounds. */
function roundAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}
