/** A word about mixed precision where it is the slower one. */

import { comparePrecisions } from "@tarea/graph";
import type { PreparedRun } from "./prepareRun.js";

/** Mixed precision that takes this much longer than float32 is worth a word: less is noise. */
const SLOWER = 1.05;

/** Measured by steps that are thrown away, when the experiment asks for mixed precision. */
export function precisionWarnings({ compile, batchSize }: PreparedRun, { shards }: { shards: number }): string[] {
  if (compile.precision !== "mixed") return [];
  const times = comparePrecisions({ ...compile, shards }, { batchSize });
  if (times === undefined || times.mixed < times.float32 * SLOWER) return [];
  const ratio = (times.mixed / times.float32).toFixed(1);
  return [`Mixed precision takes ${ratio} times as long as float32 here: this processor or this model gains nothing from it.`];
}
