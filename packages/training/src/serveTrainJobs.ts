/** The process that trains: one job and it ends. Native calls block its event loop, not the caller's. */

import { messageOf, TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { loadExperiment } from "./experimentFiles.js";
import type { Libraries } from "./libraries.js";
import { readGitInfo, readVersions } from "./provenance.js";
import { runExperiment, type RunOutcome } from "./runExperiment.js";
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
    else void work(message.job, libraries, stop.signal);
  });
}

async function work(job: TrainJob, libraries: Libraries, signal: AbortSignal): Promise<void> {
  try {
    await send({ type: "done", outcome: await train(job, libraries, signal) });
  } catch (error) {
    const code = error instanceof TareaError ? error.code : "internal";
    const message = error instanceof Error && !(error instanceof TareaError) ? (error.stack ?? error.message) : messageOf(error);
    await send({ type: "error", error: { code, message } });
  }
  process.exit();
}

async function train(job: TrainJob, libraries: Libraries, signal: AbortSignal): Promise<RunOutcome> {
  const experiment = await loadExperiment(job.root, job.experiment);
  const engine = await useEngine({ prefer: job.engine, threads: experiment.threads });
  const dataset = await libraries.datasets.loadDataset(experiment.data.name, { source: job.dataSource, offline: true });
  let reportedAt = 0;
  return runExperiment({
    experiment,
    stage: job.stage,
    seed: job.seed,
    dataset,
    libraries,
    engine,
    runsFolder: job.runsFolder,
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
}

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}
