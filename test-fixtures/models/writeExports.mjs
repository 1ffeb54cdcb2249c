/**
 * Writes every preset in every format that it exports to, with what it predicts, into a folder for checkExports.py to read.
 *
 * node test-fixtures/models/writeExports.mjs FOLDER [PRESET…], once the packages are built and the native engine is installed
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "../../packages/core/dist/index.js";
import { useEngine } from "../../packages/engine/dist/index.js";
import { exportSavedModel } from "../../packages/graph/dist/index.js";
import {
  createModel,
  exportKeras,
  exportOnnx,
  importKeras,
  PRESETS,
  saveSafetensors,
  saveTfjs,
} from "../../packages/models/dist/index.js";

const SAMPLES = 3;
const [folder, ...chosen] = process.argv.slice(2);
const { tf } = await useEngine({ prefer: "tensorflow" });

for (const { id, inputShape, architecture } of PRESETS) {
  if (chosen.length > 0 && !chosen.includes(id)) continue;
  const here = join(folder, id);
  mkdirSync(here, { recursive: true });
  const model = createModel(id, { seed: 3 });
  moveWeights(model);
  const stream = randomStream(1, "inputs");
  const isTokens = architecture.startsWith("embedding");
  const next = () => (isTokens ? stream.integer(10_000) : stream.uniform());
  const shape = [SAMPLES, ...inputShape];
  const inputs = tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, next), shape);
  const outputs = model.predict(inputs);
  const write = (name, bytes) => writeFileSync(join(here, name), bytes);
  write("inputs.bin", new Uint8Array(inputs.dataSync().slice().buffer));
  write("outputs.bin", new Uint8Array(outputs.dataSync().slice().buffer));
  write("golden.json", JSON.stringify({ inputShape: shape, outputShape: outputs.shape }));
  write("model.onnx", exportOnnx(model));
  write("model.keras", exportKeras(model));
  write("model.safetensors", saveSafetensors(model));
  for (const [name, bytes] of Object.entries(await saveTfjs(model))) write(name, bytes);
  rmSync(join(here, "savedmodel"), { recursive: true, force: true });
  exportSavedModel(model, join(here, "savedmodel"));
  const back = await importKeras(exportKeras(model));
  const same = model.weights.every((weight, i) => {
    const [before, after] = [weight, back.weights[i]].map((one) => Buffer.from(one.read().dataSync().buffer));
    return before.equals(after);
  });
  process.stdout.write(`${id}: ${same ? "equal bits after exportKeras and importKeras" : "ANOTHER MODEL after importKeras"}\n`);
  model.dispose();
  back.dispose();
  tf.dispose([inputs, outputs]);
}

/** Moving averages, scales and biases that are neither zero nor one. */
function moveWeights(model) {
  const stream = randomStream(1, "weights");
  for (const weight of model.weights) {
    if (/kernel|embeddings/.test(weight.originalName)) continue;
    const values = Float32Array.from({ length: weight.shape.reduce((a, b) => a * b, 1) }, () => 0.2 + 0.6 * stream.uniform());
    tf.tidy(() => void weight.write(tf.tensor(values, weight.shape)));
  }
}
