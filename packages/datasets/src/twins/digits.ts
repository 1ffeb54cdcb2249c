/** The twin of MNIST: digits drawn as pen strokes, each with its own hand. */

import type { Samples } from "../dataset.js";
import { Canvas, SIDE } from "./canvas.js";
import { DIGIT_GLYPHS, type Glyph } from "./digitGlyphs.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";

/** Goes up whenever any image changes: it is part of the fingerprint. */
export const DIGIT_TWIN_VERSION = 1;

/** Straight pieces that a curve between two points is drawn with. */
const PIECES = 5;
/** Pixels per glyph unit before scaling: a digit of 14 units is about 19 pixels high. */
const PIXELS_PER_UNIT = 1.36;
const MAX_POINTS = 32;

/**
 * Draws samples `0` to `count - 1` of a part. Labels are drawn with the frequencies `labelCounts`.
 *
 * Shapes: inputs uint8 `[count, 28, 28, 1]`, labels uint8 `[count]`.
 */
export function drawDigits(part: "train" | "test", count: number, seed: number, labelCounts: readonly number[]): Samples {
  const randomFor = sampleRandoms(seed, `twin/mnist/${part}`);
  const inputs = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  const canvas = new Canvas();
  for (let i = 0; i < count; i++) {
    const random = randomFor(i);
    labels[i] = drawLabel(random, labelCounts);
    drawDigit(canvas, random, labels[i]!);
    canvas.write(inputs, i * SIDE * SIDE, random.between(1.05, 1.5));
  }
  return {
    inputs: { dtype: "uint8", shape: [count, SIDE, SIDE, 1], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

function drawLabel(random: SampleRandom, labelCounts: readonly number[]): number {
  let left = random.below(labelCounts.reduce((sum, count) => sum + count, 0));
  return labelCounts.findIndex((count) => (left -= count) < 0);
}

function drawDigit(canvas: Canvas, random: SampleRandom, digit: number): void {
  canvas.clear();
  const hand = drawHand(random);
  for (const stroke of random.pick(DIGIT_GLYPHS[digit]!)) drawStroke(canvas, random, hand, stroke);
  if (random.chance(0.06)) {
    const y = random.between(6, 22);
    canvas.cut(0, y, SIDE, y + random.bell() * 3, random.between(0, 0.5), random.between(0.5, 1));
  }
  if (random.chance(0.1)) drawStray(canvas, random);
  canvas.blur(random.between(0.02, 0.2));
  if (random.chance(0.3)) canvas.speckle(random, random.between(0.05, 0.3), random.chance(0.1));
}

/** One writer's way with the pen in one sample: where points go, and how thick the line is. */
interface Hand {
  /** x = c[0] + c[1] x + c[2] y + c[3] x y + c[4] x² + c[5] y² + c[6] y³, in pixels, from glyph coordinates within ±1. */
  x: Float64Array;
  y: Float64Array;
  /** Standard deviation of a single point, in pixels. */
  wobble: number;
  radius: number;
}

const hand: Hand = { x: new Float64Array(7), y: new Float64Array(7), wobble: 0, radius: 0 };

function drawHand(random: SampleRandom): Hand {
  // Rotation by 2 atan(turn), without sine and cosine.
  const turn = 0.085 * random.bell();
  const cosine = (1 - turn * turn) / (1 + turn * turn);
  const sine = (2 * turn) / (1 + turn * turn);
  const height = 7 * PIXELS_PER_UNIT * (1 + 0.085 * random.bell());
  const width = height * (1 + 0.18 * random.bell());
  const slant = 0.25 * random.bell() - 0.16;
  hand.x[0] = SIDE / 2 + 1 * random.bell();
  hand.y[0] = SIDE / 2 + 1 * random.bell();
  hand.x[1] = width * cosine;
  hand.x[2] = height * (slant * cosine - sine);
  hand.y[1] = width * sine;
  hand.y[2] = height * (slant * sine + cosine);
  for (let i = 3; i < 7; i++) {
    hand.x[i] = 1.3 * random.bell();
    hand.y[i] = 1.3 * random.bell();
  }
  hand.wobble = random.between(0.25, 0.95);
  hand.radius = random.between(0.65, 1.9);
  return hand;
}

const pointsX = new Float64Array(MAX_POINTS);
const pointsY = new Float64Array(MAX_POINTS);

function drawStroke(canvas: Canvas, random: SampleRandom, { x: cx, y: cy, wobble, radius }: Hand, stroke: Glyph[number]): void {
  const count = stroke.length / 2;
  for (let i = 0; i < count; i++) {
    const x = (stroke[2 * i]! - 5) / 7;
    const y = (stroke[2 * i + 1]! - 7) / 7;
    const corner = i > 0 && stroke[2 * i] === stroke[2 * i - 2] && stroke[2 * i + 1] === stroke[2 * i - 1];
    pointsX[i] = corner ? pointsX[i - 1]! : warp(cx, x, y) + wobble * random.bell();
    pointsY[i] = corner ? pointsY[i - 1]! : warp(cy, x, y) + wobble * random.bell();
  }
  const startRadius = radius * random.between(0.75, 1.15);
  const slope = (radius * random.between(0.75, 1.15) - startRadius) / ((count - 1) * PIECES);
  let fromX = pointsX[0]!;
  let fromY = pointsY[0]!;
  for (let i = 0, piece = 0; i < count - 1; i++) {
    for (let j = 1; j <= PIECES; j++, piece++) {
      const toX = curve(pointsX, i, count, j / PIECES);
      const toY = curve(pointsY, i, count, j / PIECES);
      canvas.line(fromX, fromY, toX, toY, startRadius + slope * piece, startRadius + slope * (piece + 1));
      fromX = toX;
      fromY = toY;
    }
  }
}

/** A stray dot or short line somewhere, as left by a neighbouring field or a dirty scanner. */
function drawStray(canvas: Canvas, random: SampleRandom): void {
  const x = random.between(2, 26);
  const y = random.between(2, 26);
  const radius = random.between(0.3, 0.8);
  canvas.line(x, y, x + 2 * random.bell(), y + 2 * random.bell(), radius, radius, random.between(0.5, 1));
}

function warp(c: Float64Array, x: number, y: number): number {
  return c[0]! + c[1]! * x + c[2]! * y + c[3]! * x * y + c[4]! * x * x + c[5]! * y * y + c[6]! * y * y * y;
}

/** Catmull-Rom between points `i` and `i + 1`; the ends are their own neighbours. */
function curve(points: Float64Array, i: number, count: number, t: number): number {
  const p0 = points[Math.max(0, i - 1)]!;
  const p1 = points[i]!;
  const p2 = points[i + 1]!;
  const p3 = points[Math.min(count - 1, i + 2)]!;
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}
