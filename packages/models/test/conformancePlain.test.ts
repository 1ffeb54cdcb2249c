import { useEngine } from "@tarea/engine";
import { test } from "vitest";
import { PRESETS, vgg } from "../src/index.js";
import { expectBatchNormalization } from "./support/batchNormalization.js";
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

/**
 * Small inputs, and for the largest fewer weights or samples, where plain JavaScript takes too long for a test that runs each time.
 * At full size on one core c10a takes one minute, c10b a quarter of an hour and d3 half a minute, for one step with saving and loading.
 */
const SMALLER: Record<string, ConformanceOptions> = {
  "c2-mse": { steps: 4 },
  c3: { steps: 1 },
  "c3-dropout": { steps: 1 },
  "c3-batch-norm": { steps: 1 },
  c4a: { steps: 1 },
  c4b: { steps: 1 },
  c7: { inputShape: [8, 8, 1], steps: 1 },
  "c8-conv": { inputShape: [8, 8, 1], steps: 1 },
  "c9-conv": { inputShape: [8, 8, 1], steps: 1 },
  c10a: { inputShape: [20, 20, 3], samples: 2, steps: 1 },
  c10b: { inputShape: [10, 10, 3], build: (options) => vgg({ ...options, blocks: NARROW, units: [16, 16, 16] }) },
  d3: { inputShape: [5, 5, 3] },
};

test.each(PRESETS.map(({ id }) => id))(
  "%s builds, trains, saves, loads and leaves nothing behind in plain JavaScript",
  { timeout: 120_000 },
  (id) => expectConformance(id, { steps: 2, ...SMALLER[id] }),
);

test("batch normalization trains as TensorFlow.js's own, and moves nothing while it is frozen", () => {
  expectBatchNormalization(1e-5);
});
