/**
 * Writes tarea.keras, which readTarea.py has Keras read, and what it is made of into tarea.json.
 *
 * node test-fixtures/keras/writeTarea.mjs, once the packages are built; then readTarea.py
 */

import { writeFileSync } from "node:fs";
import { useEngine } from "../../packages/engine/dist/index.js";
import { exportKeras, mlp } from "../../packages/models/dist/index.js";

await useEngine({ prefer: "cpu" });
const options = {
  inputShape: [2, 2],
  classes: 3,
  units: [{ units: 3, batchNorm: "beforeActivation", dropout: 0.5 }, 4],
  activation: "tanh",
  activityL1: 0.1,
  activityL2: 0.2,
  l1: 0.01,
  l2: 0.02,
  skip: true,
  kernelInitializer: "heNormal",
  seed: 5,
  name: "ñandú",
};
writeFileSync(new URL("tarea.keras", import.meta.url), exportKeras(mlp(options)));
writeFileSync(new URL("tarea.json", import.meta.url), `${JSON.stringify({ options })}\n`);
