/** A network for x -> 4x(1 - x): a few tanh units, and an output that also sees the input. */

import type * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions } from "@tarea/core";
import { mlp } from "./mlp.js";

export interface LogisticMapOptions {
  /** Hidden tanh units. Default `LOGISTIC_MAP_DEFAULTS.units`. */
  units?: number;
  /** Seed of the initial weights; `null` draws nothing. Default `LOGISTIC_MAP_DEFAULTS.seed`. */
  seed?: number | null;
  /** Name of the model. Default `LOGISTIC_MAP_DEFAULTS.name`. */
  name?: string;
}

export const LOGISTIC_MAP_DEFAULTS = { units: 5, seed: 0, name: "logisticMap" } as const satisfies LogisticMapOptions;

/**
 * Builds the network, `[B, 1]` float32 -> `[B, 1]`. The caller disposes it.
 *
 * @throws TareaError for bad options.
 * @example
 * const model = logisticMap({ seed: 1 });
 */
export function logisticMap(options: LogisticMapOptions = {}): tf.LayersModel {
  checkKnownOptions("logisticMap", options, Object.keys(LOGISTIC_MAP_DEFAULTS));
  const { units, ...rest } = { ...LOGISTIC_MAP_DEFAULTS, ...options };
  checkInteger("logisticMap", "units", units);
  return mlp({ ...rest, inputShape: [1], classes: 1, units: [units], activation: "tanh", skip: true, output: "linear" });
}
