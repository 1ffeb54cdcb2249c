/**
 * A layers topology made safe to build: every initializer is watched, so that no layer allocates more weights than the file holds,
 * and layers that stock TensorFlow.js computes wrongly come back as ours. Weights begin at zero, for the file's are set afterwards.
 */

import * as tf from "@tensorflow/tfjs";
import { messageOf, TareaError } from "@tarea/core";
import { ActivityPenalty } from "../activityPenalty.js";
import { adoptBatchNormalization } from "../batchNormalization.js";
import { SeededDropout } from "../seededDropout.js";
import { upSampling2d } from "../upSampling2d.js";
import { checkConnections } from "./connections.js";
import { fileError } from "./fileError.js";
import { shapeFault } from "./modelWeights.js";
import { asObject, isObject, type Json, type JsonObject } from "./strictJson.js";

export interface TopologyOptions {
  where: string;
  /** Most weights that the layers may have. */
  elements: number;
  /** Shapes of the file's tensors by the names that TensorFlow.js gives them, as far as they are known. */
  shapes?: ReadonlyMap<string, readonly number[]>;
  /** Of the masks of its dropout layers; null leaves them to TensorFlow.js. */
  seed: number | null;
}

/**
 * Builds a model whose layers may allocate `elements` weights in all; all are zero.
 *
 * @throws TareaError when layers need more, when they cannot be connected, and when TensorFlow.js does not know or build them.
 */
export async function buildTopology(topology: JsonObject, options: TopologyOptions): Promise<tf.LayersModel> {
  const { where, elements, shapes = new Map<string, number[]>(), seed } = options;
  registerClasses();
  const guard: Guard = { where, remaining: elements, shapes, seed, tickets: [] };
  let created: tf.Variable[] = [];
  try {
    const { registeredVariables } = tf.engine().state;
    const before = new Set(Object.values(registeredVariables));
    // All is built before the call returns, so these are the model's and no other's.
    const building = tf.models.modelFromJSON({ modelTopology: guardModel(topology, guard) });
    created = Object.values(registeredVariables).filter((variable) => !before.has(variable));
    const model = await building;
    adoptBatchNormalization(model.layers);
    return model;
  } catch (error) {
    // What was built before the fault belongs to no model that could be disposed.
    tf.dispose(created);
    if (error instanceof TareaError) throw error;
    throw fileError(where, "TensorFlow.js cannot build the model", { received: messageOf(error), cause: error });
  } finally {
    for (const ticket of guard.tickets) WAITING.delete(ticket);
  }
}

interface Guard {
  where: string;
  remaining: number;
  shapes: ReadonlyMap<string, readonly number[]>;
  seed: number | null;
  tickets: number[];
}

type Instance = tf.serialization.Serializable;
type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** Instances that a topology refers to by number while it is built. */
const WAITING = new Map<number, Instance>();
let lastTicket = 0;

/** Stands in a topology for an instance made beforehand; layers take it for the instance's own class. */
class Prepared extends tf.serialization.Serializable {
  static readonly className = "TareaPrepared";

  static override fromConfig<T extends tf.serialization.Serializable>(
    _: tf.serialization.SerializableConstructor<T>,
    { ticket }: tf.serialization.ConfigDict,
  ): T {
    return WAITING.get(ticket as number) as unknown as T;
  }

  getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

function registerClasses(): void {
  if (Prepared.className in tf.serialization.SerializationMap.getMap().classNameMap) return;
  tf.serialization.registerClass(Prepared);
}

function prepare(instance: Instance, guard: Guard): JsonObject {
  const ticket = ++lastTicket;
  WAITING.set(ticket, instance);
  guard.tickets.push(ticket);
  return { class_name: Prepared.className, config: { ticket } };
}

/** A model's `{ class_name, config }`; a sequential one may hold its layers directly. */
function guardModel(model: JsonObject, guard: Guard): JsonObject {
  const { config } = model;
  if (Array.isArray(config)) return { ...model, config: guardLayers(config, guard) };
  const { layers } = asObject(config);
  if (!Array.isArray(layers)) throw fileError(guard.where, "the topology has no list of layers");
  if (model["class_name"] !== "Sequential") checkConnections(guard.where, layers);
  return { ...model, config: { ...asObject(config), layers: guardLayers(layers, guard) } };
}

function guardLayers(layers: Json[], guard: Guard): Json[] {
  return layers.map((layer) => guardLayer(asObject(layer), guard));
}

const MODELS = ["Model", "Functional", "Sequential"];

/** Options of a layer that hold other layers. */
const INNER_LAYERS = ["layer", "forward_layer", "backward_layer", "cell"];

function guardLayer(layer: JsonObject, guard: Guard): JsonObject {
  const className = layer["class_name"];
  if (typeof className !== "string" || !isObject(layer["config"]))
    throw fileError(guard.where, "a layer of the topology is damaged");
  if (className in Object.prototype) throw fileError(guard.where, `there is no layer of type ${JSON.stringify(className)}`);
  if (MODELS.includes(className)) return guardModel(layer, guard);
  if (!(className in tf.serialization.SerializationMap.getMap().classNameMap)) throw classFault(guard.where, layer);
  const own = ownLayer(className, layer["config"], guard.seed);
  if (own !== undefined) return { ...layer, ...prepare(own, guard) };
  const config: JsonObject = { ...layer["config"] };
  for (const [key, standard] of Object.entries(INITIALIZERS)) {
    const tensor = `${typeof config["name"] === "string" ? config["name"] : ""}/${key.replace(/_initializer$/, "")}`;
    config[key] = prepare(guardInitializer(config[key] ?? standard, tensor, guard), guard);
  }
  for (const key of INNER_LAYERS) if (isObject(config[key])) config[key] = guardLayer(config[key], guard);
  if (Array.isArray(config["cells"])) config["cells"] = guardLayers(config["cells"], guard);
  return { ...layer, config };
}

function classFault(where: string, layer: JsonObject): Error {
  const name = JSON.stringify(asObject(layer["config"])["name"] ?? "");
  return fileError(where, `the layer ${name} is of a type that TensorFlow.js does not have`, {
    received: JSON.stringify(layer["class_name"]),
    hint: "A class of your own must be registered with tf.serialization.registerClass first.",
  });
}

/** Keras's defaults of every option that names an initializer: a layer leaves unread what it has no weight for. */
const INITIALIZERS: Readonly<Record<string, string>> = {
  kernel_initializer: "glorotUniform",
  recurrent_initializer: "glorotUniform",
  depthwise_initializer: "glorotUniform",
  pointwise_initializer: "glorotUniform",
  embeddings_initializer: "randomUniform",
  bias_initializer: "zeros",
  beta_initializer: "zeros",
  alpha_initializer: "zeros",
  moving_mean_initializer: "zeros",
  gamma_initializer: "ones",
  moving_variance_initializer: "ones",
};

/** The stock initializer of `tensor`, whose weights are zeros, of the file's shape and counted. */
function guardInitializer(declared: Json, tensor: string, guard: Guard): Initializer {
  const { kernelInitializer } = tf.layers.dense({ units: 1, kernelInitializer: camelCased(declared) as "zeros" }) as unknown as {
    kernelInitializer: Initializer;
  };
  kernelInitializer.apply = (shape, dtype) => {
    const size = shape.reduce<number>((product, length) => product * (length ?? 1), 1);
    const stored = guard.shapes.get(tensor);
    if (stored !== undefined && stored.join() !== shape.join()) throw shapeFault(guard.where, tensor, shape, stored);
    if (!(size <= guard.remaining)) {
      const [expected, received] = [`at most ${guard.remaining} numbers for ${JSON.stringify(tensor)}`, `[${shape.join(", ")}]`];
      throw fileError(guard.where, "the topology needs more weights than the file has", { expected, received });
    }
    guard.remaining -= size;
    return tf.zeros(shape as number[], dtype);
  };
  return kernelInitializer;
}

/** Layers that stock TensorFlow.js would build, but not compute as we do. */
function ownLayer(className: string, config: JsonObject, seed: number | null): Instance | undefined {
  const { name } = config;
  if (typeof name !== "string") return undefined;
  if (className === "Activation" && isObject(config["activity_penalty"])) {
    const { l1, l2 } = config["activity_penalty"];
    return new ActivityPenalty({ name, l1: Number(l1 ?? 0), l2: Number(l2 ?? 0) });
  }
  if (className === "Dropout") return seededDropout(name, config, seed);
  if (className !== "UpSampling2D" || config["batch_input_shape"] !== undefined) return undefined;
  const [height, width] = [config["size"]].flat();
  const isNearest = (config["interpolation"] ?? "nearest") === "nearest" && config["data_format"] !== "channels_first";
  return isNearest && height === width && typeof height === "number" ? upSampling2d({ name, size: height }) : undefined;
}

/** Masks that are shared along axes, and rates that are none, are TensorFlow.js's to take or refuse. */
function seededDropout(name: string, config: JsonObject, seed: number | null): Instance | undefined {
  const { rate, noise_shape: noiseShape, batch_input_shape: batchInputShape } = config;
  const isRate = typeof rate === "number" && rate >= 0 && rate < 1;
  if (seed === null || !isRate || isObject(noiseShape) || Array.isArray(noiseShape)) return undefined;
  const place = Array.isArray(batchInputShape) ? { batchInputShape: batchInputShape as tf.Shape } : {};
  return new SeededDropout({ name, rate, seed, ...place });
}

/** TF.js's own spelling of an initializer: `{ className, config }` with camel case names and modes. */
function camelCased(value: Json): Json {
  const camel = (text: string): string => text.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value === "string") return camel(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), camelCased(member)]));
}
