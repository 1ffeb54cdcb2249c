/** Chooses threads and shards before a run begins: as asked for, as recorded, as kept in the user's cache, or by a measurement. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { chooseShards } from "@tarea/graph";
import type { ExecutionInfo } from "@tarea/runs";
import { executionCandidates, fastestExecution, operationsOf, type Execution, type MeasuredExecution } from "./execution.js";
import { cachedExecution } from "./executionCache.js";
import type { PreparedRun } from "./prepareRun.js";
import { recordedExecution } from "./recordedExecution.js";

export interface ChooseExecutionOptions {
  /** What the caller decided; `experiment` decides next. */
  asked: Partial<Execution>;
  /** Cores that this run may use. */
  cores: number;
  cacheFolder: string;
  /** Milliseconds per step, measured in a process of its own because TensorFlow reads its threads when it loads. */
  measureElsewhere: (execution: Execution) => Promise<number>;
}

/**
 * A step that is faster than this gains nothing from threads: handing its operations over costs as much. Kernels of our own share
 * their work out without them, so that only models with long operations of TensorFlow's gain.
 */
const THREADS_PAY_MILLISECONDS = 1;
const THREADS_PAY_BESIDE_KERNELS_MILLISECONDS = 3;

/**
 * Steps that are measured are thrown away: no weight moves. The same configuration recorded in `runsFolder` decides before the cache, so
 * that a rerun or a resume ends with equal bits. Call it in a process with one thread per operation.
 *
 * @throws TareaError when the model cannot be compiled, and what `measureElsewhere` rejects with.
 */
export async function chooseExecution(run: PreparedRun, options: ChooseExecutionOptions): Promise<ExecutionInfo> {
  const { engine, experiment, runsFolder } = run.options;
  if (engine.name !== "tensorflow") return { threads: engine.threads, shards: 1, chosenBy: "default" };
  const { asked } = options;
  const given = withoutUndefined({ threads: experiment.threads, shards: experiment.shards, ...withoutUndefined(asked) });
  const chosenBy = Object.keys(withoutUndefined(asked)).length > 0 ? "option" : "experiment";
  if (given.threads !== undefined && given.shards !== undefined)
    return { threads: given.threads, shards: given.shards, chosenBy };
  const recorded = await recordedExecution(join(runsFolder, experiment.id), run.settings, given);
  if (recorded !== undefined) return { ...recorded, chosenBy: "record" };
  const candidates = executionCandidates(options.cores, given);
  if (candidates.length === 1) return { ...candidates[0]!, chosenBy: Object.keys(given).length > 0 ? chosenBy : "default" };
  const key = {
    cores: options.cores,
    engine: engine.version,
    graph: graphVersion(),
    kernels: engine.kernels,
    step: run.stepSettings,
  };
  const { execution, from } = await cachedExecution(options.cacheFolder, key, candidates, async () => {
    const measured = await measureAll(run, candidates, options);
    return { best: fastestExecution(measured, engine.kernels) ?? candidates[0]!, measured };
  });
  return { ...execution, chosenBy: from };
}

/** Milliseconds per step in this process, by the number of shards; those that the model does not allow are left out. */
export function measureShards({ compile, batchSize }: PreparedRun, shards: readonly number[]): Map<number, number> {
  return chooseShards(compile, { batchSize, candidates: shards }).millisecondsPerStep;
}

async function measureAll(
  run: PreparedRun,
  candidates: readonly Execution[],
  { measureElsewhere }: ChooseExecutionOptions,
): Promise<MeasuredExecution[]> {
  const { threads, kernels } = run.options.engine;
  const pay = kernels ? THREADS_PAY_BESIDE_KERNELS_MILLISECONDS : THREADS_PAY_MILLISECONDS;
  const here = candidates.filter((candidate) => candidate.threads === threads && operationsOf(candidate) === threads);
  const times = measureShards(
    run,
    here.map(({ shards }) => shards),
  );
  const measured = here.flatMap((candidate) => {
    const millisecondsPerStep = times.get(candidate.shards);
    return millisecondsPerStep === undefined ? [] : [{ ...candidate, millisecondsPerStep }];
  });
  if (measured.some(({ millisecondsPerStep }) => millisecondsPerStep < pay)) return measured;
  for (const candidate of candidates) {
    if (here.includes(candidate)) continue;
    measured.push({ ...candidate, millisecondsPerStep: await measureElsewhere(candidate) });
  }
  return measured;
}

function graphVersion(): string {
  return (createRequire(import.meta.url)("@tarea/graph/package.json") as { version: string }).version;
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
