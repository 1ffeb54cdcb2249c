import { useEngine } from "@tarea/engine";
import { test } from "vitest";
import { expectConformance, type ConformanceOptions } from "./support/conformance.js";

await useEngine({ prefer: "cpu" });

/** One of each kind of layer, on few and small samples. */
const SMALL: Record<string, ConformanceOptions> = {
  m2: {},
  b: {},
  c1: {},
  "c2-xor-skip": {},
  c5: {},
  c6: {},
  c7: { inputShape: [8, 8, 1], samples: 8 },
  "c8-conv": { inputShape: [8, 8, 1], samples: 8 },
  d2: { inputShape: [14, 14, 1], samples: 8 },
  d4: { inputShape: [16, 16, 3], samples: 8 },
};

test.each(Object.keys(SMALL))("%s builds, trains, saves, loads and leaves nothing behind in plain JavaScript", (id) =>
  expectConformance(id, SMALL[id]),
);
