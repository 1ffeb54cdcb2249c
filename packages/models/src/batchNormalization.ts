/**
 * Batch normalization as Keras computes it. TensorFlow.js's own goes on moving its averages while it is frozen, and cannot be trained
 * without scale or offset.
 */

import * as tf from "@tensorflow/tfjs";
import { normalizeBatch } from "./normalizeBatch.js";

type StockOptions = NonNullable<Parameters<typeof tf.layers.batchNormalization>[0]>;

/** What TensorFlow.js's layer has, whose class it does not give out. */
interface StockLayer extends tf.layers.Layer {
  gamma: tf.LayerVariable | undefined;
  beta: tf.LayerVariable | undefined;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
  momentum: number;
  epsilon: number;
  axis: number;
}

const Stock = tf.layers.batchNormalization({ name: "stock" }).constructor as new (options: StockOptions) => StockLayer;

/**
 * In training normalizes over the batch, in one operation on the native engine, and moves the averages; frozen (`trainable` false) and in
 * prediction it takes the averages as they are. In a file it is a stock `BatchNormalization`.
 */
export class BatchNormalization extends Stock {
  static readonly className = "BatchNormalization";

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const isLast = this.axis === -1 || this.axis === x.rank - 1;
    if (kwargs.training !== true || !this.trainable) return super.call(x, { training: false });
    if (!isLast) return super.call(x, kwargs);
    return tf.tidy(() => {
      const channels = x.shape.at(-1)!;
      const scale = this.gamma?.read() ?? tf.ones([channels]);
      const offset = this.beta?.read() ?? tf.zeros([channels]);
      const { y, mean, variance } = normalizeBatch(x, { scale, offset, epsilon: this.epsilon });
      moveTowards(this.movingMean, mean, this.momentum);
      moveTowards(this.movingVariance, variance, this.momentum);
      tf.dispose([mean, variance]);
      return y;
    });
  }
}

/** Makes stock layers of this kind in a loaded model, and in models inside it, layers of ours. */
export function adoptBatchNormalization(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers) {
    if (layer.constructor === Stock) Object.setPrototypeOf(layer, BatchNormalization.prototype);
    if ("layers" in layer) adoptBatchNormalization(layer.layers as tf.layers.Layer[]);
  }
}

function moveTowards(average: tf.LayerVariable, value: tf.Tensor, momentum: number): void {
  const old = average.read();
  average.write(tf.add(old, tf.mul(tf.sub(value, old), 1 - momentum)));
}
