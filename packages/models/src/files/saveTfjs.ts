/** A model in TensorFlow.js's layers format: `model.json` and one file of weights. */

import * as tf from "@tensorflow/tfjs";
import { checkKnownOptions } from "@tarea/core";
import { checkModel } from "../arguments.js";

export interface TfjsFiles {
  "model.json": Uint8Array;
  "weights.bin": Uint8Array;
}

/**
 * The files of a model as stock TensorFlow.js writes and loads them.
 *
 * @param options `includeOptimizer`: whether the optimizer of a compiled model goes with it; default false.
 * @example
 * for (const [path, bytes] of Object.entries(await saveTfjs(model))) await writeFile(join(folder, path), bytes);
 */
export async function saveTfjs(model: tf.LayersModel, options: { includeOptimizer?: boolean } = {}): Promise<TfjsFiles> {
  checkModel("saveTfjs", model);
  checkKnownOptions("saveTfjs", options, ["includeOptimizer"]);
  let files!: TfjsFiles;
  const handler = tf.io.withSaveHandler(async ({ weightData, weightSpecs, ...topology }) => {
    const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
    const manifest = { ...topology, weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }] };
    files = { "model.json": new TextEncoder().encode(JSON.stringify(manifest)), "weights.bin": weights };
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  await model.save(handler, { includeOptimizer: options.includeOptimizer === true });
  return files;
}
