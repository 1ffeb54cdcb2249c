/** Points whose labels a formula gives. */

import type { Samples } from "../dataset.js";
import { cosine, sine } from "./portableMath.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";

type Part = "train" | "test";

/** The first four samples of a part are the four corners; further ones, if asked for, scatter around them by up to 0.2. */
export function drawXor(part: Part, count: number, seed: number): Samples {
  return drawPoints(`xor/${part}`, count, seed, (random, i) => {
    const [a, b] = [i & 1, (i >> 1) & 1];
    const spread = i < 4 ? 0 : 0.2;
    return { x: a + random.between(-spread, spread), y: b + random.between(-spread, spread), label: a ^ b };
  });
}

/** Shapes: inputs float32 `[count, 1]`, labels float32 `[count]`. */
export function drawLogisticMap(part: Part, count: number, seed: number): Samples {
  const randomFor = sampleRandoms(seed, `logistic_map/${part}`);
  const inputs = Float32Array.from({ length: count }, (_, i) => randomFor(i).unit());
  return {
    inputs: { dtype: "float32", shape: [count, 1], data: inputs },
    labels: { dtype: "float32", shape: [count], data: inputs.map((x) => 4 * x * (1 - x)) },
  };
}

const BLOB_CENTRES = [
  [-1, -0.6],
  [1, -0.6],
  [0, 1.1],
] as const;

export function drawBlobs(part: Part, count: number, seed: number): Samples {
  return drawPoints(`blobs/${part}`, count, seed, (random, i) => {
    const label = i % BLOB_CENTRES.length;
    const [x, y] = BLOB_CENTRES[label]!;
    return { x: x + 0.5 * random.bell(), y: y + 0.5 * random.bell(), label };
  });
}

export function drawMoons(part: Part, count: number, seed: number): Samples {
  return drawPoints(`moons/${part}`, count, seed, (random, i) => {
    const label = i % 2;
    const angle = random.between(0, Math.PI);
    const [x, y] = label === 0 ? [cosine(angle), sine(angle)] : [1 - cosine(angle), 0.5 - sine(angle)];
    return { x: x + 0.1 * random.bell(), y: y + 0.1 * random.bell(), label };
  });
}

export function drawSpirals(part: Part, count: number, seed: number): Samples {
  return drawPoints(`spirals/${part}`, count, seed, (random, i) => {
    const label = i % 2;
    // The square root puts as many points on the outer turns, by length, as on the inner ones.
    const t = Math.sqrt(random.between(0.02, 1));
    const angle = 3 * Math.PI * t + label * Math.PI;
    return { x: t * cosine(angle) + 0.02 * random.bell(), y: t * sine(angle) + 0.02 * random.bell(), label };
  });
}

type Point = { x: number; y: number; label: number };

/** Shapes: inputs float32 `[count, 2]`, labels uint8 `[count]`. */
function drawPoints(name: string, count: number, seed: number, draw: (random: SampleRandom, i: number) => Point): Samples {
  const randomFor = sampleRandoms(seed, name);
  const inputs = new Float32Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const { x, y, label } = draw(randomFor(i), i);
    inputs[2 * i] = x;
    inputs[2 * i + 1] = y;
    labels[i] = label;
  }
  return {
    inputs: { dtype: "float32", shape: [count, 2], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}
