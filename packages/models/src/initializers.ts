/** Initial weights drawn from the run's own random streams, so that a seed gives the same model on every engine. */

import * as tf from "@tensorflow/tfjs";
import { TareaError, randomStream, type RandomStream } from "@tarea/core";

export type InitializerName = "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "zeros" | "ones";

/**
 * Draws every weight of `model` again from the stream `weights` of `seed`, one stream per weight, by the initializer
 * that its layer names. Distributions are those of Keras: limits and deviations from fan-in and fan-out, normals
 * truncated at two deviations.
 *
 * @throws TareaError when a layer names an initializer that is not an `InitializerName`.
 */
export function seedWeights(model: tf.LayersModel, seed: number): void {
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const values = layer.weights.map((weight) => {
      const role = roleOf(weight.originalName);
      const initializer = initializerOf(layer, role);
      return tf.tensor(
        draw(initializer, weight.shape as number[], randomStream(seed, `weights/${layer.name}/${role}`)),
        weight.shape as number[],
      );
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

function draw(initializer: InitializerName, shape: number[], stream: RandomStream): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (initializer === "zeros" || initializer === "ones") return new Float32Array(size).fill(initializer === "ones" ? 1 : 0);
  const { fanIn, fanOut } = fansOf(shape);
  const scale = initializer.startsWith("glorot") ? 2 / (fanIn + fanOut) : 2 / fanIn;
  if (initializer.endsWith("Uniform")) {
    const limit = Math.sqrt(3 * scale);
    return Float32Array.from({ length: size }, () => (2 * stream.uniform() - 1) * limit);
  }
  const deviation = Math.sqrt(scale) / TRUNCATED_NORMAL_DEVIATION;
  return Float32Array.from({ length: size }, () => truncatedNormal(stream) * deviation);
}

/** Standard deviation of a standard normal cut off at two deviations. */
const TRUNCATED_NORMAL_DEVIATION = 0.8796256610342398;

function truncatedNormal(stream: RandomStream): number {
  for (;;) {
    const value = stream.normal();
    if (Math.abs(value) < 2) return value;
  }
}

/** Fan-in and fan-out of a kernel `[...receptive field, in, out]`. */
function fansOf(shape: number[]): { fanIn: number; fanOut: number } {
  const fieldSize = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return { fanIn: (shape.at(-2) ?? 1) * fieldSize, fanOut: (shape.at(-1) ?? 1) * fieldSize };
}

/** The last part of a weight's name: `dense1/kernel` -> `kernel`. */
function roleOf(weightName: string): string {
  return weightName.split("/").at(-1)!.replace(/_\d+$/, "");
}

function initializerOf(layer: tf.layers.Layer, role: string): InitializerName {
  const declared = (layer.getConfig() as Record<string, unknown>)[`${ROLE_OPTIONS[role] ?? role}Initializer`] as
    | SerializedInitializer
    | null
    | undefined;
  const name = nameOf(declared);
  if (name !== undefined) return name;
  throw new TareaError({
    code: "initializer",
    where: `seedWeights(${layer.name})`,
    problem: `the initializer of ${role} cannot be drawn from a seed`,
    expected: "glorotUniform, glorotNormal, heUniform, heNormal, zeros or ones",
    received: declared?.className ?? "none",
  });
}

const ROLE_OPTIONS: Record<string, string> = { moving_mean: "movingMean", moving_variance: "movingVariance" };

interface SerializedInitializer {
  className: string;
  config: { scale?: number; mode?: string; distribution?: string };
}

function nameOf(declared: SerializedInitializer | null | undefined): InitializerName | undefined {
  if (declared?.className === "Zeros") return "zeros";
  if (declared?.className === "Ones") return "ones";
  if (declared?.className !== "VarianceScaling") return undefined;
  const { scale, mode, distribution } = declared.config;
  const family = mode === "fanAvg" && scale === 1 ? "glorot" : mode === "fanIn" && scale === 2 ? "he" : undefined;
  if (family === undefined) return undefined;
  return distribution === "uniform" ? `${family}Uniform` : `${family}Normal`;
}
