/** The weights of each layer in Keras's two kinds of files, in the order in which the layer made them. */

import { fileError } from "../files/fileError.js";
import type { FloatArray, Hdf5Object } from "./hdf5.js";
import type { KerasLayer } from "./kerasTopology.js";

/** Arrays of a layer, still in the file. */
export type StoredWeights = ReadonlyMap<string, readonly Hdf5Object[]>;

/**
 * From the weights of a `.keras` file. Its groups are class names with counters, so that layers of equal shapes could swap; the name
 * of the layer that newer files hold decides, where it is there.
 */
export function findKeras3Weights(where: string, file: Hdf5Object, layers: readonly KerasLayer[]): StoredWeights {
  const groups = file.find("layers");
  if (groups === undefined) throw fileError(where, "the file holds no weights");
  const named = namedGroups(where, groups);
  const groupNames = kerasGroups(layers.map(({ className }) => className));
  const found = layers.map(({ name }, i): [string, Hdf5Object[]] => {
    const vars = named.size > 0 ? named.get(name) : groups.find(`${groupNames[i]!}/vars`);
    return [name, vars === undefined ? [] : arraysOf(vars)];
  });
  return new Map(found);
}

/** From an `.h5` file, whose groups are called as the layers. */
export function findH5Weights(where: string, file: Hdf5Object, layers: readonly KerasLayer[]): StoredWeights {
  const groups = file.find("model_weights");
  if (groups === undefined) throw fileError(where, "the file holds no weights");
  const found = layers.map(({ name }): [string, Hdf5Object[]] => {
    const group = groups.find(name);
    const paths = group?.texts("weight_names") ?? [];
    const arrays = paths.map((path) => {
      const array = group!.find(path);
      if (array === undefined) throw fileError(where, `the tensor ${JSON.stringify(path)} of the layer ${name} is missing`);
      return array;
    });
    return [name, arrays];
  });
  return new Map(found);
}

/** How many numbers there are, all of them in the file. */
export function countElements(weights: StoredWeights): number {
  return [...weights.values()].flat().reduce((sum, array) => sum + array.count(), 0);
}

export function readArrays(weights: StoredWeights, layer: string): FloatArray[] {
  return (weights.get(layer) ?? []).map((array) => array.floats());
}

function namedGroups(where: string, groups: Hdf5Object): Map<string, Hdf5Object> {
  const named = new Map<string, Hdf5Object>();
  for (const group of groups.names()) {
    const vars = groups.find(`${group}/vars`);
    const name = vars?.texts("name")?.[0];
    if (vars === undefined || name === undefined) continue;
    if (named.has(name)) throw fileError(where, `two layers of the file are called ${JSON.stringify(name)}`);
    named.set(name, vars);
  }
  return named;
}

/** The members `0`, `1`, … of a group of variables. */
function arraysOf(vars: Hdf5Object): Hdf5Object[] {
  return vars.names().map((_, i) => {
    const array = vars.find(String(i));
    if (array === undefined) throw fileError("importKeras", `the variable ${i} of a layer is missing`);
    return array;
  });
}

/** What Keras calls the groups of layers of these classes in a file: `dense`, `dense_1`, … */
export function kerasGroups(classNames: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return classNames.map((className) => {
    const group = snakeCase(className);
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    return count === 0 ? group : `${group}_${count}`;
  });
}

/** Keras's own: `BatchNormalization` -> `batch_normalization`, `Conv2D` -> `conv2d`. */
function snakeCase(className: string): string {
  return className
    .replaceAll(/\W+/g, "")
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
