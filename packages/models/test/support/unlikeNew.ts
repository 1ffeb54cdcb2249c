/** Gives a new model weights that tell errors: moving averages, scales and biases that are neither zero nor one. */

import * as tf from "@tensorflow/tfjs";
import { randomStream, sizeOf } from "@tarea/core";

/** Draws every weight but kernels and embeddings again, from 0.2 to 0.8. */
export function unlikeNew(model: tf.LayersModel): tf.LayersModel {
  const stream = randomStream(1, "weights");
  for (const weight of model.weights) {
    if (/kernel|embeddings/.test(weight.originalName)) continue;
    const shape = weight.shape as number[];
    const values = Float32Array.from({ length: sizeOf(shape) }, () => 0.2 + 0.6 * stream.uniform());
    tf.tidy(() => void weight.write(tf.tensor(values, shape)));
  }
  return model;
}
