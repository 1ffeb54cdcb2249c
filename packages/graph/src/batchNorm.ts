/** Batch normalization as TensorFlow's one operation forward and one back, for the step that is traced. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend, type TFEOpAttr } from "@tarea/engine/native";
import type { LayerCall } from "./layerCalls.js";
import { moveTowards, normalizesLastAxis, plainBatchNorm, type BatchNormLayer } from "./plainBatchNorm.js";

/**
 * The training pass of a batch normalization over the last axis, moving averages included; for other axes and for frozen layers that of
 * `plainBatchNorm`. `FusedBatchNormV3` gives the variance over N - 1; Keras's moving average takes the one over N.
 */
export function fusedBatchNorm(layer: tf.layers.Layer): LayerCall | undefined {
  const { momentum, epsilon } = layer.getConfig() as { momentum: number; epsilon: number };
  const { trainable, gamma, beta, movingMean, movingVariance } = layer as unknown as BatchNormLayer;
  if (!trainable || !normalizesLastAxis(layer)) return plainBatchNorm(layer);
  return (x) => {
    const channels = x.shape.at(-1)!;
    const count = x.size / channels;
    const scale = gamma?.read() ?? tf.ones([channels]);
    const offset = beta?.read() ?? tf.zeros([channels]);
    let statistics: tf.Tensor[] = [];
    const normalize = tf.customGrad((...args: unknown[]) => {
      const [flat, factor, shift, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const outputs = forward(flat, factor, shift, epsilon);
      statistics = outputs.slice(1, 3).map((output) => tf.keep(output));
      save([flat, factor, ...outputs.slice(3)]);
      return { value: outputs[0]!, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy, saved, epsilon) };
    });
    const y = normalize(tf.reshape(x, [count, 1, 1, channels]), scale, offset);
    const [mean, variance] = statistics as [tf.Tensor, tf.Tensor];
    moveTowards(movingMean, mean, 1 - momentum);
    moveTowards(movingVariance, tf.mul(variance, Math.max(count - 1, 1) / count), 1 - momentum);
    tf.dispose(statistics);
    return tf.reshape(y, x.shape);
  };
}

/** y, batch mean, batch variance over N - 1, and three tensors for the gradient. */
function forward(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor[] {
  const none = tf.tensor1d([]);
  const factor = { name: "exponential_avg_factor", type: nativeBinding().TF_ATTR_FLOAT, value: 1 };
  return backend().executeMultipleOutputs(
    "FusedBatchNormV3",
    [...attributes(epsilon), factor],
    [x, scale, offset, none, none],
    6,
  );
}

/** The gradients of x, scale and offset. */
function backward(dy: tf.Tensor, [x, scale, ...reserved]: tf.Tensor[], epsilon: number): tf.Tensor[] {
  return backend()
    .executeMultipleOutputs("FusedBatchNormGradV3", attributes(epsilon), [dy, x!, scale!, ...reserved], 5)
    .slice(0, 3);
}

function attributes(epsilon: number): TFEOpAttr[] {
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL, TF_FLOAT } = nativeBinding();
  return [
    { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "U", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "epsilon", type: TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: TF_ATTR_BOOL, value: true },
  ];
}

function backend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}
