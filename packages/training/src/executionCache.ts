/** Choices of threads and shards that were measured on this machine, kept in the user's cache. */

import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { canonicalHash, TareaError } from "@tarea/core";
import { withLock, writeFileAtomic } from "@tarea/files";
import { sameExecution, type Execution, type MeasuredExecution } from "./execution.js";

export interface ExecutionKey {
  /** Cores that the run may use. */
  cores: number;
  /** Version of TensorFlow. */
  engine: string;
  /** Version of `@tarea/graph`. */
  graph: string;
  /** Whether kernels of our own are in use. */
  kernels: boolean;
  /** What a step computes: model, batch size, loss, optimizer and whatever else changes its cost. Plain JSON. */
  step: unknown;
}

export interface CachedExecution {
  execution: Execution;
  from: "cache" | "measurement";
}

/** Raised when measuring changes, so that older choices are made again. */
const VERSION = 5;

/**
 * The choice that is kept for `key` if it is one of `candidates`, else what `measure` gives, kept for the next time. Processes that ask
 * for the same at once wait for the one that measures. In a cache that cannot be written nothing is kept.
 */
export async function cachedExecution(
  cacheFolder: string,
  key: ExecutionKey,
  candidates: readonly Execution[],
  measure: () => Promise<{ best: Execution; measured: readonly MeasuredExecution[] }>,
): Promise<CachedExecution> {
  const name = canonicalHash({ ...key, version: VERSION, processor: cpus()[0]?.model ?? "unknown", candidates });
  const file = join(cacheFolder, "execution", `${name}.json`);
  const kept = await read(file, candidates);
  if (kept !== undefined) return { execution: kept, from: "cache" };
  try {
    return await withLock(`${file}.lock`, async () => {
      const meanwhile = await read(file, candidates);
      if (meanwhile !== undefined) return { execution: meanwhile, from: "cache" };
      const { best, measured } = await measure();
      await writeFileAtomic(file, `${JSON.stringify({ ...best, measured }, null, 2)}\n`);
      return { execution: best, from: "measurement" };
    });
  } catch (error) {
    if (!(error instanceof TareaError && error.code === "write")) throw error;
    return { execution: (await measure()).best, from: "measurement" };
  }
}

/** `undefined` when there is nothing, or nothing of use: it is measured again then. */
async function read(file: string, candidates: readonly Execution[]): Promise<Execution | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, "utf8")) as Execution;
    return candidates.find((candidate) => sameExecution(candidate, kept));
  } catch {
    return undefined;
  }
}
