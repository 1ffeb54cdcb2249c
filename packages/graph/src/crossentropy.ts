/** Fused cross-entropies on logits with their own gradients, for what is traced: TensorFlow's and those of kernels of our own. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";
import { plainSums, type Loss, type LossName, type SumLosses } from "./losses.js";
import { recordOperation } from "./recorder.js";

/** `plainSums` in as few operations as there are for it; `own`: on kernels of our own where they have the loss. */
export function fusedSums(loss: Loss, own: boolean): SumLosses {
  const operation = own && loss.classIds === (loss.name === "categoricalCrossentropy") ? OWN[loss.name] : undefined;
  if (operation !== undefined) return ownSums(operation, loss);
  if (loss.name !== "categoricalCrossentropy") return plainSums(loss);
  return (outputs, labels, weights) => ({
    loss: fusedCrossentropySum(outputs, labels, weights),
    hits: tf.sum(loss.hits(outputs, labels)),
  });
}

/** Operations of our own that give sums and gradient of a loss. */
const OWN: Partial<Record<LossName, string>> = {
  categoricalCrossentropy: "TareaCrossentropy",
  binaryCrossentropy: "TareaBinaryCrossentropy",
};

function ownSums(name: string, loss: Loss): SumLosses {
  return (outputs, labels, weights) => {
    let hits!: tf.Scalar;
    const operation = tf.customGrad((x: unknown, save: unknown) => {
      const shares = weights ?? tf.zeros([0]);
      const [sums, gradient] = recordOperation(name, {}, [x as tf.Tensor, labels, shares], [[2], outputs.shape]);
      (save as tf.GradSaveFunc)([gradient!]);
      const [value, right] = tf.unstack(sums!) as [tf.Scalar, tf.Scalar];
      hits = loss.scaleLabels ? tf.sum(loss.hits(outputs, labels)) : right;
      tf.keep(hits);
      return { value, gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(saved!, dy) };
    });
    const total = operation(outputs);
    return { loss: total, hits };
  };
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
