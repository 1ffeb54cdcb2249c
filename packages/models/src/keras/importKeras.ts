/** Imports the models that Keras saves, `.keras` and `.h5`. */

import type * as tf from "@tensorflow/tfjs";
import { unzipSync } from "fflate";
import { checkInteger, checkKnownOptions, messageOf, TareaError } from "@tarea/core";
import { checkBytes } from "../arguments.js";
import { checkLimits, FILE_LIMITS, fileError, LOAD_DEFAULTS, type FileLimits } from "../files/fileError.js";
import { writeWeights } from "../files/modelWeights.js";
import type { NamedArray } from "../files/safetensors.js";
import { isObject, parseStrictJson, type JsonObject } from "../files/strictJson.js";
import { buildTopology } from "../files/topology.js";
import { isHdf5, openHdf5 } from "./hdf5.js";
import { convertTopology } from "./kerasTopology.js";
import { countElements, findH5Weights, findKeras3Weights, readArrays, type StoredWeights } from "./kerasWeights.js";

const WHERE = "importKeras";

export interface ImportKerasOptions extends FileLimits {
  /** Seed of the masks of its dropout layers, a whole number from 0; null leaves them to TensorFlow.js. Default `LOAD_DEFAULTS.seed`. */
  seed?: number | null;
}

/**
 * The model in the bytes of a `.keras` file (Keras 3) or an `.h5` file, with its weights. Its predictions are Keras's, up to
 * rounding. Penalties on a layer's output become a layer of their own behind it. The caller disposes it.
 *
 * @throws TareaError for layers and options that TensorFlow.js computes otherwise or not at all, for damaged and hostile files, and
 * for sizes beyond the limits.
 * @example
 * const model = await importKeras(await readFile("model.keras"));
 */
export async function importKeras(bytes: Uint8Array, options: ImportKerasOptions = {}): Promise<tf.LayersModel> {
  checkBytes(WHERE, bytes);
  checkKnownOptions(WHERE, options, ["seed", ...Object.keys(FILE_LIMITS)]);
  const { seed = LOAD_DEFAULTS.seed, ...limits } = options;
  const complete = checkLimits(WHERE, limits);
  if (seed !== null) checkInteger(WHERE, "seed", seed, { min: 0 });
  const { config, weightsOf } = isHdf5(bytes) ? openH5(bytes, complete) : openKeras(bytes, complete);
  const { topology, layers } = convertTopology(WHERE, config);
  const weights = weightsOf(layers);
  const elements = countElements(weights);
  if (4 * elements > complete.weightBytes) {
    throw fileError(WHERE, `the weights take more than ${complete.weightBytes} bytes`, { received: String(4 * elements) });
  }
  const model = await buildTopology(topology, { where: WHERE, elements, seed });
  try {
    writeWeights(model, nameWeights(model, weights), WHERE);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

type WeightsOf = (layers: Parameters<typeof findH5Weights>[2]) => StoredWeights;

interface OpenedFile {
  config: JsonObject;
  weightsOf: WeightsOf;
}

function openH5(bytes: Uint8Array, { jsonBytes }: Required<FileLimits>): OpenedFile {
  const root = openHdf5(bytes);
  const [text] = root.texts("model_config") ?? [];
  if (text === undefined) {
    throw fileError(WHERE, "the file holds weights without their model", {
      hint: "Save the whole model in Keras, with model.save().",
    });
  }
  return { config: readConfig(text, jsonBytes), weightsOf: (layers) => findH5Weights(WHERE, root, layers) };
}

const [CONFIG, WEIGHTS] = ["config.json", "model.weights.h5"];

/** Only the two files that are needed are unpacked, once each, when the sizes that the archive claims are within the limits. */
function openKeras(bytes: Uint8Array, { jsonBytes, weightBytes }: Required<FileLimits>): OpenedFile {
  const seen = new Set<string>();
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (name !== CONFIG && name !== WEIGHTS) return false;
    const most = name === CONFIG ? jsonBytes : weightBytes;
    if (seen.has(name)) throw fileError(WHERE, `${name} comes twice in the archive`);
    if (originalSize > most)
      throw fileError(WHERE, `${name} is larger than its limit`, {
        expected: `at most ${most} bytes`,
        received: `${originalSize}`,
      });
    seen.add(name);
    return true;
  };
  const files = unzip(bytes, filter);
  const [config, weights] = [files[CONFIG], files[WEIGHTS]];
  if (config === undefined || weights === undefined)
    throw fileError(WHERE, `the archive lacks ${config === undefined ? CONFIG : WEIGHTS}`);
  const root = openHdf5(weights);
  return {
    config: readConfig(new TextDecoder().decode(config), jsonBytes),
    weightsOf: (layers) => findKeras3Weights(WHERE, root, layers),
  };
}

function unzip(bytes: Uint8Array, filter: (file: { name: string; originalSize: number }) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof TareaError) throw error;
    const hint = "Save the whole model in Keras, with model.save(), as .keras or .h5.";
    const received = bytes.length === 0 ? "an empty file" : messageOf(error);
    throw fileError(WHERE, "the file is neither HDF5 nor a whole .keras archive", { received, hint, cause: error });
  }
}

function readConfig(text: string, most: number): JsonObject {
  if (text.length > most)
    throw fileError(WHERE, `${CONFIG} is larger than its limit`, {
      expected: `at most ${most} bytes`,
      received: `${text.length}`,
    });
  const config = parseStrictJson(text, `${WHERE}: ${CONFIG}`);
  if (!isObject(config)) throw fileError(WHERE, "the file describes no model");
  return config;
}

/** The arrays of each layer under TensorFlow.js's names: both make a layer's weights in the same order. */
function nameWeights(model: tf.LayersModel, weights: StoredWeights): NamedArray[] {
  return model.layers.flatMap((layer) => {
    const arrays = readArrays(weights, layer.name);
    const count = layer.weights.length;
    // A dropout layer's only variable is the state of its random numbers.
    if (count === 0) return [];
    if (arrays.length !== count) {
      throw fileError(WHERE, `the layer ${layer.name} has another number of weights`, {
        expected: `${count}`,
        received: `${arrays.length}`,
      });
    }
    return arrays.map((array, i) => ({ name: layer.weights[i]!.originalName, ...array }));
  });
}
