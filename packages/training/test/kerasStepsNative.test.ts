import { useEngine } from "@tarea/engine";
import { compileTraining, eagerTraining } from "@tarea/graph";
import { describe } from "vitest";
import { testKerasSteps } from "./support/kerasSteps.js";

const engine = await useEngine({ threads: 1 });
const isNative = engine.name === "tensorflow";

describe.skipIf(!isNative)(`native TensorFlow${isNative ? "" : ` (skipped: ${engine.reason})`}`, () => {
  testKerasSteps("of a compiled graph", compileTraining);
  testKerasSteps("one operation at a time", eagerTraining);
});
