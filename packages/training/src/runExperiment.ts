/** One run of one experiment: from a data set and a seed to a complete run record. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalHash, messageOf, takeRows } from "@tarea/core";
import type { Engine } from "@tarea/engine";
import { withLock } from "@tarea/files";
import { compileTraining, type CompiledTraining } from "@tarea/graph";
import {
  createRunWriter,
  readRun,
  SCHEMA_VERSION,
  type GitInfo,
  type RunRecord,
  type RunStage,
  type RunWriter,
} from "@tarea/runs";
import type { LayersModel } from "@tensorflow/tfjs";
import { CHECKPOINT_PATH, decodeCheckpoint, encodeCheckpoint, type StoredCheckpoint } from "./checkpointFile.js";
import type { CompleteExperiment } from "./experiment.js";
import type { Dataset, Libraries, Samples } from "./libraries.js";
import { saveModel } from "./saveModel.js";
import { checkTargets, testModel } from "./testModel.js";
import { batchSizesOf, NotFiniteError, trainModel, type TrainProgress, type TrainResult } from "./trainModel.js";

export interface RunExperimentOptions {
  experiment: CompleteExperiment;
  stage: RunStage;
  seed: number;
  dataset: Dataset;
  libraries: Libraries;
  engine: Engine;
  /** Folder of all runs; this one goes to `<runsFolder>/<experiment>/<run id>/`. */
  runsFolder: string;
  versions: Record<string, string>;
  git: GitInfo | null;
  /** Train again even if a complete run of the same configuration exists. Default false. */
  force?: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: (progress: TrainProgress) => void;
  /** Milliseconds since 1970; injected so that records can be reproduced in tests. */
  now?: () => number;
}

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
  const { experiment, seed, dataset, runsFolder } = options;
  const parts = splitDataset(options);
  const model = experiment.model({ inputShape: dataset.inputShape, classes: dataset.classNames.length, seed });
  try {
    const record = newRecord(options, model, parts);
    const folder = join(runsFolder, experiment.id, record.id);
    const lock = join(runsFolder, experiment.id, `.${record.id}.lock`);
    return await withLock(lock, () => trainAndRecord(options, model, parts, record, folder), { waitSeconds: 0 });
  } finally {
    model.dispose();
  }
}

interface Parts {
  train: Samples;
  validation?: Samples;
  test: Samples;
}

function splitDataset({ experiment: { data }, stage, seed, dataset, libraries }: RunExperimentOptions): Parts {
  const draw = (samples: Samples, count: number) =>
    libraries.datasets.stratifiedSplit(samples.labels.data, { validationCount: count, seed });
  const all =
    data.trainCount === undefined ? dataset.train : takeSamples(dataset.train, draw(dataset.train, data.trainCount).validation);
  if (stage === "final") return { train: all, test: dataset.test };
  const rows = draw(all, data.validationCount);
  return { train: takeSamples(all, rows.train), validation: takeSamples(all, rows.validation), test: dataset.test };
}

function takeSamples({ inputs, labels }: Samples, rows: Uint32Array): Samples {
  return { inputs: takeRows(inputs, rows), labels: takeRows(labels, rows) };
}

async function trainAndRecord(
  options: RunExperimentOptions,
  model: LayersModel,
  parts: Parts,
  record: RunRecord,
  folder: string,
): Promise<RunOutcome> {
  const previous = await readRun(folder).catch(() => undefined);
  if (previous?.record.status === "complete" && !options.force) return { status: "reused", folder, record: previous.record };
  const checkpoint = options.force ? undefined : await readCheckpoint(folder, record);
  if (checkpoint && previous) record.timings.startedAt = previous.record.timings.startedAt;
  const writer = await createRunWriter({ folder: options.runsFolder, record });
  const { experiment, seed } = options;
  const batchSizes = batchSizesOf(parts.train.inputs.shape[0]!, experiment.batchSize);
  const session = compileTraining({
    model,
    loss: experiment.loss,
    optimizer: experiment.optimizer,
    ...parts.train,
    seed,
    batchSizes,
  });
  try {
    const result = await train(options, session, parts, record, writer, checkpoint);
    await writer.writeHistory(result.history);
    const finalMetrics = lastValues(result);
    const timings = { ...record.timings, trainSeconds: result.trainSeconds, epochsCompleted: result.history.epoch.length };
    if (!result.finished) return await finish(options, writer, { status: "interrupted", timings, finalMetrics });
    await saveModel(model, writer);
    const test = options.stage === "final" ? await testModel(session, parts.test, options.dataset, writer) : {};
    const testSetUses =
      options.stage === "final" ? [{ at: nowIso(options), purpose: "Loss, accuracy and predictions of the final model." }] : [];
    const metrics = { ...finalMetrics, ...test };
    const targets = checkTargets(experiment.targets, metrics, options.stage);
    const outcome = await finish(options, writer, { status: "complete", timings, finalMetrics: metrics, targets, testSetUses });
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
  options: RunExperimentOptions,
  session: CompiledTraining,
  parts: Parts,
  record: RunRecord,
  writer: RunWriter,
  checkpoint: StoredCheckpoint | undefined,
): Promise<TrainResult> {
  const { experiment, seed, signal, now = Date.now } = options;
  let keptAt = now();
  if (checkpoint) session.writeState(checkpoint.state);
  return trainModel({
    session,
    trainCount: parts.train.inputs.shape[0]!,
    validation: parts.validation,
    batchSize: experiment.batchSize,
    epochs: experiment.epochs,
    seed,
    learningRate: experiment.optimizer.learningRate,
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
  options: RunExperimentOptions,
  writer: RunWriter,
  end: Partial<RunRecord> & Pick<RunRecord, "timings"> & { status: "complete" | "interrupted" | "failed" },
): Promise<RunOutcome> {
  const finishedAt = nowIso(options);
  const totalSeconds = (Date.parse(finishedAt) - Date.parse(end.timings.startedAt)) / 1000;
  await writer.update({ ...end, timings: { ...end.timings, finishedAt, totalSeconds } });
  return { status: end.status, folder: writer.folder, record: (await readRun(writer.folder)).record };
}

function newRecord(options: RunExperimentOptions, model: LayersModel, parts: Parts): RunRecord {
  const { experiment, stage, seed, dataset, engine, libraries } = options;
  const config = {
    loss: experiment.loss,
    optimizer: experiment.optimizer,
    batchSize: experiment.batchSize,
    epochs: experiment.epochs,
    validationCount: stage === "validation" ? experiment.data.validationCount : 0,
    trainCount: experiment.data.trainCount,
    threads: engine.threads,
    model: model.toJSON(null, false) as unknown as Record<string, unknown>,
  };
  const configHash = canonicalHash({ config, stage, seed, engine: engine.name, data: dataset.fingerprint });
  return {
    schemaVersion: SCHEMA_VERSION,
    id: `${stage}-s${seed}-${configHash.slice(0, 8)}`,
    experiment: { id: experiment.id, title: experiment.title, description: experiment.description },
    stage,
    status: "running",
    seed,
    config,
    configHash,
    data: {
      name: dataset.name,
      synthetic: dataset.synthetic,
      fingerprint: dataset.fingerprint,
      counts: Object.fromEntries(Object.entries(parts).map(([name, part]: [string, Samples]) => [name, part.inputs.shape[0]!])),
      inputShape: [...dataset.inputShape],
      classNames: [...dataset.classNames],
    },
    engine: { name: engine.name, version: engine.version, threads: engine.threads, reason: engine.reason },
    model: libraries.models.summarizeModel(model),
    versions: options.versions,
    git: options.git,
    timings: { startedAt: nowIso(options), finishedAt: null, trainSeconds: 0, totalSeconds: 0, epochsCompleted: 0 },
    finalMetrics: {},
    targets: [],
    warnings: dataset.synthetic ? [`Synthetic data stood in for ${dataset.title}.`] : [],
    testSetUses: [],
    predictions: null,
    samples: [],
    failure: null,
  };
}

/** The last epoch's value of every column that is a result. */
function lastValues({ history }: TrainResult): Record<string, number> {
  const names = ["loss", "dataLoss", "penalty", "accuracy", "valLoss", "valAccuracy"];
  return Object.fromEntries(
    names.map((name) => [name, history[name]?.at(-1)]).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function nowIso({ now = Date.now }: RunExperimentOptions): string {
  return new Date(now()).toISOString();
}
