/** The twins of the CIFAR sets: patterned things of many outlines before coloured backgrounds, 32 by 32 pixels. */

import type { Samples } from "../dataset.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";
import type { SceneClass } from "./sceneClasses.js";
import { shuffledLabels } from "./shuffledLabel.js";

/** Goes up whenever any image changes: it is part of the fingerprint. */
export const SCENE_TWIN_VERSION = 1;

const SIDE = 32;
const PIXELS = SIDE * SIDE;

/** Brightness of the image at hand, 0 to 1, red, green and blue by turns. */
const canvas = new Float32Array(3 * PIXELS);

/**
 * Draws samples `0` to `count - 1` of a part, every class once in as many samples as there are classes.
 *
 * Shapes: inputs uint8 `[count, 32, 32, 3]`, labels uint8 `[count]`.
 */
export function drawScenes(
  name: string,
  classes: readonly SceneClass[],
  { part, count, seed }: { part: "train" | "test"; count: number; seed: number },
): Samples<"uint8", "uint8"> {
  const labelOf = shuffledLabels(sampleRandoms(seed, `twin/${name}/${part}/order`), classes.length);
  const randomFor = sampleRandoms(seed, `twin/${name}/${part}`);
  const inputs = new Uint8Array(count * 3 * PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = labelOf(i);
    const random = randomFor(i);
    const scene = classes[labels[i]!]!;
    drawBackground(random, scene);
    if (random.chance(0.5)) drawThing(random, distractor(random, classes), random.between(2, 4));
    drawThing(random, scene, random.between(6, 11));
    write(random, inputs, i * 3 * PIXELS);
  }
  return {
    inputs: { dtype: "uint8", shape: [count, SIDE, SIDE, 3], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

/** A small thing of another class's outline and any colour. */
function distractor(random: SampleRandom, classes: readonly SceneClass[]): SceneClass {
  return { ...random.pick(classes), paint: [random.unit(), random.unit(), random.unit()] };
}

function drawBackground(random: SampleRandom, { top, bottom }: SceneClass): void {
  const light = 0.15 * random.bell();
  const lean = random.between(-0.3, 0.3);
  const waveX = random.between(-0.12, 0.12);
  const waveY = random.between(-0.12, 0.12);
  const phase = random.unit();
  const strength = random.between(0, 0.25);
  const start = [0, 1, 2].map((channel) => top[channel]! + light + 0.24 * random.bell());
  const slope = [0, 1, 2].map((channel) => (bottom[channel]! + light + 0.24 * random.bell() - start[channel]!) / SIDE);
  const [red, green, blue] = start as [number, number, number];
  const [redSlope, greenSlope, blueSlope] = slope as [number, number, number];
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += 3) {
      const height = y + lean * (x - SIDE / 2);
      const cloud = strength * wave(waveX * x + waveY * y + phase);
      canvas[at] = red + redSlope * height + cloud;
      canvas[at + 1] = green + greenSlope * height + cloud;
      canvas[at + 2] = blue + blueSlope * height + cloud;
    }
  }
}

function drawThing(random: SampleRandom, { paint, outline, aspect, pattern }: SceneClass, size: number): void {
  const centreX = SIDE / 2 + 4.5 * random.bell();
  const centreY = SIDE / 2 + 4.5 * random.bell();
  const turn = 0.12 * random.bell();
  const cosine = (1 - turn * turn) / (1 + turn * turn);
  const sine = (2 * turn) / (1 + turn * turn);
  const flip = random.chance(0.5) ? -1 : 1;
  const width = size * aspect;
  const phase = random.unit();
  const light = 0.15 * random.bell();
  const red = paint[0] + light + 0.25 * random.bell();
  const green = paint[1] + light + 0.25 * random.bell();
  const blue = paint[2] + light + 0.25 * random.bell();
  const reach = 1.7 * Math.max(size, width);
  const left = Math.max(0, Math.floor(centreX - reach));
  const right = Math.min(SIDE - 1, Math.ceil(centreX + reach));
  const last = Math.min(SIDE - 1, Math.ceil(centreY + reach));
  for (let y = Math.max(0, Math.floor(centreY - reach)); y <= last; y++) {
    for (let x = left; x <= right; x++) {
      const u = flip * (x + 0.5 - centreX);
      const v = y + 0.5 - centreY;
      const across = cosine * u + sine * v;
      const along = cosine * v - sine * u;
      const cover = coverage(across / width, along / size, outline, size);
      if (cover <= 0) continue;
      const shade = pattern.strength * wave(pattern.x * across + pattern.y * along + phase) + 0.012 * along;
      const at = 3 * (y * SIDE + x);
      canvas[at]! += cover * (red + shade - canvas[at]!);
      canvas[at + 1]! += cover * (green + shade - canvas[at + 1]!);
      canvas[at + 2]! += cover * (blue + shade - canvas[at + 2]!);
    }
  }
}

/** How much of the pixel at (x, y), in units of the size, lies inside the outline, 0 to 1. */
function coverage(x: number, y: number, outline: Float64Array, size: number): number {
  const distance = Math.sqrt(x * x + y * y);
  if (distance < 0.2) return 1;
  const cosine = x / distance;
  const sine = y / distance;
  let radius = 1;
  let ck = 1;
  let sk = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const next = ck * cosine - sk * sine;
    sk = sk * cosine + ck * sine;
    ck = next;
    radius += outline[i]! * ck + outline[i + 1]! * sk;
  }
  const inside = (Math.max(0.25, radius) - distance) * size + 0.5;
  return inside < 0 ? 0 : inside > 1 ? 1 : inside;
}

/** Adds the noise of a camera and writes bytes. */
function write(random: SampleRandom, target: Uint8Array, offset: number): void {
  const grain = random.between(0.01, 0.07) / 127.5;
  for (let i = 0; i < 3 * PIXELS; i += 4) {
    let word = random.uint32();
    for (let j = i; j < i + 4; j++, word >>>= 8) {
      const value = (canvas[j]! + grain * ((word & 0xff) - 127.5)) * 256;
      target[offset + j] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** A triangle wave of period 1 between -1 and 1. */
function wave(t: number): number {
  return 4 * Math.abs(t - Math.floor(t) - 0.5) - 1;
}
