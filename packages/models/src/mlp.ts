/** Multilayer perceptron: dense layers over a flattened input, class probabilities out. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, TareaError } from "@tarea/core";
import { seedWeights } from "./initializers.js";

export const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "linear"] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export interface MlpOptions {
  /** Shape of one sample, for example `[784]` or `[28, 28, 1]`; more than one axis adds a flatten layer. */
  inputShape: readonly number[];
  /** Number of classes, at least 2; the output is `[B, classes]` probabilities. */
  classes: number;
  /** Units of each hidden layer, in order; may be empty (logistic regression). Default `MLP_DEFAULTS.units`. */
  units?: readonly number[];
  /** Activation of the hidden layers. Default `MLP_DEFAULTS.activation`. */
  activation?: ActivationName;
  /** Rate of the dropout before every dense layer, from 0 (none) to below 1. Default `MLP_DEFAULTS.dropout`. */
  dropout?: number;
  /** Initializer of the kernels; biases begin at zero. Default `MLP_DEFAULTS.kernelInitializer`, as in Keras. */
  kernelInitializer?: "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal";
  /** Seed of the initial weights. Default `MLP_DEFAULTS.seed`. */
  seed?: number;
  /** Name of the model. Default `MLP_DEFAULTS.name`. */
  name?: string;
}

export const MLP_DEFAULTS = {
  units: [128],
  activation: "relu",
  dropout: 0,
  kernelInitializer: "glorotUniform",
  seed: 0,
  name: "mlp",
} as const satisfies Partial<MlpOptions>;

/**
 * Builds a standard `tf.LayersModel`, `[B, ...inputShape]` float32 -> `[B, classes]` probabilities. The softmax is a
 * layer of its own, so that training can work on the logits; stock TF.js saves, loads and runs the model. The caller
 * disposes it.
 *
 * @throws TareaError for sizes that are not positive integers, rates outside [0, 1), unknown options.
 * @example
 * const model = mlp({ inputShape: [784], classes: 10, units: [128, 64] });
 */
export function mlp(options: MlpOptions): tf.LayersModel {
  const { inputShape, classes, units, activation, dropout, kernelInitializer, seed, name } = checkMlpOptions(options);
  const input = tf.input({ shape: [...inputShape], name: "input" });
  let x = input;
  if (inputShape.length > 1) x = tf.layers.flatten({ name: "flatten" }).apply(x) as tf.SymbolicTensor; // [B, ...] -> [B, D]
  for (const [i, width] of [...units, classes].entries()) {
    const isOutput = i === units.length;
    if (dropout > 0) x = tf.layers.dropout({ rate: dropout, name: `dropout${i + 1}` }).apply(x) as tf.SymbolicTensor;
    const dense = tf.layers.dense({
      units: width,
      activation: isOutput ? "linear" : activation,
      kernelInitializer,
      biasInitializer: "zeros",
      name: isOutput ? "logits" : `dense${i + 1}`,
    });
    x = dense.apply(x) as tf.SymbolicTensor; // [B, D] -> [B, U]
  }
  const output = tf.layers.activation({ activation: "softmax", name: "probabilities" }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output, name });
  seedWeights(model, seed);
  return model;
}

function checkMlpOptions(options: MlpOptions): Required<MlpOptions> {
  checkKnownOptions("mlp", options, ["inputShape", "classes", ...Object.keys(MLP_DEFAULTS)]);
  const complete = { ...MLP_DEFAULTS, ...options };
  checkShape("mlp", complete.inputShape);
  checkInteger("mlp", "classes", complete.classes, { min: 2 });
  for (const [i, width] of complete.units.entries()) checkInteger("mlp", `units[${i}]`, width);
  checkOneOf("mlp", "activation", complete.activation, ACTIVATIONS);
  checkNumber("mlp", "dropout", complete.dropout, { min: 0, max: 1, exclusiveMax: true });
  checkInteger("mlp", "seed", complete.seed, { min: 0 });
  return complete;
}

function checkShape(where: string, shape: readonly number[]): void {
  if (!Array.isArray(shape) || shape.length === 0) {
    throw new TareaError({
      code: "option",
      where,
      problem: "inputShape must be a list of at least one size",
      received: String(shape),
    });
  }
  for (const [i, length] of shape.entries()) checkInteger(where, `inputShape[${i}]`, length);
}
