/** Writes a model into a run folder in TF.js's layers format, so that stock TF.js loads it. */

import type { RunWriter } from "@tarea/runs";
import * as tf from "@tensorflow/tfjs";

export async function saveModel(model: tf.LayersModel, writer: RunWriter): Promise<void> {
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { weightData, weightSpecs, ...topology } = artifacts;
      const weights = tf.io.CompositeArrayBuffer.join(weightData);
      await writer.writeFile("model/weights.bin", new Uint8Array(weights));
      const manifest = { ...topology, weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }] };
      await writer.writeFile("model/model.json", new TextEncoder().encode(JSON.stringify(manifest)));
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
}
