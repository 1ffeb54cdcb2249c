/** Multilayer perceptron: dense layers over a flattened input. */

import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkInteger, checkKnownOptions, checkList, checkNumber, checkOneOf } from "@tarea/core";
import { ActivityPenalty } from "./activityPenalty.js";
import { ACTIVATIONS, batchNorm, connect, dense, finishModel, flatten, type ActivationName } from "./layers.js";
import { checkModelOptions, checkRate, kernelOptions, KERNEL_DEFAULTS, type KernelModelOptions } from "./modelOptions.js";
import { addOutput, checkOutput, type OutputName } from "./output.js";
import { dropoutLayers } from "./seededDropout.js";

/** A hidden layer with more than units. */
export interface HiddenLayer {
  units: number;
  /** Where the layer normalizes over the batch, if at all. */
  batchNorm?: "beforeActivation" | "afterActivation";
  /** Rate of a dropout after the layer, from 0 (none) to below 1. */
  dropout?: number;
}

/** `inputShape` may have any number of axes; `classes` is the number of outputs, at least 1, with a linear output. */
export interface MlpOptions extends KernelModelOptions {
  /** Hidden layers in order, each its units or a `HiddenLayer`; may be empty (logistic regression). Default `MLP_DEFAULTS.units`. */
  units?: readonly (number | HiddenLayer)[];
  /** Activation of the hidden layers. Default `MLP_DEFAULTS.activation`. */
  activation?: ActivationName;
  /** Rate of the dropout before every dense layer, from 0 (none) to below 1. Default `MLP_DEFAULTS.dropout`. */
  dropout?: number;
  /** Rate of a dropout on the input alone. Default `MLP_DEFAULTS.inputDropout`. */
  inputDropout?: number;
  /** Penalty on the absolute values that the hidden layers put out, a mean over the batch. Default `MLP_DEFAULTS.activityL1`. */
  activityL1?: number;
  /** Penalty on the squares that the hidden layers put out, a mean over the batch. Default `MLP_DEFAULTS.activityL2`. */
  activityL2?: number;
  /** Whether the output also sees the inputs, next to the last hidden layer. Default `MLP_DEFAULTS.skip`. */
  skip?: boolean;
  /** How the model ends. Default `MLP_DEFAULTS.output`. */
  output?: OutputName;
}

export const MLP_DEFAULTS = {
  units: [128],
  activation: "relu",
  dropout: 0,
  inputDropout: 0,
  ...KERNEL_DEFAULTS,
  activityL1: 0,
  activityL2: 0,
  skip: false,
  output: "softmax",
  seed: 0,
  name: "mlp",
} as const satisfies Partial<MlpOptions>;

/**
 * Builds a standard `tf.LayersModel`, `[B, ...inputShape]` float32 -> `[B, classes]` probabilities. What makes probabilities of
 * logits is a layer of its own, so that training can work on the logits; stock TF.js saves, loads and runs the model. The caller
 * disposes it.
 *
 * @throws TareaError for sizes that are not positive integers, rates outside [0, 1), negative penalties, unknown options.
 * @example
 * const model = mlp({ inputShape: [784], classes: 10, units: [128, 64] });
 */
export function mlp(options: MlpOptions): tf.LayersModel {
  const complete = checkMlpOptions(options);
  const { inputShape, classes, units, dropout, inputDropout, skip, output, kernelInitializer, l1, l2, seed, name } = complete;
  const input = tf.input({ shape: [...inputShape], name: "input" });
  const flat = flatten(input); // [B, ...] -> [B, D]
  let x = connect("mlp", flat, dropoutLayers("inputDropout", inputDropout, seed));
  for (const [i, hidden] of units.entries()) x = connect("mlp", x, hiddenLayers(complete, hidden, i + 1)); // [B, D] -> [B, U]
  if (skip) x = tf.layers.concatenate({ axis: -1, name: "skip" }).apply([x, flat]) as tf.SymbolicTensor; // [B, U + D]
  x = connect("mlp", x, dropoutLayers(`dropout${units.length + 1}`, dropout, seed));
  return finishModel({ input, output: addOutput(x, { where: "mlp", classes, output, kernelInitializer, l1, l2 }), name, seed });
}

/** Dense, batch norm, activation, penalty and dropout of hidden layer number `i`, as far as it has them. */
function hiddenLayers(options: Required<MlpOptions>, hidden: number | HiddenLayer, i: number): tf.layers.Layer[] {
  const { activation, dropout, kernelInitializer, l1, l2, activityL1, activityL2, seed } = options;
  const { units, batchNorm: norm, dropout: dropoutAfter = 0 } = typeof hidden === "number" ? { units: hidden } : hidden;
  const normFirst = norm === "beforeActivation";
  return [
    ...dropoutLayers(`dropout${i}`, dropout, seed),
    dense({ name: `dense${i}`, units, activation: normFirst ? "linear" : activation, kernelInitializer, l1, l2 }),
    ...(normFirst ? [batchNorm(`batchNorm${i}`), tf.layers.activation({ activation, name: `activation${i}` })] : []),
    ...(activityL1 > 0 || activityL2 > 0
      ? [new ActivityPenalty({ name: `activityPenalty${i}`, l1: activityL1, l2: activityL2 })]
      : []),
    ...(norm === "afterActivation" ? [batchNorm(`batchNorm${i}`)] : []),
    ...dropoutLayers(`dropoutAfter${i}`, dropoutAfter, seed),
  ];
}

function checkMlpOptions(options: MlpOptions): Required<MlpOptions> {
  const minClasses = (options as MlpOptions | null | undefined)?.output === "linear" ? 1 : 2;
  const complete = checkModelOptions(options, { where: "mlp", defaults: MLP_DEFAULTS, minClasses });
  checkOutput("mlp", complete.output, complete.classes);
  checkList("mlp", "units", complete.units);
  for (const [i, hidden] of complete.units.entries()) checkHidden(`units[${i}]`, hidden);
  checkBoolean("mlp", "skip", complete.skip);
  checkOneOf("mlp", "activation", complete.activation, ACTIVATIONS);
  kernelOptions("mlp", complete);
  checkRate("mlp", "dropout", complete.dropout);
  checkRate("mlp", "inputDropout", complete.inputDropout);
  for (const name of ["activityL1", "activityL2"] as const) checkNumber("mlp", name, complete[name], { min: 0 });
  return complete;
}

function checkHidden(name: string, hidden: number | HiddenLayer): void {
  if (typeof hidden !== "object" || hidden === null) return void checkInteger("mlp", name, hidden);
  checkKnownOptions(`mlp: ${name}`, hidden, ["units", "batchNorm", "dropout"]);
  checkInteger("mlp", `${name}.units`, hidden.units);
  if (hidden.batchNorm !== undefined)
    checkOneOf("mlp", `${name}.batchNorm`, hidden.batchNorm, ["beforeActivation", "afterActivation"]);
  if (hidden.dropout !== undefined) checkRate("mlp", `${name}.dropout`, hidden.dropout);
}
