/** Loads a model in TensorFlow.js's layers format from files that nobody vouches for. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, show, sizeOf, TareaError } from "@tarea/core";
import { checkBytes } from "../arguments.js";
import { checkLimits, FILE_LIMITS, fileError, LOAD_DEFAULTS, type FileLimits } from "./fileError.js";
import { weightsOf, writeWeights } from "./modelWeights.js";
import { restoreOptimizer } from "./restoreOptimizer.js";
import { asObject, isObject, parseStrictJson, type Json, type JsonObject } from "./strictJson.js";
import { buildTopology } from "./topology.js";

/** Gives the bytes of a file in the model's folder; `path` is a plain relative path below it. */
export type ReadFile = (path: string) => Uint8Array | Promise<Uint8Array>;

export interface LoadTfjsOptions extends FileLimits {
  /** Path of the model's JSON. Default `model.json`. */
  path?: string;
  /** Whether the optimizer is restored, if the files have one. Default false. */
  includeOptimizer?: boolean;
  /** Seed of the masks of its dropout layers, a whole number from 0; null leaves them to TensorFlow.js. Default `LOAD_DEFAULTS.seed`. */
  seed?: number | null;
}

const WHERE = "loadTfjs";

/**
 * Loads the model that `saveTfjs`, or TensorFlow.js, wrote. The caller disposes it.
 *
 * @throws TareaError for damaged files, weights of another architecture (it names the tensor and both shapes), paths outside the
 * folder, and sizes beyond the limits.
 * @example
 * const model = await loadTfjs((path) => readFile(join(folder, path)));
 */
export async function loadTfjs(read: ReadFile, options: LoadTfjsOptions = {}): Promise<tf.LayersModel> {
  checkKnownOptions(WHERE, options, ["path", "includeOptimizer", "seed", ...Object.keys(FILE_LIMITS)]);
  const { path = "model.json", includeOptimizer = false, seed = LOAD_DEFAULTS.seed, ...given } = options;
  const limits = checkLimits(WHERE, given);
  if (seed !== null) checkInteger(WHERE, "seed", seed, { min: 0 });
  const manifest = readJson(await readBytes(read, checkPath(path)), { file: path, most: limits.jsonBytes });
  const topology = topologyOf(manifest);
  const groups = readGroups(manifest["weightsManifest"], limits);
  const weights = await readWeightFiles(read, groups);
  const elements = groups.reduce((sum, { specs }) => sum + specs.reduce((part, { shape }) => part + sizeOf(shape), 0), 0);
  const shapes = shapesOf(groups);
  const model = await buildTopology(topology, { where: WHERE, elements, shapes, seed });
  try {
    if (isObject(manifest["userDefinedMetadata"])) model.setUserDefinedMetadata(manifest["userDefinedMetadata"]);
    const specs = groups.flatMap((group) => group.specs);
    await setWeights(model, { specs, weights, trainingConfig: includeOptimizer ? manifest["trainingConfig"] : undefined });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

interface StoredWeights {
  specs: readonly WeightSpec[];
  weights: ArrayBuffer;
  trainingConfig: Json | undefined;
}

async function setWeights(model: tf.LayersModel, { specs, weights, trainingConfig }: StoredWeights): Promise<void> {
  const tensors = tf.io.decodeWeights(weights, specs as tf.io.WeightsManifestEntry[]);
  try {
    const known = new Set(weightsOf(model).map(({ name }) => name));
    const arrays = specs
      .filter(({ group }) => group !== "optimizer")
      .map(({ name, shape }) => ({
        name: known.has(name) ? name : shortName(name),
        shape,
        data: Float32Array.from(tensors[name]!.dataSync()),
      }));
    writeWeights(model, arrays, WHERE);
    if (!isObject(trainingConfig)) return;
    const state = specs.filter(({ group }) => group === "optimizer").map(({ name }) => ({ name, tensor: tensors[name]! }));
    await restoreOptimizer(model, { where: WHERE, trainingConfig, state });
  } finally {
    tf.dispose(tensors);
  }
}

/** Shapes by name, and by short name where the file has a scope. */
function shapesOf(groups: readonly WeightGroup[]): Map<string, readonly number[]> {
  const specs = groups.flatMap((group) => group.specs).filter(({ group }) => group !== "optimizer");
  return new Map([shortName, String].flatMap((named) => specs.map(({ name, shape }) => [named(name), shape] as const)));
}

/** Converted Keras models have a scope before the last part, which TensorFlow.js leaves out: `dense/dense/kernel` -> `dense/kernel`. */
function shortName(name: string): string {
  const parts = name.split("/");
  return [...parts.slice(0, -2), ...parts.slice(-1)].join("/");
}

interface WeightSpec {
  name: string;
  shape: number[];
  dtype: string;
  group?: string;
  quantization?: { dtype: string; scale?: number; min?: number };
}

interface WeightGroup {
  paths: string[];
  specs: WeightSpec[];
  bytes: number;
}

async function readBytes(read: ReadFile, path: string): Promise<Uint8Array> {
  if (typeof read !== "function") {
    const expected = "a function that gives the bytes of a file";
    throw new TareaError({ code: "option", where: WHERE, problem: "nothing reads the files", expected, received: show(read) });
  }
  const bytes = await read(path);
  checkBytes(`${WHERE}: ${path}`, bytes);
  return bytes;
}

function readJson(bytes: Uint8Array, { file, most }: { file: string; most: number }): JsonObject {
  if (bytes.length > most) {
    throw fileError(WHERE, `${file} is larger than its limit`, {
      file,
      expected: `at most ${most} bytes`,
      received: String(bytes.length),
    });
  }
  const json = parseStrictJson(new TextDecoder().decode(bytes), `${WHERE}: ${file}`);
  if (!isObject(json)) throw fileError(WHERE, `${file} holds no model`, { file });
  return json;
}

/** The model's `{ class_name, config }`, however deep TensorFlow.js or its converter put it. */
function topologyOf(manifest: JsonObject): JsonObject {
  const topology = asObject(manifest["modelTopology"]);
  const model = isObject(topology["model_config"]) ? topology["model_config"] : topology;
  if (typeof model["class_name"] === "string" && model["config"] !== undefined) return model;
  const hint = manifest["format"] === "graph-model" ? "It is a graph model, which has no layers." : undefined;
  throw fileError(WHERE, "the file holds no topology of layers", { hint });
}

function readGroups(value: Json | undefined, { weightBytes, tensors }: { weightBytes: number; tensors: number }): WeightGroup[] {
  if (!Array.isArray(value)) throw fileError(WHERE, "the file names no weights");
  const groups = value.map((group): WeightGroup => {
    const { paths, weights } = asObject(group);
    if (!Array.isArray(paths) || !Array.isArray(weights)) throw fileError(WHERE, "the list of weights is damaged");
    const specs = weights.map((spec) => readSpec(asObject(spec)));
    const bytes = specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
    return { paths: paths.map(checkPath), specs, bytes };
  });
  const total = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > weightBytes) throw fileError(WHERE, `the weights take more than ${weightBytes} bytes`, { received: String(total) });
  const names = groups.flatMap(({ specs }) => specs.map(({ name }) => name));
  if (names.length > tensors)
    throw fileError(WHERE, `there are more than ${tensors} weights`, { received: String(names.length) });
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw fileError(WHERE, `two weights of the file are called ${JSON.stringify(name)}`);
    seen.add(name);
  }
  return groups;
}

function readSpec(spec: JsonObject): WeightSpec {
  const { name, shape, dtype } = spec;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
  if (typeof name === "string" && isShape && typeof dtype === "string") return spec as unknown as WeightSpec;
  throw fileError(WHERE, "the list of weights is damaged", { received: JSON.stringify(spec).slice(0, 80) });
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function bytesOf({ name, shape, dtype, quantization }: WeightSpec): number {
  const stored = quantization?.dtype ?? dtype;
  const bytes = Object.hasOwn(BYTES, stored) ? BYTES[stored]! : undefined;
  if (bytes === undefined)
    throw fileError(WHERE, `the weight ${name} is of a type that models do not have`, { received: stored });
  return bytes * sizeOf(shape);
}

/** A path that stays in the folder on every system. @throws TareaError */
function checkPath(path: Json): string {
  const isPlain =
    typeof path === "string" &&
    path.split("/").every((part) => /^[^\\:*?"<>|\p{Cc}]+$/u.test(part) && part !== "." && part !== "..");
  if (isPlain) return path;
  throw fileError(WHERE, "a file of weights is not in the model's folder", { received: JSON.stringify(path) });
}

async function readWeightFiles(read: ReadFile, groups: readonly WeightGroup[]): Promise<ArrayBuffer> {
  const whole = new Uint8Array(groups.reduce((sum, { bytes }) => sum + bytes, 0));
  let offset = 0;
  for (const { paths, bytes } of groups) {
    const end = offset + bytes;
    for (const path of paths) {
      const part = await readBytes(read, path);
      if (offset + part.length > end) throw lengthFault(path, bytes, "more");
      whole.set(part, offset);
      offset += part.length;
    }
    if (offset !== end) throw lengthFault(paths.at(-1) ?? "weights", bytes, "less");
  }
  return whole.buffer;
}

function lengthFault(file: string, bytes: number, than: "more" | "less"): TareaError {
  return fileError(WHERE, "the files of weights do not hold what the model says", {
    file,
    expected: `${bytes} bytes`,
    received: than,
  });
}
