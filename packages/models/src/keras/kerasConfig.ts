/** The topology of a model of TensorFlow.js as Keras 3 writes its own: the way back of `kerasLayers` and `kerasTopology`. */

import * as tf from "@tensorflow/tfjs";
import { fileError } from "../files/fileError.js";
import { asObject, isObject, type Json, type JsonObject } from "../files/strictJson.js";
import { isNeutral, KERAS_ACTIVATIONS, KERAS_LAYERS } from "./kerasLayers.js";

export interface KerasConfig {
  config: JsonObject;
  /** Layers in the order of the file, which is the one that Keras makes of the graph when it loads it, with Keras's classes. */
  layers: { layer: tf.layers.Layer; className: string }[];
}

/** @throws TareaError for layers and options that Keras has no counterpart of, which it names. */
export function kerasConfigOf(where: string, model: tf.LayersModel): KerasConfig {
  const { inputs, outputs, name } = model;
  const functional = model instanceof tf.Sequential ? tf.model({ inputs, outputs, name }) : model;
  const topology = asObject((functional.toJSON(null, false) as unknown as JsonObject)["config"]);
  const layers = (topology["layers"] as Json[]).map((layer) => convertLayer(where, functional, asObject(layer)));
  return {
    config: {
      module: "keras.src.models.functional",
      class_name: "Functional",
      config: {
        name: modelNameOf(name),
        trainable: true,
        layers,
        input_layers: endsOf(topology["input_layers"]),
        output_layers: endsOf(topology["output_layers"]),
      },
      registered_name: "Functional",
      compile_config: null,
    },
    layers: layers.map((layer) => ({
      layer: functional.getLayer(layer["name"] as string),
      className: layer["class_name"] as string,
    })),
  };
}

/** Names that TensorFlow takes as scopes, which Keras runs models and layers in. */
const SCOPE = /^[A-Za-z0-9.][A-Za-z0-9_.-]*$/;

/** The model's name, with `_` for what Keras could not run. */
function modelNameOf(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_.-]/gu, "_");
  return SCOPE.test(plain) ? plain : `model${plain}`;
}

function convertLayer(where: string, model: tf.LayersModel, layer: JsonObject): JsonObject {
  const { name, inbound_nodes: nodes } = layer as { name: string; inbound_nodes: Source[][] };
  if (!SCOPE.test(name)) {
    throw fileError(where, "the name of a layer cannot be exported", {
      expected: "letters, digits, points, hyphens and underscores",
      received: JSON.stringify(name),
    });
  }
  const { className, config } = convertConfig(`${where}: ${name}`, layer["class_name"] as string, asObject(layer["config"]));
  const calls = nodes.map((sources) => {
    const tensors = sources.map((source) => tensorOf(model, source));
    return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
  });
  return { ...object("keras.layers", className, { name, ...config }), name, inbound_nodes: calls };
}

type Source = [layer: string, node: number, tensor: number, options: JsonObject];

/** Layers whose computation depends on where the channels are. */
const WITH_CHANNELS = /Conv|Pool|Flatten|UpSampling|ZeroPadding/;

function convertConfig(where: string, className: string, given: JsonObject): { className: string; config: JsonObject } {
  const { name: _, trainable = true, ...options } = given;
  if (className === "InputLayer") {
    const { batch_input_shape: shape, dtype } = options;
    return { className, config: { batch_shape: shape!, dtype: dtype!, sparse: false } };
  }
  if (className === "Activation" && isObject(options["activity_penalty"]))
    return { className: "ActivityRegularization", config: { trainable, ...options["activity_penalty"] } };
  const rule = Object.hasOwn(KERAS_LAYERS, className) ? KERAS_LAYERS[className] : undefined;
  if (rule === undefined) {
    throw fileError(where, "the layer is of a type that cannot be exported", {
      expected: `one of ${Object.keys(KERAS_LAYERS).join(", ")}`,
      received: className,
    });
  }
  const config: JsonObject = { trainable, dtype: "float32" };
  for (const [option, value] of Object.entries(options)) {
    if (option === "axis") config[option] = axisOf(className, value);
    else if (rule.keep.includes(option) || option === "activity_regularizer")
      config[option] = convertOption(where, option, value);
    else if (value !== null && !isNeutral(option, value)) {
      const received = JSON.stringify(value).slice(0, 80);
      throw fileError(where, `the option ${option} has no counterpart in Keras`, { received });
    }
  }
  return { className, config: WITH_CHANNELS.test(className) ? { ...config, data_format: "channels_last" } : config };
}

/** TensorFlow.js computes softmax along the last axis only, whatever its configuration says. */
function axisOf(className: string, axis: Json): Json {
  return className === "Softmax" ? -1 : axis;
}

function convertOption(where: string, option: string, value: Json): Json {
  if (option === "activation") return activationOf(where, value);
  if (value === null) return value;
  const { class_name: className, config } = asObject(value);
  if (option.endsWith("_regularizer")) {
    const { l1 = 0, l2 = 0 } = asObject(config);
    return object("keras.regularizers", "L1L2", { l1, l2 });
  }
  return option.endsWith("_initializer") ? initializerOf(className as string, asObject(config)) : value;
}

function activationOf(where: string, value: Json): Json {
  const name = value === "swish" ? "silu" : (value ?? "linear");
  if (typeof name === "string" && KERAS_ACTIVATIONS.includes(name)) return name;
  const expected = `one of ${KERAS_ACTIVATIONS.join(", ")}`;
  throw fileError(where, "the activation cannot be exported", { expected, received: JSON.stringify(name) });
}

/** Scale, mode and distribution of the initializers that have a name. */
const VARIANCE_SCALING: Readonly<Record<string, readonly Json[]>> = {
  GlorotUniform: [1, "fan_avg", "uniform"],
  GlorotNormal: [1, "fan_avg", "normal"],
  HeUniform: [2, "fan_in", "uniform"],
  HeNormal: [2, "fan_in", "normal"],
  LecunUniform: [1, "fan_in", "uniform"],
  LecunNormal: [1, "fan_in", "normal"],
};

function initializerOf(className: string, config: JsonObject): JsonObject {
  if (className !== "VarianceScaling") return object("keras.initializers", className, config);
  const { scale, mode, distribution, seed = null } = config;
  const named = Object.entries(VARIANCE_SCALING).find(([, values]) =>
    values.every((value, i) => value === [scale, mode, distribution][i]),
  );
  if (named !== undefined) return object("keras.initializers", named[0], { seed });
  const truncated = distribution === "normal" ? "truncated_normal" : distribution!;
  return object("keras.initializers", className, { scale: scale!, mode: mode!, distribution: truncated, seed });
}

function tensorOf(model: tf.LayersModel, [layer, node, tensor]: Source): JsonObject {
  const { inboundNodes } = model.getLayer(layer);
  const { shape, dtype } = (inboundNodes[node] ?? inboundNodes[0]!).outputTensors[tensor]!;
  return { class_name: "__keras_tensor__", config: { shape, dtype, keras_history: [layer, node, tensor] } };
}

function object(module: string, className: string, config: JsonObject): JsonObject {
  return { module, class_name: className, config, registered_name: null };
}

/** One end as `[layer, node, tensor]`, several as a list of them. */
function endsOf(value: Json | undefined): Json {
  const ends = value as Json[];
  return ends.length === 1 ? ends[0]! : ends;
}
