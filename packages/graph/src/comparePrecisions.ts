/** A short measurement of what mixed precision gains here; the weights stay as they are. */

import { checkInteger } from "@tarea/core";
import { compiledSession, type CompileOptions } from "./compileTraining.js";
import { measureInTurns } from "./measureInTurns.js";
import { PRECISIONS, type Precision } from "./mixedPrecision.js";
import type { CompiledSession } from "./session.js";

export interface ComparePrecisionsOptions {
  batchSize: number;
  /** A clock in milliseconds. */
  now?: () => number;
}

/**
 * Milliseconds per step in each precision, from some steps that are thrown away; `undefined` where steps are not compiled.
 *
 * @throws TareaError for bad options, as `compileTraining`.
 */
export function comparePrecisions(
  options: CompileOptions,
  { batchSize, now = () => performance.now() }: ComparePrecisionsOptions,
): Record<Precision, number> | undefined {
  checkInteger("comparePrecisions", "batchSize", batchSize, { max: options.inputs.shape[0] ?? 0 });
  const sessions = new Map<Precision, CompiledSession>();
  try {
    for (const precision of PRECISIONS) {
      const session = compiledSession({ ...options, precision, batchSizes: [batchSize] });
      if (session === undefined) return undefined;
      sessions.set(precision, session);
    }
    const times = measureInTurns(sessions, { batchSize, now });
    return { float32: times.get("float32")!, mixed: times.get("mixed")! };
  } finally {
    for (const session of sessions.values()) session.dispose();
  }
}
