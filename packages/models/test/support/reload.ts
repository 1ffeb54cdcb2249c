/** Saves a model and has stock TensorFlow.js load it. */

import * as tf from "@tensorflow/tfjs";

export async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved!: tf.io.ModelArtifacts;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return saved;
}

export async function reload(model: tf.LayersModel): Promise<tf.LayersModel> {
  const { modelTopology, ...weights } = await artifactsOf(model);
  return tf.loadLayersModel(tf.io.fromMemory({ ...weights, modelTopology: JSON.parse(JSON.stringify(modelTopology)) as object }));
}
