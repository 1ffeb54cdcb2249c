/** A model's weights as a safetensors file, and back. */

import type * as tf from "@tensorflow/tfjs";
import { checkKnownOptions } from "@tarea/core";
import { checkModel } from "../arguments.js";
import type { FileLimits } from "./fileError.js";
import { readWeights, writeWeights } from "./modelWeights.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/**
 * The bytes of a safetensors file with every weight of `model` as float32, called as in TF.js's files: `dense1/kernel`.
 *
 * @param options `metadata`: texts to keep in the header.
 * @throws TareaError when two weights have one name.
 * @example
 * await writeFile("model.safetensors", saveSafetensors(model, { metadata: { seed: "1" } }));
 */
export function saveSafetensors(
  model: tf.LayersModel,
  options: { metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  checkModel("saveSafetensors", model);
  checkKnownOptions("saveSafetensors", options, ["metadata"]);
  return encodeSafetensors(readWeights(model), options.metadata);
}

/**
 * Sets the weights of `model` from the bytes of a safetensors file, all or none; gives the file's metadata.
 *
 * @throws TareaError for damaged files, and for weights of another architecture: it names the tensor and both shapes.
 */
export function loadSafetensors(model: tf.LayersModel, bytes: Uint8Array, limits: FileLimits = {}): Record<string, string> {
  checkModel("loadSafetensors", model);
  const { tensors, metadata } = decodeSafetensors(bytes, limits);
  writeWeights(model, tensors, "loadSafetensors");
  return metadata;
}
