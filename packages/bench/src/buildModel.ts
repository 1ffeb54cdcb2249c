/** A benchmarked model as a TensorFlow.js layers model. */

import type { TensorFlowJs } from "@tarea/engine";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import type { BenchModel, LayerSpec } from "./benchModel.js";

/** `[B, ...inputShape]` -> probabilities for cross-entropies, else the last layer's output. */
export function buildModel(tf: TensorFlowJs, { name, inputShape, layers: specs, loss }: BenchModel): LayersModel {
  const input = tf.input({ shape: [...inputShape] });
  const named = new Map([["input", input]]);
  let x = input;
  for (const spec of specs) {
    if (spec.type === "concatenate") {
      x = tf.layers.concatenate().apply([x, named.get(spec.with)!]) as SymbolicTensor;
      continue;
    }
    x = buildLayer(tf, spec).apply(x) as SymbolicTensor;
    if (spec.type === "flatten" && spec.name !== undefined) named.set(spec.name, x);
  }
  const activation = { categoricalCrossentropy: "softmax", binaryCrossentropy: "sigmoid", meanSquaredError: "linear" } as const;
  const output = tf.layers.activation({ activation: activation[loss] }).apply(x) as SymbolicTensor;
  return tf.model({ name, inputs: input, outputs: output });
}

function buildLayer(tf: TensorFlowJs, spec: Exclude<LayerSpec, { type: "concatenate" }>): layers.Layer {
  const kernelInitializer = "glorotUniform";
  switch (spec.type) {
    case "dense":
      return tf.layers.dense({ units: spec.units, activation: spec.activation ?? "linear", kernelInitializer });
    case "conv2d": {
      const { filters, size: kernelSize, strides = 1, padding = "valid", activation = "linear" } = spec;
      return tf.layers.conv2d({ filters, kernelSize, strides, padding, activation, kernelInitializer });
    }
    case "conv1d": {
      const { filters, size: kernelSize, activation = "linear" } = spec;
      return tf.layers.conv1d({ filters, kernelSize, padding: "same", activation, kernelInitializer });
    }
    case "maxPool2d":
      return tf.layers.maxPooling2d({ poolSize: spec.size, strides: spec.strides ?? spec.size });
    case "maxPool1d":
      return tf.layers.maxPooling1d({ poolSize: spec.size });
    case "upSample2d":
      return tf.layers.upSampling2d({ size: [spec.size, spec.size] });
    case "embedding":
      return tf.layers.embedding({ inputDim: spec.vocabulary, outputDim: spec.units, embeddingsInitializer: "randomUniform" });
    case "batchNorm":
      return tf.layers.batchNormalization({ momentum: 0.99, epsilon: 1e-3 });
    case "dropout":
      return tf.layers.dropout({ rate: spec.rate });
    case "flatten":
      return tf.layers.flatten();
  }
}
