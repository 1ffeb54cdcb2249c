/** A short measurement of how many shards train a model fastest here; the weights stay as they are. */

import { checkInteger, TareaError } from "@tarea/core";
import { compiledSession, type CompileOptions } from "./compileTraining.js";
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

/** Time for one candidate, and how often it is measured within: the best counts. */
const MILLISECONDS = 90;
const REPEATS = 3;

/** A candidate has to be this much faster than the best before it. */
const GAIN = 0.95;

/**
 * Runs some steps with each number of shards and throws them away. Keep the result with the run and pass it as `shards` next time: only
 * the same number gives the same bits. 1 for a model with batch normalization, and on other engines than native TensorFlow.
 *
 * @throws TareaError for bad options, as `compileTraining`.
 */
export function chooseShards(
  options: CompileOptions,
  { batchSize, candidates = SHARD_CANDIDATES, now = () => performance.now() }: ChooseShardsOptions,
): ShardChoice {
  checkInteger("chooseShards", "batchSize", batchSize, { max: options.inputs.shape[0] ?? 0 });
  const millisecondsPerStep = new Map<number, number>();
  let best = { shards: 1, milliseconds: Infinity };
  for (const shards of candidates) {
    const milliseconds = measure({ ...options, shards, batchSizes: [batchSize] }, batchSize, now);
    if (milliseconds === undefined) break;
    millisecondsPerStep.set(shards, milliseconds);
    if (milliseconds < best.milliseconds * GAIN) best = { shards, milliseconds };
  }
  return { shards: best.shards, millisecondsPerStep };
}

/** Milliseconds per step, or `undefined` when the model does not run in that many shards or not compiled at all. */
function measure(options: CompileOptions, batchSize: number, now: () => number): number | undefined {
  let session: CompiledSession | undefined;
  try {
    session = compiledSession(options);
  } catch (error) {
    if (error instanceof TareaError && error.code === "shards") return undefined;
    throw error;
  }
  if (session === undefined) return undefined;
  const rows = Uint32Array.from({ length: batchSize }, (_, i) => i);
  const time = (steps: number): number => {
    const start = now();
    session.rehearse(Array.from({ length: steps }, () => rows));
    return (now() - start) / steps;
  };
  time(1);
  let best = time(1);
  const steps = Math.max(1, Math.floor(MILLISECONDS / REPEATS / Math.max(best, 0.05)));
  const repeats = steps > 1 ? REPEATS : 0;
  for (let i = 0; i < repeats; i++) best = Math.min(best, time(steps));
  session.dispose();
  return best;
}
