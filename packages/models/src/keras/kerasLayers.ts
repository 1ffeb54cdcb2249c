/**
 * Keras's layers that TensorFlow.js computes in the same way, and which of their options mean the same. Everything else is refused,
 * for a model that predicts something else is worse than none.
 */

import { fileError } from "../files/fileError.js";
import { asObject, isObject, type Json, type JsonObject } from "../files/strictJson.js";

interface LayerRule {
  /** Class in TensorFlow.js; default: the same name. */
  className?: string;
  /** Options that mean the same in both. */
  keep: readonly string[];
  /** Options of the layer in TensorFlow.js that Keras spells otherwise. */
  translate?(config: JsonObject): JsonObject;
}

const KERNEL = ["use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activation"];
const CONVOLUTION = { keep: [...KERNEL, "filters", "kernel_size", "strides", "padding", "dilation_rate"] };
const POOL = { keep: ["pool_size", "strides", "padding"] };
const PLAIN = { keep: [] };

/** By Keras's class. */
export const KERAS_LAYERS: Readonly<Record<string, LayerRule>> = {
  Dense: { keep: [...KERNEL, "units"] },
  Conv1D: CONVOLUTION,
  Conv2D: CONVOLUTION,
  MaxPooling1D: POOL,
  MaxPooling2D: POOL,
  AveragePooling1D: POOL,
  AveragePooling2D: POOL,
  GlobalAveragePooling1D: PLAIN,
  GlobalAveragePooling2D: PLAIN,
  GlobalMaxPooling1D: PLAIN,
  GlobalMaxPooling2D: PLAIN,
  UpSampling2D: { keep: ["size"] },
  ZeroPadding2D: { keep: ["padding"] },
  Embedding: { keep: ["input_dim", "output_dim", "embeddings_initializer", "embeddings_regularizer"] },
  BatchNormalization: {
    keep: ["momentum", "epsilon", "center", "scale", "beta_regularizer", "gamma_regularizer"].concat(
      ["beta", "gamma", "moving_mean", "moving_variance"].map((role) => `${role}_initializer`),
    ),
    translate: ({ axis }) => ({ axis: Array.isArray(axis) ? axis[0]! : axis! }),
  },
  Activation: { keep: ["activation"] },
  ReLU: { keep: ["max_value"] },
  Softmax: { keep: ["axis"] },
  ActivityRegularization: {
    className: "Activation",
    keep: [],
    translate: ({ l1, l2 }) => ({ activation: "linear", activity_penalty: { l1: l1 ?? 0, l2: l2 ?? 0 } }),
  },
  Dropout: { keep: ["rate"] },
  Flatten: PLAIN,
  Reshape: { keep: ["target_shape"] },
  Concatenate: { keep: ["axis"] },
  Add: PLAIN,
  Multiply: PLAIN,
  Average: PLAIN,
  Maximum: PLAIN,
  Minimum: PLAIN,
};

/** Values of further options under which both compute the same; an empty list: the option changes no prediction. */
const NEUTRAL: Readonly<Record<string, readonly Json[]>> = {
  dtype: ["float32"],
  data_format: ["channels_last", null],
  groups: [1],
  interpolation: ["nearest"],
  mask_zero: [false],
  keepdims: [false],
  negative_slope: [0, null],
  threshold: [0, null],
  noise_shape: [null],
  quantization_config: [null],
  lora_rank: [null],
  renorm: [false],
  renorm_clipping: [],
  renorm_momentum: [],
  synchronized: [false],
  fused: [],
  virtual_batch_size: [null],
  adjustment: [null],
  input_length: [],
  batch_input_shape: [],
  seed: [],
  lora_alpha: [],
  autocast: [],
  axis: [],
  l1: [],
  l2: [],
  activity_regularizer: [],
  embeddings_constraint: [null],
  kernel_constraint: [null],
  bias_constraint: [null],
  beta_constraint: [null],
  gamma_constraint: [null],
};

/** As Keras calls those that both compute alike. */
export const KERAS_ACTIVATIONS = [
  "linear",
  "relu",
  "relu6",
  "elu",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "silu",
];

/** TensorFlow.js's `{ class_name, config }` for a layer of Keras. @throws TareaError for what it has no counterpart of. */
export function convertLayer(where: string, className: string, config: JsonObject): JsonObject {
  const rule = Object.hasOwn(KERAS_LAYERS, className) ? KERAS_LAYERS[className] : undefined;
  const name = nameOf(where, config);
  if (rule === undefined) {
    const expected = `one of ${Object.keys(KERAS_LAYERS).join(", ")}`;
    throw fileError(where, `the layer ${name} is of a type that cannot be imported`, {
      expected,
      received: JSON.stringify(className),
    });
  }
  const converted: JsonObject = { name, trainable: config["trainable"] ?? true };
  for (const [option, value] of Object.entries(config)) {
    if (option === "name" || option === "trainable") continue;
    if (className === "Softmax" && option === "axis" && value !== -1) throw softmaxFault(`${where}: ${name}`, value);
    if (rule.keep.includes(option)) Object.assign(converted, convertOption(`${where}: ${name}`, option, value));
    else checkNeutral(`${where}: ${name}`, option, value);
  }
  return { class_name: rule.className ?? className, config: { ...converted, ...rule.translate?.(config) } };
}

function softmaxFault(where: string, axis: Json): Error {
  return fileError(where, "a softmax along another axis than the last has no counterpart in TensorFlow.js", {
    received: JSON.stringify(axis),
  });
}

/** The penalty on a layer's output; `undefined` when it has none. */
export function activityPenaltyOf(where: string, config: JsonObject): JsonObject | undefined {
  const regularizer = config["activity_regularizer"];
  return regularizer === null || regularizer === undefined ? undefined : convertRegularizer(where, regularizer);
}

export function nameOf(where: string, config: JsonObject): string {
  const { name } = config;
  if (typeof name === "string" && name !== "") return name;
  throw fileError(where, "a layer has no name");
}

/** The type of a layer's numbers: a name, or a policy that names one. */
export function dtypeOf(value: Json | undefined): Json {
  return isObject(value) ? (asObject(value["config"])["name"] ?? null) : (value ?? "float32");
}

/** Whether both compute the same with the option, which only one of them has. */
export function isNeutral(option: string, value: Json): boolean {
  const neutral = Object.hasOwn(NEUTRAL, option) ? NEUTRAL[option]! : undefined;
  return neutral !== undefined && (neutral.length === 0 || neutral.includes(value));
}

function checkNeutral(where: string, option: string, value: Json): void {
  const given = option === "dtype" ? dtypeOf(value) : value;
  if (isNeutral(option, given)) return;
  throw fileError(where, `the option ${option} has no counterpart in TensorFlow.js`, {
    received: JSON.stringify(given).slice(0, 80),
  });
}

function convertOption(where: string, option: string, value: Json): JsonObject {
  if (option === "activation") return { activation: convertActivation(where, value) };
  if (option.endsWith("_regularizer"))
    return value === null ? {} : { [option]: { class_name: "L1L2", config: convertRegularizer(where, value) } };
  if (option.endsWith("_initializer")) return convertInitializer(option, value);
  if (option === "padding" && value === "causal") throw fileError(where, "causal padding has no counterpart in TensorFlow.js");
  return { [option]: value };
}

/** Functions that both compute alike; Keras 3's `hard_sigmoid`, for one, is another than TensorFlow.js's. */
function convertActivation(where: string, value: Json): string {
  const name = isObject(value) ? value["config"] : (value ?? "linear");
  if (typeof name !== "string" || !KERAS_ACTIVATIONS.includes(name)) {
    const received = JSON.stringify(name ?? value).slice(0, 80);
    throw fileError(where, "the activation cannot be imported", { expected: `one of ${KERAS_ACTIVATIONS.join(", ")}`, received });
  }
  return name === "silu" ? "swish" : name;
}

function convertRegularizer(where: string, value: Json): JsonObject {
  const { class_name: className, config } = asObject(value);
  const { l1 = 0, l2 = 0 } = asObject(config);
  const isKnown = typeof className === "string" && ["L1", "L2", "L1L2"].includes(className);
  if (isKnown && typeof l1 === "number" && typeof l2 === "number") return { l1, l2 };
  throw fileError(where, "the regularizer cannot be imported", {
    expected: "L1, L2 or L1L2",
    received: JSON.stringify(className),
  });
}

const INITIALIZERS: Readonly<Record<string, readonly string[]>> = {
  Zeros: [],
  Ones: [],
  Constant: ["value"],
  RandomUniform: ["minval", "maxval"],
  RandomNormal: ["mean", "stddev"],
  TruncatedNormal: ["mean", "stddev"],
  GlorotUniform: [],
  GlorotNormal: [],
  HeUniform: [],
  HeNormal: [],
  LeCunUniform: [],
  LeCunNormal: [],
};

/** The initializer, as far as TensorFlow.js has it: it has done its work, for the weights are in the file. */
function convertInitializer(option: string, value: Json): JsonObject {
  const { class_name: given, config } = asObject(value);
  const className = typeof given === "string" ? given.replace(/^Lecun/, "LeCun") : "";
  const options = Object.hasOwn(INITIALIZERS, className) ? INITIALIZERS[className]! : undefined;
  if (options === undefined) return {};
  const kept = Object.entries(asObject(config)).filter(
    ([name, setting]) => options.includes(name) && typeof setting === "number",
  );
  return { [option]: { class_name: className, config: Object.fromEntries(kept) } };
}
