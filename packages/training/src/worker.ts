/**
 * The process that trains: started by `trainProject`, it runs one job and ends. Native calls block its event loop, not
 * the caller's. It stops when told to, on SIGTERM, and when its parent is gone, so that none is left behind.
 */

import { messageOf, TareaError } from "@tarea/core";
import { loadDataset, type DatasetName } from "@tarea/datasets";
import { useEngine } from "@tarea/engine";
import { loadExperiment } from "./experimentFiles.js";
import { readGitInfo, readVersions } from "./provenance.js";
import { runExperiment, type RunOutcome } from "./runExperiment.js";
import type { FromWorker, ToWorker, TrainJob } from "./workerMessages.js";

const PROGRESS_INTERVAL_MILLISECONDS = 100;

const stop = new AbortController();
process.on("SIGINT", () => undefined); // A terminal sends it to the parent too, which says when to stop.
process.on("SIGTERM", () => stop.abort());
process.on("disconnect", () => stop.abort());
process.on("message", (message: ToWorker) => {
  if (message.type === "stop") stop.abort();
  else void work(message.job);
});

async function work(job: TrainJob): Promise<void> {
  try {
    await send({ type: "done", outcome: await train(job) });
  } catch (error) {
    const code = error instanceof TareaError ? error.code : "internal";
    const message = error instanceof TareaError ? error.message : error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    await send({ type: "error", error: { code, message } });
  }
  process.exit();
}

async function train(job: TrainJob): Promise<RunOutcome> {
  const experiment = await loadExperiment(job.root, job.experiment);
  const engine = await useEngine({ prefer: job.engine, threads: experiment.threads });
  const dataset = await loadDataset(experiment.data.name as DatasetName, { source: job.dataSource, offline: true });
  let reportedAt = 0;
  return runExperiment({
    experiment,
    stage: job.stage,
    seed: job.seed,
    dataset,
    engine,
    runsFolder: job.runsFolder,
    versions: readVersions(),
    git: await readGitInfo(job.root),
    force: job.force,
    signal: stop.signal,
    onProgress(progress) {
      const now = Date.now();
      if (progress.valLoss === undefined && progress.step < progress.steps && now - reportedAt < PROGRESS_INTERVAL_MILLISECONDS) return;
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
