import { useEngine } from "@tarea/engine";
import { test } from "vitest";
import { PRESETS } from "../src/index.js";
import { expectBatchNormalization } from "./support/batchNormalization.js";
import { expectConformance, type ConformanceOptions } from "./support/conformance.js";

await useEngine({ prefer: "wasm" });

/** Smaller inputs for models that take long. */
const SMALLER: Record<string, ConformanceOptions> = {
  c10a: { inputShape: [20, 20, 3], steps: 2 },
  c10b: { inputShape: [10, 10, 3], steps: 2 },
  d3: { inputShape: [8, 8, 3] },
};

test.each(PRESETS.map(({ id }) => id))(
  "%s builds, trains, saves, loads and leaves nothing behind in WebAssembly",
  { timeout: 120_000 },
  (id) => expectConformance(id, SMALLER[id]),
);

test("batch normalization trains as TensorFlow.js's own, and moves nothing while it is frozen", () => {
  expectBatchNormalization(1e-5);
});
