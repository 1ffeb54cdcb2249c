/** TensorFlow's fused cross-entropy on logits with its own gradient, for what is traced. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";
import { plainLossSum, type Loss, type LossSum } from "./losses.js";

/** `plainLossSum` in as few operations as TensorFlow has for it. */
export function fusedLossSum(loss: Loss): LossSum {
  return loss.name === "categoricalCrossentropy" ? fusedCrossentropySum : plainLossSum(loss);
}

/** The loss of each sample in as few operations as TensorFlow has for it, without a gradient. */
export function fusedLosses(loss: Loss, outputs: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  return loss.name === "categoricalCrossentropy" ? fusedCrossentropies(outputs, labels)[0] : loss.losses(outputs, labels);
}

/** -log softmax(logits)[label] of each sample, and its gradient; `[B, K]`, `[B]` -> `[B]` and `[B, K]`. */
function fusedCrossentropies(logits: tf.Tensor, labels: tf.Tensor): [losses: tf.Tensor1D, gradient: tf.Tensor2D] {
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = nativeBinding();
  const attributes = [
    { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "Tlabels", type: TF_ATTR_TYPE, value: TF_INT32 },
  ];
  const backend = tf.backend() as unknown as NodeBackend;
  return backend.executeMultipleOutputs("SparseSoftmaxCrossEntropyWithLogits", attributes, [logits, labels], 2) as [
    tf.Tensor1D,
    tf.Tensor2D,
  ];
}

function fusedCrossentropySum(logits: tf.Tensor, labels: tf.Tensor, weights?: tf.Tensor1D): tf.Scalar {
  const operation = tf.customGrad((x: unknown, save: unknown) => {
    const [losses, gradient] = fusedCrossentropies(x as tf.Tensor2D, labels);
    (save as tf.GradSaveFunc)([gradient]);
    const value = tf.sum(weights === undefined ? losses : tf.mul(losses, weights));
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
      tf.mul(saved!, weights === undefined ? dy : tf.mul(tf.expandDims(weights, 1), dy));
    return { value, gradFunc };
  });
  return operation(logits) as tf.Scalar;
}
