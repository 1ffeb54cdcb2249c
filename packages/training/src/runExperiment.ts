/** One run of one experiment: from a data set and a seed to a complete run record. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@tarea/core";
import { withLock } from "@tarea/files";
import { compileTraining, type CompiledTraining } from "@tarea/graph";
import { createRunWriter, readRun, type ExecutionInfo, type GitInfo, type RunRecord, type RunWriter } from "@tarea/runs";
import { CHECKPOINT_PATH, decodeCheckpoint, encodeCheckpoint, type StoredCheckpoint } from "./checkpointFile.js";
import { learningRateAt } from "./learningRates.js";
import { prepareRun, type PreparedRun, type PrepareRunOptions } from "./prepareRun.js";
import { precisionWarnings } from "./precisionWarnings.js";
import { lastValues, newRecord } from "./runRecord.js";
import { saveModel } from "./saveModel.js";
import { checkTargets, testModel } from "./testModel.js";
import { NotFiniteError, trainModel, type TrainProgress, type TrainResult } from "./trainModel.js";

export interface RunPreparedOptions {
  /** Default: the engine's threads and one shard. */
  execution?: ExecutionInfo | undefined;
  versions: Record<string, string>;
  git: GitInfo | null;
  /** Train again even if a complete run of the same configuration exists. Default false. */
  force?: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: (progress: TrainProgress) => void;
  /** Milliseconds since 1970; injected so that records can be reproduced in tests. */
  now?: () => number;
}

export interface RunExperimentOptions extends PrepareRunOptions, RunPreparedOptions {}

export interface RunOutcome {
  /** `reused`: a complete run of this configuration was there already. */
  status: "complete" | "reused" | "interrupted" | "failed";
  folder: string;
  record: RunRecord;
}

/** Least time between two checkpoints of a run that nobody interrupts, in milliseconds. */
const CHECKPOINT_INTERVAL = 30_000;

/**
 * Trains one stage and seed and writes its record. An interrupted run of the same configuration is continued to the
 * bit; a complete one is returned as it is unless `force` is set. A loss that is not finite ends in a record with status
 * `failed` that names epoch and step.
 *
 * @throws TareaError when the experiment, the data or the runs folder is at fault.
 */
export async function runExperiment(options: RunExperimentOptions): Promise<RunOutcome> {
  const run = prepareRun(options);
  try {
    return await runPrepared(run, options);
  } finally {
    run.model.dispose();
  }
}

/** As `runExperiment`, for a run that is prepared; its model is trained. */
export async function runPrepared(run: PreparedRun, options: RunPreparedOptions): Promise<RunOutcome> {
  const { engine, experiment, runsFolder } = run.options;
  const execution = options.execution ?? { threads: engine.threads, shards: 1, chosenBy: "default" };
  const record = newRecord(run, { ...options, execution, startedAt: nowIso(options) });
  const folder = join(runsFolder, experiment.id, record.id);
  const lock = join(runsFolder, experiment.id, `.${record.id}.lock`);
  return withLock(lock, () => trainAndRecord(run, options, record, folder), { waitSeconds: 0 });
}

async function trainAndRecord(
  run: PreparedRun,
  options: RunPreparedOptions,
  record: RunRecord,
  folder: string,
): Promise<RunOutcome> {
  const { experiment, stage, runsFolder } = run.options;
  const previous = await readRun(folder).catch(() => undefined);
  if (previous?.record.status === "complete" && !options.force) return { status: "reused", folder, record: previous.record };
  const checkpoint = options.force ? undefined : await readCheckpoint(folder, record);
  if (checkpoint && previous) record.timings.startedAt = previous.record.timings.startedAt;
  const session = compileTraining({ ...run.compile, shards: record.execution!.shards });
  record.warnings.push(...precisionWarnings(run, record.execution!));
  const writer = await createRunWriter({ folder: runsFolder, record });
  try {
    const result = await train(run, options, session, record, writer, checkpoint);
    await writer.writeHistory(result.history);
    const finalMetrics = lastValues(result);
    const timings = { ...record.timings, trainSeconds: result.trainSeconds, epochsCompleted: result.history.epoch.length };
    if (!result.finished) return await finish(options, writer, { status: "interrupted", timings, finalMetrics });
    await saveModel(run.model, writer);
    const test = stage === "final" ? await testModel(session, run, writer) : undefined;
    const testSetUses = test === undefined ? [] : [{ at: nowIso(options), purpose: test.purpose }];
    const warnings = [...record.warnings, ...(test?.warnings ?? [])];
    const metrics = { ...finalMetrics, ...test?.metrics };
    const targets = checkTargets(experiment.targets, metrics, stage);
    const end = { timings, finalMetrics: metrics, targets, testSetUses, warnings };
    const outcome = await finish(options, writer, { status: "complete", ...end });
    await writer.remove("checkpoint");
    return outcome;
  } catch (error) {
    if (error instanceof NotFiniteError) await writer.writeHistory(error.history);
    const at = error instanceof NotFiniteError ? { epoch: error.epoch, step: error.step } : { epoch: null, step: null };
    const failure = { message: messageOf(error), ...at };
    const outcome = await finish(options, writer, { status: "failed", timings: record.timings, failure });
    if (error instanceof NotFiniteError) return outcome;
    throw error;
  } finally {
    session.dispose();
  }
}

async function train(
  run: PreparedRun,
  options: RunPreparedOptions,
  session: CompiledTraining,
  record: RunRecord,
  writer: RunWriter,
  checkpoint: StoredCheckpoint | undefined,
): Promise<TrainResult> {
  const { experiment, seed } = run.options;
  const { signal, now = Date.now } = options;
  const { accumulateSteps = 1 } = experiment;
  let keptAt = now();
  if (checkpoint) session.writeState(checkpoint.state);
  return trainModel({
    session,
    trainCount: run.parts.train.inputs.shape[0]!,
    validation: run.parts.validation,
    batchSize: experiment.batchSize,
    epochs: experiment.epochs,
    seed,
    learningRate: (step) => learningRateAt(experiment.optimizer.learningRate, Math.floor(step / accumulateSteps)),
    hasAccuracy: run.hasAccuracy,
    resume: checkpoint && { ...checkpoint, readState: () => session.readState() },
    signal,
    onProgress: options.onProgress,
    async onCheckpoint({ readState, ...position }, moment) {
      if (moment === "epoch" && now() - keptAt < CHECKPOINT_INTERVAL) return;
      keptAt = now();
      await writer.writeFile(
        CHECKPOINT_PATH,
        encodeCheckpoint({ ...position, configHash: record.configHash, state: await readState() }),
      );
      await writer.writeHistory(position.history);
    },
  });
}

async function readCheckpoint(folder: string, record: RunRecord): Promise<StoredCheckpoint | undefined> {
  const file = join(folder, CHECKPOINT_PATH);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    const checkpoint = decodeCheckpoint(bytes, file);
    return checkpoint.configHash === record.configHash ? checkpoint : undefined;
  } catch (error) {
    record.warnings.push(`${messageOf(error)} The run began again.`);
    return undefined;
  }
}

async function finish(
  options: RunPreparedOptions,
  writer: RunWriter,
  end: Partial<RunRecord> & Pick<RunRecord, "timings"> & { status: "complete" | "interrupted" | "failed" },
): Promise<RunOutcome> {
  const finishedAt = nowIso(options);
  const totalSeconds = (Date.parse(finishedAt) - Date.parse(end.timings.startedAt)) / 1000;
  await writer.update({ ...end, timings: { ...end.timings, finishedAt, totalSeconds } });
  return { status: end.status, folder: writer.folder, record: (await readRun(writer.folder)).record };
}

function nowIso({ now = Date.now }: RunPreparedOptions): string {
  return new Date(now()).toISOString();
}
