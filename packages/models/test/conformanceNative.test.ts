import { useEngine } from "@tarea/engine";
import { test } from "vitest";
import { PRESETS } from "../src/index.js";
import { expectBatchNormalization } from "./support/batchNormalization.js";
import { expectConformance, type ConformanceOptions } from "./support/conformance.js";

const engine = await useEngine();
const reason = engine.name === "tensorflow" ? "" : ` (skipped: ${engine.reason})`;

/** The largest take fewer steps. */
const FEWER: Record<string, ConformanceOptions> = {
  c10a: { steps: 2 },
  c10b: { steps: 1 },
  d3: { steps: 1, learningRate: 1e-4 },
};

test.skipIf(reason !== "").each(PRESETS.map(({ id }) => id))(
  `%s builds, trains, saves, loads and leaves nothing behind in TensorFlow${reason}`,
  { timeout: 120_000 },
  (id) => expectConformance(id, { tolerance: 1e-6, ...FEWER[id] }),
);

test.skipIf(reason !== "")(
  `batch normalization trains as TensorFlow.js's own, and moves nothing while it is frozen${reason}`,
  () => {
    expectBatchNormalization(1e-4);
  },
);
