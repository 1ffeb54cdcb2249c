/** TensorFlow's fused cross-entropy on logits with its own gradient, for the step that is traced. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";

/** -log softmax(logits)[label] of each sample, and its gradient; `[B, K]`, `[B]` -> `[B]` and `[B, K]`. */
export function fusedCrossentropies(logits: tf.Tensor2D, labels: tf.Tensor1D): [losses: tf.Tensor1D, gradient: tf.Tensor2D] {
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

/** The twin of `plainCrossentropySum` in one operation, forward and back. */
export function fusedCrossentropySum(logits: tf.Tensor2D, labels: tf.Tensor1D, weights?: tf.Tensor1D): tf.Scalar {
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
