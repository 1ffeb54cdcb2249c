/** Initial weights drawn from the run's own random streams, so that a seed gives the same model on every engine. */

import * as tf from "@tensorflow/tfjs";
import { sizeOf, TareaError, randomStream, type RandomStream } from "@tarea/core";
import { checkModel } from "./arguments.js";

export type InitializerName = "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "embeddingUniform" | "zeros" | "ones";

/** Half the width of the uniform distribution that Keras draws embeddings from. */
const EMBEDDING_LIMIT = 0.05;

/**
 * The initializer `name` for a layer's options: files name it as Keras does, but it gives zeros, because `seedWeights` draws the
 * weights once the model is complete, and drawing twice takes seconds in large models.
 */
export function declareInitializer(name: InitializerName): ReturnType<typeof tf.initializers.zeros> {
  const initializer = stockInitializer(name);
  if (name !== "ones") initializer.apply = (shape, dtype) => tf.zeros(shape as number[], dtype);
  return initializer;
}

function stockInitializer(name: InitializerName): ReturnType<typeof tf.initializers.zeros> {
  if (name === "zeros" || name === "ones") return tf.initializers[name]();
  if (name !== "embeddingUniform") return tf.initializers[name]({});
  return tf.initializers.randomUniform({ minval: -EMBEDDING_LIMIT, maxval: EMBEDDING_LIMIT });
}

/**
 * Draws every weight of `model` again from the stream `weights` of `seed`, one stream per weight, by the initializer
 * that its layer names. Distributions are those of Keras: limits and deviations from fan-in and fan-out, normals
 * truncated at two deviations.
 *
 * @throws TareaError when a layer names an initializer that is none of variance scaling (Glorot, He, LeCun), uniform, normal,
 * truncated normal, constant, zeros and ones.
 */
export function seedWeights(model: tf.LayersModel, seed: number): void {
  checkModel("seedWeights", model);
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const values = layer.weights.map((weight) => {
      const role = roleOf(weight.originalName);
      const shape = weight.shape as number[];
      const distribution = distributionOf(layer, role, shape);
      return tf.tensor(draw(distribution, sizeOf(shape), randomStream(seed, `weights/${layer.name}/${role}`)), shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

type Distribution =
  | { kind: "constant"; value: number }
  | { kind: "uniform"; minimum: number; maximum: number }
  | { kind: "normal" | "truncatedNormal"; mean: number; deviation: number };

function draw(distribution: Distribution, size: number, stream: RandomStream): Float32Array {
  const values = new Float32Array(size);
  if (distribution.kind === "constant") return values.fill(distribution.value);
  if (distribution.kind === "uniform") {
    const { minimum, maximum } = distribution;
    const [middle, limit] = [(maximum + minimum) / 2, (maximum - minimum) / 2];
    for (let i = 0; i < size; i++) values[i] = middle + (2 * stream.uniform() - 1) * limit;
    return values;
  }
  const { kind, mean, deviation } = distribution;
  const next = kind === "normal" ? () => stream.normal() : () => truncatedNormal(stream);
  for (let i = 0; i < size; i++) values[i] = mean + next() * deviation;
  return values;
}

/** Standard deviation of a standard normal cut off at two deviations. */
const TRUNCATED_NORMAL_DEVIATION = 0.8796256610342398;

function truncatedNormal(stream: RandomStream): number {
  for (;;) {
    const value = stream.normal();
    if (Math.abs(value) < 2) return value;
  }
}

/** The last part of a weight's name: `dense1/kernel` -> `kernel`. */
function roleOf(weightName: string): string {
  return weightName.split("/").at(-1)!.replace(/_\d+$/, "");
}

const ROLE_OPTIONS: Record<string, string> = {
  moving_mean: "movingMean",
  moving_variance: "movingVariance",
  depthwise_kernel: "depthwise",
  pointwise_kernel: "pointwise",
  recurrent_kernel: "recurrent",
};

function distributionOf(layer: tf.layers.Layer, role: string, shape: number[]): Distribution {
  const declared = (layer.getConfig() as Record<string, unknown>)[`${ROLE_OPTIONS[role] ?? role}Initializer`] as
    | SerializedInitializer
    | null
    | undefined;
  const distribution = declared && readInitializer(declared, shape);
  if (distribution) return distribution;
  throw new TareaError({
    code: "initializer",
    where: `seedWeights(${layer.name})`,
    problem: `the initializer of ${role} cannot be drawn from a seed`,
    expected: "variance scaling, uniform, normal, truncated normal, constant, zeros or ones",
    received: declared?.className ?? "none",
  });
}

interface SerializedInitializer {
  className: string;
  config: Record<string, number> & { mode?: string; distribution?: string };
}

/** Names and meanings are Keras's; `shape` is the weight's. */
function readInitializer({ className, config }: SerializedInitializer, shape: number[]): Distribution | undefined {
  const normal = { mean: config["mean"] ?? 0, deviation: config["stddev"] ?? 0.05 };
  switch (className) {
    case "Zeros":
      return { kind: "constant", value: 0 };
    case "Ones":
      return { kind: "constant", value: 1 };
    case "Constant":
      return { kind: "constant", value: config["value"] ?? 0 };
    case "RandomUniform":
      return { kind: "uniform", minimum: config["minval"] ?? -EMBEDDING_LIMIT, maximum: config["maxval"] ?? EMBEDDING_LIMIT };
    case "RandomNormal":
      return { kind: "normal", ...normal };
    case "TruncatedNormal":
      return { kind: "truncatedNormal", ...normal };
    case "VarianceScaling":
      return varianceScaling(config, shape);
    default:
      return undefined;
  }
}

function varianceScaling(
  { scale = 1, mode = "fanIn", distribution }: SerializedInitializer["config"],
  shape: number[],
): Distribution {
  const { fanIn, fanOut } = fansOf(shape);
  const variance = scale / Math.max(1, mode === "fanIn" ? fanIn : mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2);
  if (distribution === "uniform") {
    const limit = Math.sqrt(3 * variance);
    return { kind: "uniform", minimum: -limit, maximum: limit };
  }
  return { kind: "truncatedNormal", mean: 0, deviation: Math.sqrt(variance) / TRUNCATED_NORMAL_DEVIATION };
}

/** Fan-in and fan-out of a kernel `[...receptive field, in, out]`. */
function fansOf(shape: number[]): { fanIn: number; fanOut: number } {
  const fieldSize = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) ?? 1) * fieldSize, fanOut: (shape.at(-1) ?? 1) * fieldSize };
}
