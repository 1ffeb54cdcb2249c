/** Linear regression: one dense layer over a flattened input. */

import type * as tf from "@tensorflow/tfjs";
import { checkKnownOptions } from "@tarea/core";
import { mlp, type MlpOptions } from "./mlp.js";

/** `classes` is the number of outputs, at least 1. */
export type LinearOptions = Pick<MlpOptions, "inputShape" | "classes" | "seed" | "name" | "l1" | "l2" | "kernelInitializer">;

/**
 * Builds a linear model, `[B, ...inputShape]` float32 -> `[B, classes]` numbers. The caller disposes it.
 *
 * @throws TareaError for bad options.
 * @example
 * const model = linear({ inputShape: [13], classes: 1, l2: 1e-4 });
 */
export function linear(options: LinearOptions): tf.LayersModel {
  const known = ["inputShape", "classes", "seed", "name", "l1", "l2", "kernelInitializer"];
  checkKnownOptions("linear", options, known);
  return mlp({ name: "linear", ...options, units: [], output: "linear" });
}
