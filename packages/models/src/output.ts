/** How a model ends: a dense layer, and the function that makes probabilities or predictions of it as a layer of its own. */

import * as tf from "@tensorflow/tfjs";
import { checkOneOf, TareaError } from "@tarea/core";
import { connect, dense, type KernelInitializer } from "./layers.js";

/**
 * `softmax`: probabilities `[B, classes]`. `sigmoid`: the probability of class 1, `[B, 1]`, for 2 classes. `linear`: `[B, classes]`
 * numbers as they come.
 */
export const OUTPUTS = ["softmax", "sigmoid", "linear"] as const;
export type OutputName = (typeof OUTPUTS)[number];

interface OutputOptions {
  where: string;
  classes: number;
  /** Default `softmax`. */
  output?: OutputName;
  kernelInitializer?: KernelInitializer;
  l1?: number;
  l2?: number;
}

/** `[B, D]` -> `[B, classes]`. Training works on what goes into the last layer. */
export function addOutput(
  x: tf.SymbolicTensor,
  { where, classes, output = "softmax", ...options }: OutputOptions,
): tf.SymbolicTensor {
  const units = output === "sigmoid" ? 1 : classes;
  return connect(where, x, [dense({ name: "logits", units, ...options }), outputLayer(output)]);
}

/** The last layer: `probabilities`, or `predictions` where they are none. */
export function outputLayer(output: OutputName): tf.layers.Layer {
  return tf.layers.activation({ activation: output, name: output === "linear" ? "predictions" : "probabilities" });
}

/** @throws TareaError for unknown outputs, and for a sigmoid over other than 2 classes. */
export function checkOutput(where: string, output: OutputName, classes: number): void {
  checkOneOf(where, "output", output, OUTPUTS);
  if (output !== "sigmoid" || classes === 2) return;
  throw new TareaError({
    code: "option",
    where,
    problem: "a sigmoid output tells 2 classes apart",
    received: `${classes} classes`,
    hint: 'Take output "softmax".',
  });
}

/** The output that tells `classes` classes apart: a sigmoid for 2, else a softmax. */
export function outputFor(classes: number): OutputName {
  return classes === 2 ? "sigmoid" : "softmax";
}
