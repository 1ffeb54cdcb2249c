/** A short measurement of how many shards train a model fastest here; the weights stay as they are. */

import { checkInteger, TareaError } from "@tarea/core";
import { compiledSession, type CompileOptions } from "./compileTraining.js";
import { measureInTurns } from "./measureInTurns.js";
import type { CompiledSession } from "./session.js";

export interface ChooseShardsOptions {
  batchSize: number;
  /** Numbers of shards to try, in this order; a later one must be faster. Default `SHARD_CANDIDATES`. */
  candidates?: readonly number[];
  /** A clock in milliseconds. */
  now?: () => number;
}

export interface ShardChoice {
  shards: number;
  /** Of each candidate that was tried. */
  millisecondsPerStep: Map<number, number>;
}

export const SHARD_CANDIDATES = [1, 2, 4] as const;

/** A candidate has to be this much faster than the best before it. */
const GAIN = 0.95;

/**
 * Runs some steps with each number of shards and throws them away. Keep the result with the run and pass it as `shards` next time: only
 * the same number gives the same bits. 1 for a function that assigns weights, and on other engines than native TensorFlow.
 *
 * @throws TareaError for bad options, as `compileTraining`.
 */
export function chooseShards(
  options: CompileOptions,
  { batchSize, candidates = SHARD_CANDIDATES, now = () => performance.now() }: ChooseShardsOptions,
): ShardChoice {
  checkInteger("chooseShards", "batchSize", batchSize, { max: options.inputs.shape[0] ?? 0 });
  const sessions = new Map<number, CompiledSession>();
  try {
    for (const shards of candidates) {
      const session = openSession({ ...options, shards, batchSizes: [batchSize] });
      if (session === undefined) break;
      sessions.set(shards, session);
    }
    const millisecondsPerStep = measureInTurns(sessions, { batchSize, now });
    let best = { shards: 1, milliseconds: Infinity };
    for (const [shards, milliseconds] of millisecondsPerStep)
      if (milliseconds < best.milliseconds * GAIN) best = { shards, milliseconds };
    return { shards: best.shards, millisecondsPerStep };
  } finally {
    for (const session of sessions.values()) session.dispose();
  }
}

/** `undefined` when the model does not run in that many shards or not compiled at all. */
function openSession(options: CompileOptions): CompiledSession | undefined {
  try {
    return compiledSession(options);
  } catch (error) {
    if (error instanceof TareaError && error.code === "shards") return undefined;
    throw error;
  }
}
