/** Thread counts, which TensorFlow reads from the environment once, when its library loads. */

import { availableParallelism } from "node:os";
import { checkInteger } from "@tarea/core";

/** What an engine uses when nothing else is said: every core this process may use. */
export function defaultThreads(): number {
  return availableParallelism();
}

/**
 * Decides the threads per operation, `threads`, then `TF_NUM_INTRAOP_THREADS`, then all cores, and writes it where the library reads it.
 * Operations that run side by side get all cores unless `TF_NUM_INTEROP_THREADS` is set. The library's own log is held to warnings
 * and worse unless `TF_CPP_MIN_LOG_LEVEL` is set. Has no effect once the library is loaded, nor in a worker thread, whose
 * environment is a copy.
 */
export function setThreadVariables(threads?: number): number {
  const count = threads ?? (Number(process.env["TF_NUM_INTRAOP_THREADS"]) || defaultThreads());
  checkInteger("useEngine", "threads", count);
  process.env["TF_NUM_INTRAOP_THREADS"] = String(count);
  process.env["TF_NUM_INTEROP_THREADS"] ??= String(defaultThreads());
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  return count;
}
