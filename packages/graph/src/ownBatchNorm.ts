/** Batch normalization on a kernel of our own, which works out statistics and moving averages and normalizes in parts, side by side. */

import * as tf from "@tensorflow/tfjs";
import type { LayerCall } from "./layerCalls.js";
import { normalizesLastAxis, type BatchNormLayer } from "./plainBatchNorm.js";
import { recordOperation } from "./recorder.js";

/** The training pass of a batch normalization over the last axis; `undefined` for other axes and for frozen layers. */
export function ownBatchNorm(layer: tf.layers.Layer, parts: number): LayerCall | undefined {
  const { momentum, epsilon } = layer.getConfig() as { momentum: number; epsilon: number };
  const { trainable, gamma, beta, movingMean, movingVariance } = layer as unknown as BatchNormLayer;
  if (!trainable || !normalizesLastAxis(layer)) return undefined;
  const divided = { parts: { int: parts } };
  return (x) => {
    const channels = [x.shape.at(-1)!];
    const averages = [movingMean.read(), movingVariance.read()];
    let moved: tf.Tensor[] = [];
    const normalize = tf.customGrad((...args: unknown[]) => {
      const [values, scale, offset, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const [y, mean, inverse, ...newAverages] = recordOperation(
        "TareaBatchNorm",
        { epsilon: { float: epsilon }, momentum: { float: momentum }, ...divided },
        [values, scale, offset, ...averages],
        [x.shape, channels, channels, channels, channels],
      );
      moved = newAverages.map((average) => tf.keep(average));
      save([values, scale, mean!, inverse!]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
        recordOperation("TareaBatchNormGradient", divided, [dy, ...saved], [x.shape, channels, channels]);
      return { value: y!, gradFunc };
    });
    const y = normalize(x, gamma?.read() ?? tf.ones(channels), beta?.read() ?? tf.zeros(channels));
    movingMean.write(moved[0]!);
    movingVariance.write(moved[1]!);
    tf.dispose(moved);
    return y;
  };
}
