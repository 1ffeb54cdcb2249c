/** The configuration of a Keras model as a topology that TensorFlow.js builds: of Keras 3, and of Keras 2 where it is the same. */

import { fileError } from "../files/fileError.js";
import { asObject, isObject, type Json, type JsonObject } from "../files/strictJson.js";
import { activityPenaltyOf, convertLayer, dtypeOf, nameOf } from "./kerasLayers.js";

export interface KerasLayer {
  name: string;
  /** Keras's class, for example `Dense`. */
  className: string;
}

export interface KerasTopology {
  topology: JsonObject;
  /** Keras's layers in its order, by which its files count them. */
  layers: KerasLayer[];
}

/** @throws TareaError for layers, options and connections that TensorFlow.js has no counterpart of. */
export function convertTopology(where: string, model: JsonObject): KerasTopology {
  const className = model["class_name"];
  const config = Array.isArray(model["config"]) ? { layers: model["config"] } : asObject(model["config"]);
  if (!Array.isArray(config["layers"])) throw fileError(where, "the file describes no layers");
  const given = config["layers"].map(asObject);
  const layers = given.map((layer) => ({
    name: nameOf(where, asObject(layer["config"])),
    className: layer["class_name"] as string,
  }));
  const name = typeof config["name"] === "string" ? config["name"] : "model";
  if (className === "Sequential") return { topology: chain(where, name, given, config), layers };
  if (className !== "Functional" && className !== "Model") {
    throw fileError(where, "the file holds no sequential or functional model", { received: JSON.stringify(className) });
  }
  const nodes = given.map((layer) => convertNode(where, layer));
  const output = { input_layers: endsOf(where, config["input_layers"]), output_layers: endsOf(where, config["output_layers"]) };
  return { topology: functional(name, nodes, output), layers };
}

interface Node {
  layer: JsonObject;
  /** Follows the layer, when it has a penalty on its output. */
  penalty: JsonObject | undefined;
  inbound: Json[];
}

type Ends = Record<"input_layers" | "output_layers", Json[][]>;

/** Puts penalties behind their layers, and makes who took a layer's output take the penalty's. */
function functional(name: string, nodes: readonly Node[], ends: Ends): JsonObject {
  const renamed = new Map(
    nodes.filter(({ penalty }) => penalty).map(({ layer, penalty }) => [layerName(layer), layerName(penalty!)]),
  );
  const rename = (source: Json[]): Json[] => [renamed.get(source[0] as string) ?? source[0]!, ...source.slice(1)];
  const layers = nodes.flatMap(({ layer, penalty, inbound }) => {
    const own = { ...layer, name: layerName(layer), inbound_nodes: inbound.map((node) => (node as Json[][]).map(rename)) };
    if (penalty === undefined) return [own];
    return [own, { ...penalty, name: layerName(penalty), inbound_nodes: [[[layerName(layer), 0, 0, {}]]] }];
  });
  const outputs = ends.output_layers.map(rename);
  return { class_name: "Model", config: { name, layers, input_layers: ends.input_layers, output_layers: outputs } };
}

/** A sequential model: each layer takes the output of the one before. */
function chain(where: string, name: string, layers: readonly JsonObject[], config: JsonObject): JsonObject {
  const first = asObject(layers[0]?.["config"]);
  const hasInput = layers[0]?.["class_name"] === "InputLayer";
  const shape = config["build_input_shape"] ?? first["batch_input_shape"] ?? first["batch_shape"];
  const input = { class_name: "InputLayer", config: { name: freeName(layers), batch_shape: shape ?? null } };
  const all = hasInput ? layers : [input, ...layers];
  const nodes = all.map((layer, i): Node => {
    const before = i === 0 ? undefined : nameOf(where, asObject(all[i - 1]!["config"]));
    return { ...convertOne(where, layer), inbound: before === undefined ? [] : [[[before, 0, 0, {}]]] };
  });
  const [start, end] = [layerName(nodes[0]!.layer), layerName(nodes.at(-1)!.layer)];
  return functional(name, nodes, { input_layers: [[start, 0, 0]], output_layers: [[end, 0, 0]] });
}

function freeName(layers: readonly JsonObject[]): string {
  const taken = new Set(layers.map((layer) => asObject(layer["config"])["name"]));
  let name = "input";
  while (taken.has(name)) name = `${name}_`;
  return name;
}

function convertNode(where: string, layer: JsonObject): Node {
  const given = layer["inbound_nodes"];
  if (!Array.isArray(given)) throw fileError(where, "a layer has no list of connections");
  const inbound = given.map((node) => sourcesOf(where, node));
  const converted = convertOne(where, layer);
  if (converted.penalty !== undefined && inbound.length > 1)
    throw fileError(where, `the layer ${layerName(layer)} is shared and has a penalty on its output`);
  return { ...converted, inbound };
}

function convertOne(where: string, layer: JsonObject): Omit<Node, "inbound"> {
  const [className, config] = [layer["class_name"], asObject(layer["config"])];
  if (typeof className !== "string") throw fileError(where, "a layer has no type");
  if (className === "InputLayer") return { layer: convertInput(where, config), penalty: undefined };
  const penalty = activityPenaltyOf(where, config);
  const name = `${nameOf(where, config)}_penalty`;
  return {
    layer: convertLayer(where, className, config),
    penalty: penalty && { class_name: "Activation", config: { name, activation: "linear", activity_penalty: penalty } },
  };
}

/** Types of inputs, and TensorFlow.js's for them. */
const INPUT_TYPES: Readonly<Record<string, string>> = { float32: "float32", int32: "int32", int64: "int32" };

function convertInput(where: string, config: JsonObject): JsonObject {
  const shape = config["batch_shape"] ?? config["batch_input_shape"];
  const isShape = Array.isArray(shape) && shape.slice(1).every((size) => Number.isSafeInteger(size) && (size as number) > 0);
  if (!isShape) {
    throw fileError(where, "the shape of the input is not known", {
      received: JSON.stringify(shape),
      hint: "Build the Keras model on inputs of one size before it is saved.",
    });
  }
  const name = nameOf(where, config);
  const given = dtypeOf(config["dtype"]);
  const dtype = typeof given === "string" && Object.hasOwn(INPUT_TYPES, given) ? INPUT_TYPES[given]! : undefined;
  if (dtype === undefined) {
    const expected = Object.keys(INPUT_TYPES).join(", ");
    throw fileError(where, `the type of the input ${name} cannot be imported`, { expected, received: JSON.stringify(given) });
  }
  return { class_name: "InputLayer", config: { name, batch_input_shape: [null, ...shape.slice(1)], dtype, sparse: false } };
}

/** The tensors that a call of a layer takes, as `[layer, node, tensor, {}]`. */
function sourcesOf(where: string, node: Json): Json[][] {
  if (Array.isArray(node)) return node.map((source) => plainSource(where, source));
  const { args, kwargs } = asObject(node);
  const options = Object.entries(asObject(kwargs)).filter(
    ([name, value]) => value !== null && !(name === "training" && value === false),
  );
  if (!Array.isArray(args) || args.length !== 1 || options.length > 0) {
    throw fileError(where, "a layer is called with options that TensorFlow.js does not have", {
      received: JSON.stringify(options).slice(0, 80),
    });
  }
  return args.flat().map((tensor) => {
    const history = asObject(asObject(tensor)["config"])["keras_history"];
    return plainSource(where, history ?? null);
  });
}

function plainSource(where: string, source: Json): Json[] {
  const [name, node, tensor, options] = Array.isArray(source) ? source : [];
  const hasOptions = isObject(options) && Object.keys(options).length > 0;
  if (typeof name === "string" && Number.isSafeInteger(node) && Number.isSafeInteger(tensor) && !hasOptions)
    return [name, node!, tensor!, {}];
  throw fileError(where, "a connection between layers cannot be imported", {
    received: (JSON.stringify(source) ?? "none").slice(0, 80),
  });
}

/** One end as `[layer, node, tensor]`, or a list of them. */
function endsOf(where: string, value: Json | undefined): Json[][] {
  const list = Array.isArray(value) && !Array.isArray(value[0]) ? [value] : value;
  if (!Array.isArray(list)) throw fileError(where, "the model has no inputs or outputs");
  return list.map((end) => plainSource(where, end).slice(0, 3));
}

function layerName(layer: JsonObject): string {
  return asObject(layer["config"])["name"] as string;
}
