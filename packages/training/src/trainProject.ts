/** Trains a project's experiments: every stage and seed in a process of its own, several side by side. */

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkInteger, checkOneOf, TareaError } from "@tarea/core";
import type { EngineName } from "@tarea/engine";
import { cacheFolder as userCacheFolder } from "@tarea/files";
import type { RunStage } from "@tarea/runs";
import { MOST_THREADS, STAGES, type CompleteExperiment } from "./experiment.js";
import { listExperiments, loadExperiment } from "./experimentFiles.js";
import type { DatasetLibrary } from "./libraries.js";
import type { RunOutcome } from "./runExperiment.js";
import type { TrainProgress } from "./trainModel.js";
import type { FromWorker, ToWorker, TrainJob } from "./workerMessages.js";

export interface TrainProjectOptions {
  /** The project's folder, which holds `experiments/`. */
  root: string;
  /** Where the data come from: `@tarea/datasets`. */
  datasets: DatasetLibrary;
  /** A module that calls `serveTrainJobs`; each run gets a process of its own with it. */
  worker: URL;
  /** Experiments to train, in this order; default: all of them. */
  experiments?: readonly string[];
  /** Default: the stages each experiment names. */
  stages?: readonly RunStage[] | undefined;
  /** Default: the seeds each experiment names. */
  seeds?: readonly number[] | undefined;
  /** Runs side by side. Default: one per core. */
  jobs?: number | undefined;
  /** Threads of one operation. Default: the experiment's own, else those of an earlier run of the same configuration, else the fastest. */
  threads?: number | undefined;
  /** Parts of a batch that are worked on side by side. Default as for `threads`. */
  shards?: number | undefined;
  /** Keeps what was measured for `threads` and `shards`. Default: `cacheFolder()` of `@tarea/files`. */
  cacheFolder?: string;
  /** Default `auto`: the best engine of this machine. */
  engine?: "auto" | EngineName;
  /** `auto` takes the real files where they can be had, else the synthetic twin; the other two insist. Default `auto`. */
  data?: "auto" | "files" | "synthetic";
  /** Open no socket. Default false. */
  offline?: boolean;
  /** Train again what is complete. Default false. */
  force?: boolean;
  /** Default `<root>/runs`. */
  runsFolder?: string | undefined;
  signal?: AbortSignal;
  onEvent?: (event: TrainEvent) => void;
}

export interface RunName {
  experiment: string;
  stage: RunStage;
  seed: number;
}

export type TrainEvent =
  | { type: "note"; message: string }
  | { type: "start"; run: RunName; title: string }
  | { type: "progress"; run: RunName; progress: TrainProgress }
  | { type: "end"; run: RunName; outcome: RunOutcome };

export interface TrainProjectResult {
  outcomes: RunOutcome[];
  /** True when `signal` ended the training early. */
  interrupted: boolean;
}

/**
 * Trains what is not trained yet and resolves when every run has ended. Runs whose loss is not finite are `failed` in
 * the result; the others go on.
 *
 * @throws TareaError for an unknown experiment, data set or option, before anything is trained; and the first error of
 * a training process that is not about its numbers.
 */
export async function trainProject(options: TrainProjectOptions): Promise<TrainProjectResult> {
  const root = resolve(options.root);
  const runsFolder = resolve(options.runsFolder ?? join(root, "runs"));
  const experiments = await loadAll(root, options.experiments);
  const jobs = checkInteger("train", "jobs", options.jobs ?? availableParallelism());
  const { threads, shards } = options;
  if (threads !== undefined) checkInteger("train", "threads", threads, { max: MOST_THREADS });
  if (shards !== undefined) checkInteger("train", "shards", shards, { max: MOST_THREADS });
  const sources = await findData(experiments, options);
  const queue = experiments.flatMap((experiment) => namesOf(experiment, options).map((run) => ({ run, experiment })));
  const laneCount = Math.min(jobs, queue.length);
  const outcomes: RunOutcome[] = [];
  const errors: unknown[] = [];

  async function takeFromQueue(): Promise<void> {
    for (let next = queue.shift(); next && !options.signal?.aborted && errors.length === 0; next = queue.shift()) {
      const { run, experiment } = next;
      options.onEvent?.({ type: "start", run, title: experiment.title });
      const job: TrainJob = {
        ...run,
        root,
        runsFolder,
        engine: options.engine ?? "auto",
        dataSource: sources.get(experiment.data.name)!,
        force: options.force ?? false,
        asked: { ...(threads !== undefined && { threads }), ...(shards !== undefined && { shards }) },
        cores: Math.max(1, Math.floor(availableParallelism() / laneCount)),
        cacheFolder: options.cacheFolder ?? userCacheFolder(),
      };
      const outcome = await runInProcess(job, run, options);
      if (outcome === undefined) return;
      outcomes.push(outcome);
      options.onEvent?.({ type: "end", run, outcome });
    }
  }
  const lanes = Array.from({ length: laneCount }, () => takeFromQueue().catch((error: unknown) => void errors.push(error)));
  await Promise.all(lanes);
  if (errors.length > 0) throw errors[0];
  return { outcomes, interrupted: options.signal?.aborted ?? false };
}

async function loadAll(root: string, ids: readonly string[] | undefined): Promise<CompleteExperiment[]> {
  const chosen = ids?.length ? [...new Set(ids)] : await listExperiments(root);
  return Promise.all(chosen.map((id) => loadExperiment(root, id)));
}

/** Longest first: `final` trains on more samples than `validation`. */
function namesOf(experiment: CompleteExperiment, options: TrainProjectOptions): RunName[] {
  const stages = options.stages ?? experiment.stages;
  for (const stage of stages) checkOneOf("train", "stage", stage, STAGES);
  const seeds = options.seeds ?? experiment.seeds;
  return seeds.flatMap((seed) =>
    stages
      .toReversed()
      .map((stage) => ({ experiment: experiment.id, stage, seed: checkInteger("train", "seed", seed, { min: 0 }) })),
  );
}

/** Finds or fetches each data set once, before the training processes ask for it. */
async function findData(
  experiments: CompleteExperiment[],
  options: TrainProjectOptions,
): Promise<Map<string, "files" | "synthetic">> {
  const known = options.datasets.listDatasets().map((card) => card.name);
  const sources = new Map<string, "files" | "synthetic">();
  for (const { id, data } of experiments) {
    const name = checkOneOf(`experiment ${JSON.stringify(id)}`, "data set", data.name, known);
    if (sources.has(name)) continue;
    sources.set(name, await findOne(name, options));
  }
  return sources;
}

async function findOne(
  name: string,
  { datasets, data = "auto", offline = false, onEvent }: TrainProjectOptions,
): Promise<"files" | "synthetic"> {
  checkOneOf("train", "data", data, ["auto", "files", "synthetic"]);
  if (data === "synthetic") return "synthetic";
  try {
    await datasets.fetchDataset(name, { offline });
    return "files";
  } catch (error) {
    // A file that is there but wrong is for the user to mend; only what cannot be had is stood in for.
    if (data === "files" || !(error instanceof TareaError) || error.code !== "no-data") throw error;
    onEvent?.({
      type: "note",
      message: `${name}: the synthetic twin stands in: ${error.problem}.`,
    });
    return "synthetic";
  }
}

/** `undefined` when it was stopped before it began. */
async function runInProcess(job: TrainJob, run: RunName, options: TrainProjectOptions): Promise<RunOutcome | undefined> {
  const answer = await askProcess(job, run, options);
  if (answer.type === "done") return answer.outcome;
  if (answer.type === "stopped") return undefined;
  return runInProcess({ ...job, execution: answer.execution }, run, options);
}

type Answer = Extract<FromWorker, { type: "done" | "elsewhere" | "stopped" }>;

function askProcess(job: TrainJob, run: RunName, { worker: module, signal, onEvent }: TrainProjectOptions): Promise<Answer> {
  return new Promise((resolvePromise, reject) => {
    const worker = fork(fileURLToPath(module), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const tell = (message: ToWorker): void => void worker.send(message, () => undefined);
    const stop = (): void => tell({ type: "stop" });
    let errorOutput = "";
    let answer: Answer | undefined;
    let failure: TareaError | undefined;
    worker.stderr?.on("data", (chunk: Buffer) => (errorOutput = (errorOutput + chunk.toString()).slice(-4000)));
    worker.on("message", (message: FromWorker) => {
      if (message.type === "progress") onEvent?.({ type: "progress", run, progress: message.progress });
      else if (message.type === "error") failure = workerError(run, message.error.code, message.error.message);
      else if (message.type !== "measured") answer = message;
    });
    worker.on("error", reject);
    worker.on("close", (code, signalName) => {
      signal?.removeEventListener("abort", stop);
      if (answer) resolvePromise(answer);
      else
        reject(
          failure ??
            workerError(
              run,
              "process",
              `the training process ended early (${signalName ?? `exit code ${code}`})\n${errorOutput}`.trim(),
            ),
        );
    });
    signal?.addEventListener("abort", stop, { once: true });
    tell({ type: "run", job });
    if (signal?.aborted) stop();
  });
}

function workerError(run: RunName, code: string, message: string): TareaError {
  return new TareaError({
    code,
    where: `${run.experiment} (${run.stage}, seed ${run.seed})`,
    problem: message.replace(/\.$/, ""),
  });
}
