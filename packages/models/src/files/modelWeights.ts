/** The weights of a model by name, as plain arrays: what files hold and are checked against. */

import * as tf from "@tensorflow/tfjs";
import type { NamedArray } from "./safetensors.js";
import { fileError } from "./fileError.js";

/** Name, as in TF.js's files (`dense1/kernel`), and shape of every weight, in the model's order. @throws TareaError for a name twice. */
export function weightsOf(model: tf.LayersModel): { name: string; shape: number[]; weight: tf.LayersModel["weights"][number] }[] {
  const weights = model.weights.map((weight) => ({ name: weight.originalName, shape: weight.shape as number[], weight }));
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) throw fileError(`weights(${model.name})`, `two weights are called ${JSON.stringify(name)}`);
    names.add(name);
  }
  return weights;
}

/** Copies of all weights. */
export function readWeights(model: tf.LayersModel): NamedArray[] {
  return weightsOf(model).map(({ name, shape, weight }) => ({
    name,
    shape,
    data: Float32Array.from(weight.read().dataSync()),
  }));
}

/**
 * Sets all weights at once, or none.
 *
 * @throws TareaError when a weight is missing, one is too many, or shapes differ: it names the tensor and both shapes.
 */
export function writeWeights(model: tf.LayersModel, arrays: readonly NamedArray[], where: string): void {
  const weights = weightsOf(model);
  const given = new Map(arrays.map((array) => [array.name, array]));
  const found = weights.map(({ name, shape }) => {
    const array = given.get(name);
    if (array === undefined) throw fileError(where, `the tensor ${JSON.stringify(name)} of the model ${model.name} is missing`);
    if (shape.join() !== array.shape.join()) throw shapeFault(where, name, shape, array.shape);
    return array;
  });
  if (given.size > weights.length) {
    const names = new Set(weights.map(({ name }) => name));
    const extra = arrays.find(({ name }) => !names.has(name))!;
    throw fileError(where, `the model ${model.name} has no tensor ${JSON.stringify(extra.name)}`);
  }
  tf.tidy(() => weights.forEach(({ weight, shape }, i) => weight.write(tf.tensor(found[i]!.data, shape))));
}

/** The error for weights of another architecture. */
export function shapeFault(
  where: string,
  name: string,
  expected: readonly (number | null)[],
  received: readonly number[],
): Error {
  return fileError(where, `the tensor ${JSON.stringify(name)} has another shape`, {
    expected: `[${expected.join(", ")}]`,
    received: `[${received.join(", ")}]`,
    hint: "The file belongs to another architecture.",
  });
}
