/** Gradient clipping, as in Keras: by value, by each gradient's norm or by the norm of all. */

import * as tf from "@tensorflow/tfjs";

export interface Clipping {
  /** Cuts every entry to [-clipValue, clipValue]. */
  clipValue?: number | undefined;
  /** Scales each gradient down to this norm. */
  clipNorm?: number | undefined;
  /** Scales all gradients down together to this norm. */
  globalClipNorm?: number | undefined;
}

export function isClipping({ clipValue, clipNorm, globalClipNorm }: Clipping): boolean {
  return [clipValue, clipNorm, globalClipNorm].some((limit) => limit !== undefined);
}

/** Applies what is asked for, in the order value, norm, global norm. */
export function clipGradients(gradients: tf.Tensor[], { clipValue, clipNorm, globalClipNorm }: Clipping): tf.Tensor[] {
  let clipped = gradients;
  if (clipValue !== undefined) clipped = clipped.map((gradient) => tf.clipByValue(gradient, -clipValue, clipValue));
  if (clipNorm !== undefined) clipped = clipped.map((gradient) => tf.mul(gradient, scaleFor([gradient], clipNorm)));
  if (globalClipNorm !== undefined) {
    const scale = scaleFor(clipped, globalClipNorm);
    clipped = clipped.map((gradient) => tf.mul(gradient, scale));
  }
  return clipped;
}

/** 1 while the norm of all entries together is below `limit`, else limit / norm. */
function scaleFor(gradients: tf.Tensor[], limit: number): tf.Scalar {
  const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  return tf.div<tf.Scalar>(limit, tf.maximum(norm, limit));
}
