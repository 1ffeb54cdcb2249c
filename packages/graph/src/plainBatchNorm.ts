/** Batch normalization from plain operations, where TensorFlow.js's own fails or differs from Keras's. */

import * as tf from "@tensorflow/tfjs";
import type { LayerCall } from "./layerCalls.js";

/** The members of TensorFlow.js's layer that decide what it computes. */
export interface BatchNormLayer {
  trainable: boolean;
  /** Not there without `scale`. */
  gamma?: tf.LayerVariable | null;
  /** Not there without `center`. */
  beta?: tf.LayerVariable | null;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/** Whether a batch normalization is over the last axis of its inputs. */
export function normalizesLastAxis(layer: tf.layers.Layer): boolean {
  const { axis } = layer.getConfig() as { axis: number };
  return axis === -1 || axis === (layer.getInputAt(0) as tf.SymbolicTensor).shape.length - 1;
}

/**
 * The training pass of a frozen layer, which neither looks at the batch nor moves its averages, and of one that lacks scale or center;
 * `undefined` for all others, which TensorFlow.js computes as Keras does.
 */
export function plainBatchNorm(layer: tf.layers.Layer): LayerCall | undefined {
  const { trainable, gamma, beta, movingMean, movingVariance } = layer as unknown as BatchNormLayer;
  if (trainable && gamma && beta) return undefined;
  const { axis, momentum, epsilon } = layer.getConfig() as { axis: number; momentum: number; epsilon: number };
  return (x) => {
    const channelAxis = axis < 0 ? x.rank + axis : axis;
    const along = (values: tf.Tensor) =>
      tf.reshape(
        values,
        x.shape.map((size, i) => (i === channelAxis ? size : 1)),
      );
    const { mean, variance } = trainable
      ? tf.moments(
          x,
          [...x.shape.keys()].filter((i) => i !== channelAxis),
        )
      : { mean: movingMean.read(), variance: movingVariance.read() };
    if (trainable) {
      moveTowards(movingMean, mean, 1 - momentum);
      moveTowards(movingVariance, variance, 1 - momentum);
    }
    const normal = tf.mul(tf.sub(x, along(mean)), tf.rsqrt(tf.add(along(variance), epsilon)));
    const scaled = gamma ? tf.mul(normal, along(gamma.read())) : normal;
    return beta ? tf.add(scaled, along(beta.read())) : scaled;
  };
}

/** Moves a moving average by `share` of the way to a new value. */
export function moveTowards(average: tf.LayerVariable, value: tf.Tensor, share: number): void {
  const old = average.read();
  average.write(tf.sub(old, tf.mul(tf.sub(old, value), share)));
}
