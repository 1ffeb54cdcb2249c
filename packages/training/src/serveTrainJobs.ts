/** The process that trains: one job and it ends. Native calls block its event loop, not the caller's. */

import { messageOf, TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import type { ExecutionInfo } from "@tarea/runs";
import { chooseExecution, measureShards } from "./chooseExecution.js";
import { operationsOf, type Execution } from "./execution.js";
import { loadExperiment } from "./experimentFiles.js";
import type { Libraries } from "./libraries.js";
import { measureInProcess } from "./measureInProcess.js";
import { prepareRun, type PreparedRun } from "./prepareRun.js";
import { readGitInfo, readVersions } from "./provenance.js";
import { runPrepared } from "./runExperiment.js";
import type { FromWorker, ToWorker, TrainJob } from "./workerMessages.js";

const PROGRESS_INTERVAL_MILLISECONDS = 100;

/**
 * Makes this process a training process: call it once, in the module that `trainProject` is given as `worker`. It stops
 * when told to, on SIGTERM, and when its parent is gone, so that none is left behind.
 *
 * @example
 * import * as datasets from "@tarea/datasets";
 * import * as models from "@tarea/models";
 * serveTrainJobs({ datasets, models });
 */
export function serveTrainJobs(libraries: Libraries): void {
  const stop = new AbortController();
  process.on("SIGINT", () => undefined); // A terminal sends it to the parent too, which says when to stop.
  process.on("SIGTERM", () => stop.abort());
  process.on("disconnect", () => stop.abort());
  process.on("message", (message: ToWorker) => {
    if (message.type === "stop") stop.abort();
    else if (message.type === "run") void answerWith(() => train(message.job, libraries, stop.signal));
    else void answerWith(() => measure(message.job, message.execution, libraries));
  });
}

async function answerWith(work: () => Promise<FromWorker>): Promise<void> {
  try {
    await send(await work());
  } catch (error) {
    const code = error instanceof TareaError ? error.code : "internal";
    const message = error instanceof Error && !(error instanceof TareaError) ? (error.stack ?? error.message) : messageOf(error);
    await send({ type: "error", error: { code, message } });
  }
  process.exit();
}

async function train(job: TrainJob, libraries: Libraries, signal: AbortSignal): Promise<FromWorker> {
  const run = await prepare(job, job.execution, libraries);
  const execution = job.execution ?? (await choose(run, job, signal));
  if (execution === undefined) return { type: "stopped" };
  const fits = execution.threads === run.options.engine.threads && operationsOf(execution) === execution.threads;
  if (job.execution === undefined && !fits) return { type: "elsewhere", execution };
  let reportedAt = 0;
  const outcome = await runPrepared(run, {
    execution,
    versions: readVersions(),
    git: await readGitInfo(job.root),
    force: job.force,
    signal,
    onProgress(progress) {
      const now = Date.now();
      if (progress.valLoss === undefined && progress.step < progress.steps && now - reportedAt < PROGRESS_INTERVAL_MILLISECONDS)
        return;
      reportedAt = now;
      void send({ type: "progress", progress });
    },
  });
  return { type: "done", outcome };
}

/** `undefined` when it was stopped meanwhile. */
async function choose(run: PreparedRun, job: TrainJob, signal: AbortSignal): Promise<ExecutionInfo | undefined> {
  try {
    return await chooseExecution(run, { ...job, measureElsewhere: (candidate) => measureInProcess(job, candidate, signal) });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function measure(job: TrainJob, execution: Execution, libraries: Libraries): Promise<FromWorker> {
  const run = await prepare(job, execution, libraries);
  const millisecondsPerStep = measureShards(run, [execution.shards]).get(execution.shards) ?? Infinity;
  return { type: "measured", millisecondsPerStep };
}

/** Loads everything; with one thread per operation until something else was chosen. */
async function prepare(job: TrainJob, execution: Execution | undefined, libraries: Libraries): Promise<PreparedRun> {
  const experiment = await loadExperiment(job.root, job.experiment);
  const threads = execution?.threads ?? job.asked.threads ?? experiment.threads ?? 1;
  process.env["TF_NUM_INTEROP_THREADS"] ??= String(execution ? operationsOf(execution) : threads);
  const engine = await useEngine({ prefer: job.engine, threads });
  const dataset = await libraries.datasets.loadDataset(experiment.data.name, { source: job.dataSource, offline: true });
  const { stage, seed, runsFolder } = job;
  return prepareRun({ experiment, stage, seed, dataset, libraries, engine, runsFolder });
}

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}
