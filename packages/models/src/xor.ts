/** The two smallest networks that compute the exclusive or of two inputs. */

import type * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkKnownOptions } from "@tarea/core";
import { mlp } from "./mlp.js";

export interface XorOptions {
  /** Whether one hidden unit is enough because the output also sees the inputs (2-1-1); else 2-2-1. Default `XOR_DEFAULTS.skip`. */
  skip?: boolean;
  /** Seed of the initial weights; `null` draws nothing. Default `XOR_DEFAULTS.seed`. */
  seed?: number | null;
  /** Name of the model. Default `XOR_DEFAULTS.name`. */
  name?: string;
}

export const XOR_DEFAULTS = { skip: false, seed: 0, name: "xor" } as const satisfies XorOptions;

/**
 * Builds the network, `[B, 2]` float32 -> the probability that the two differ, `[B, 1]`. Hidden units are tanh. The caller
 * disposes it.
 *
 * @throws TareaError for bad options.
 * @example
 * const model = xor({ skip: true, seed: 1 });
 */
export function xor(options: XorOptions = {}): tf.LayersModel {
  checkKnownOptions("xor", options, Object.keys(XOR_DEFAULTS));
  const { skip, ...rest } = { ...XOR_DEFAULTS, ...options };
  checkBoolean("xor", "skip", skip);
  return mlp({ ...rest, inputShape: [2], classes: 2, units: [skip ? 1 : 2], activation: "tanh", skip, output: "sigmoid" });
}
