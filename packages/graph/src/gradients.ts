/** Gradients that native TensorFlow has as one operation, in place of TensorFlow.js's compositions, while a step is traced. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";

/** Runs `task` with TensorFlow's own gradients of the activations. */
export function withNativeGradients<T>(task: () => T): T {
  const before = GRADIENTS.map(({ kernelName }) => tf.getGradient(kernelName));
  GRADIENTS.forEach(replaceGradient);
  try {
    return task();
  } finally {
    before.forEach(replaceGradient);
  }
}

function replaceGradient(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/** Each works from the activation's output y, so that forward pass and activation can be fused. */
const GRADIENTS: tf.GradConfig[] = [
  fromOutput("Relu", (dy, y) => execute("ReluGrad", [dy, y])),
  fromOutput("Relu6", (dy, y) => execute("Relu6Grad", [dy, y])),
  fromOutput("Sigmoid", (dy, y) => execute("SigmoidGrad", [y, dy])),
  fromOutput("Tanh", (dy, y) => execute("TanhGrad", [y, dy])),
];

function fromOutput(kernelName: string, gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return { kernelName, outputsToSave: [true], gradFunc: (dy, [y]) => ({ x: () => gradient(dy as tf.Tensor, y!) }) };
}

function execute(op: string, inputs: tf.Tensor[]): tf.Tensor {
  const { TF_ATTR_TYPE, TF_FLOAT } = nativeBinding();
  return (tf.backend() as unknown as NodeBackend).executeSingleOutput(
    op,
    [{ name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT }],
    inputs,
  );
}
