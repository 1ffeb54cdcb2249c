/** Twins of tables: columns that hang together through a few hidden quantities, which also decide the label. */

import type { Samples } from "../dataset.js";
import { exponential } from "./portableMath.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";

/** How a column comes out of the hidden quantities h: mean + spread * z, where z = loads * h + what is left of variance 1 as noise. */
export interface ColumnRecipe {
  mean: number;
  spread: number;
  loads: readonly number[];
  /** `exponential`: e to the power of the value. */
  shape?: "linear" | "exponential";
  /** Ids by size: the id of the first entry whose limit is above the value. */
  steps?: readonly (readonly [limit: number, id: number])[];
  min?: number;
  max?: number;
  /** Decimal places, 0 to 6; default 6. */
  digits?: number;
  /** Probability that the value is missing, and what stands for it. */
  missing?: { probability: number; as: number };
}

export interface TableRecipe {
  /** Name of the random stream. */
  stream: string;
  count: number;
  seed: number;
  recipes: readonly ColumnRecipe[];
  /** The label of a row from its hidden quantities and a number of standard deviation 1. */
  target: (hidden: readonly number[], noise: number) => number;
  /** Type of the labels; default float32. */
  labels?: "float32" | "uint8";
}

/** Shapes: inputs float32 `[count, columns]`, labels `[count]`. */
export function drawTable({ stream, count, seed, recipes, target, labels = "float32" }: TableRecipe): Samples {
  const randomFor = sampleRandoms(seed, stream);
  const factors = Math.max(...recipes.map(({ loads }) => loads.length));
  const inputs = new Float32Array(count * recipes.length);
  const targets = labels === "uint8" ? new Uint8Array(count) : new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const random = randomFor(row);
    const hidden = Array.from({ length: factors }, () => random.bell());
    targets[row] = target(hidden, random.bell());
    for (const [column, recipe] of recipes.entries()) inputs[row * recipes.length + column] = drawValue(random, recipe, hidden);
  }
  return {
    inputs: { dtype: "float32", shape: [count, recipes.length], data: inputs },
    labels: { dtype: labels, shape: [count], data: targets },
  };
}

function drawValue(random: SampleRandom, recipe: ColumnRecipe, hidden: readonly number[]): number {
  const { mean, spread, loads, shape = "linear", min = -Infinity, max = Infinity, digits = 6, missing, steps } = recipe;
  const left = Math.sqrt(Math.max(0, 1 - loads.reduce((sum, load) => sum + load * load, 0)));
  const z = loads.reduce((sum, load, i) => sum + load * hidden[i]!, left * random.bell());
  const value = mean + spread * z;
  const isMissing = missing !== undefined && random.chance(missing.probability);
  if (isMissing) return missing.as;
  if (steps !== undefined) return steps.find(([limit]) => value < limit)![1];
  const scale = POWERS_OF_TEN[digits]!;
  return Math.round(scale * Math.min(max, Math.max(min, shape === "exponential" ? exponential(value) : value))) / scale;
}

const POWERS_OF_TEN = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
