/** Exports a model as Keras saves its own, a `.keras` archive. */

import type * as tf from "@tensorflow/tfjs";
import { zipSync } from "fflate";
import { checkModel } from "../arguments.js";
import { encodeHdf5, type Hdf5Group } from "./encodeHdf5.js";
import { kerasConfigOf, type KerasConfig } from "./kerasConfig.js";
import { kerasGroups } from "./kerasWeights.js";

/** The version of Keras whose files are written, and by which they are checked. */
const KERAS_VERSION = "3.15.1";

const WHERE = "exportKeras";

/**
 * The bytes of a `.keras` file of `model`, which `keras.saving.load_model` of Keras 3 reads and `importKeras` too: layers with names
 * and options, regularizers and weights. Penalties on activities become layers `ActivityRegularization`; the optimizer
 * stays behind. In the model's name `_` stands for what Keras could not run.
 *
 * @throws TareaError for layers, activations and options that Keras has no counterpart of, which it names.
 * @example
 * await writeFile("model.keras", exportKeras(model));
 */
export function exportKeras(model: tf.LayersModel): Uint8Array {
  checkModel(WHERE, model);
  const { config, layers } = kerasConfigOf(WHERE, model);
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const files = {
    "metadata.json": text({ keras_version: KERAS_VERSION, date_saved: "1980-01-01@00:00:00" }),
    "config.json": text(config),
    "model.weights.h5": encodeHdf5(weightGroups(model, layers)),
  };
  // Stored as they are, as Keras does, and with the archive's earliest date, so that equal models give equal bytes.
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** Groups are class names with counters; each says which layer it is. */
function weightGroups(model: tf.LayersModel, layers: KerasConfig["layers"]): Hdf5Group {
  const names = kerasGroups(layers.map(({ className }) => className));
  const groups = layers.map(({ layer }, i): [string, Hdf5Group] => {
    // A dropout layer of TensorFlow.js has none, and Keras does not miss the state of its random numbers.
    const arrays = layer.weights.map((weight) => ({
      shape: weight.shape as number[],
      data: Float32Array.from(weight.read().dataSync()),
    }));
    const vars = { attributes: { name: layer.name }, members: new Map(arrays.map((array, j) => [String(j), array])) };
    return [names[i]!, { members: new Map([["vars", vars]]) }];
  });
  const ends: [string, Hdf5Group][] = [
    ["layers", { members: new Map(groups) }],
    ["vars", { attributes: { name: model.name }, members: new Map() }],
  ];
  return { members: new Map(ends) };
}
