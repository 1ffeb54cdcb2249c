import { useEngine } from "@tarea/engine";
import { compileTraining } from "@tarea/graph";
import { testKerasSteps } from "./support/kerasSteps.js";

await useEngine({ prefer: "cpu" });

testKerasSteps("in plain JavaScript", compileTraining);
