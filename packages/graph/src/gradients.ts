/** Gradients that native TensorFlow has as one operation, in place of TensorFlow.js's compositions, while a step is traced. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";
import { nameOf, type GraphNode } from "./graph.js";
import type { Recorder } from "./recorder.js";

/** Runs `task` with TensorFlow's own gradients of the activations. */
export function withNativeGradients<T>(task: () => T): T {
  const changed = [...GRADIENTS, ...rectifiedPooling(tf.getGradient("MaxPool"))];
  const before = changed.map(({ kernelName }) => tf.getGradient(kernelName));
  changed.forEach(replaceGradient);
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
  fromOutput("Relu6", (dy, y) => execute("Relu6Grad", [dy, y])),
  fromOutput("Sigmoid", (dy, y) => execute("SigmoidGrad", [y, dy])),
  fromOutput("Tanh", (dy, y) => execute("TanhGrad", [y, dy])),
];

/**
 * Gradients of a maximum pool and of the rectifier before it: the pool's output is 0 just where nothing passes, so the mask is applied
 * there, where there are fewer values, and not once more behind the pool. The numbers are the same.
 */
function rectifiedPooling(pool: tf.GradConfig): tf.GradConfig[] {
  const recording = () => (tf.backend() as unknown as Recorder).recording!;
  const masked = new Map<GraphNode, string>();
  return [
    {
      ...pool,
      gradFunc: (dy, saved, attributes) => {
        const [x, y] = saved as [tf.Tensor, tf.Tensor];
        const source = recording().outputOf(x);
        if (source?.node.op !== "Relu") return pool.gradFunc(dy, saved, attributes);
        const gradient = pool.gradFunc(execute("ReluGrad", [dy as tf.Tensor, y]), saved, attributes)["x"]!();
        masked.set(recording().use(gradient).node, nameOf(source));
        return { x: () => gradient };
      },
    },
    fromOutput("Relu", (dy, y) => {
      const mask = masked.get(recording().use(dy).node);
      return mask !== undefined && mask === nameOf(recording().use(y)) ? tf.clone(dy) : execute("ReluGrad", [dy, y]);
    }),
  ];
}

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
