import { useEngine } from "@tarea/engine";
import { test } from "vitest";
import { embeddingConv1d, embeddingDense, PRESETS, vgg } from "../src/index.js";
import { expectConformance, type ConformanceOptions } from "./support/conformance.js";

await useEngine({ prefer: "cpu" });

/** As many convolutions as in the preset, with fewer filters. */
const NARROW = [
  [4, 4],
  [4, 4],
  [4, 4, 4],
  [4, 4, 4],
  [4, 4, 4],
];

/** Small inputs, and for the largest fewer weights or samples: plain JavaScript needs minutes for the presets' own. */
const SMALLER: Record<string, ConformanceOptions> = {
  "c2-mse": { steps: 4 },
  c3: { steps: 1 },
  "c3-dropout": { steps: 1 },
  "c3-batch-norm": { steps: 1 },
  c4a: { inputShape: [12], vocabulary: 50, build: (options) => embeddingDense({ ...options, vocabulary: 50 }) },
  c4b: { inputShape: [12], vocabulary: 50, build: (options) => embeddingConv1d({ ...options, vocabulary: 50 }) },
  c7: { inputShape: [8, 8, 1], steps: 1 },
  "c8-conv": { inputShape: [8, 8, 1], steps: 1 },
  "c9-conv": { inputShape: [8, 8, 1], steps: 1 },
  c10a: { inputShape: [20, 20, 3], samples: 2, steps: 1 },
  c10b: { inputShape: [10, 10, 3], build: (options) => vgg({ ...options, blocks: NARROW, units: [16, 16, 16] }) },
  d1: { inputShape: [12, 12, 1] },
  d2: { inputShape: [12, 12, 1] },
  d3: { inputShape: [5, 5, 3] },
  d4: { inputShape: [16, 16, 3], steps: 2 },
};

test.each(PRESETS.map(({ id }) => id))(
  "%s builds, trains, saves, loads and leaves nothing behind in plain JavaScript",
  { timeout: 120_000 },
  (id) => expectConformance(id, { steps: 2, ...SMALLER[id] }),
);
