/** The record that a run begins with, and the values that end up in it. */

import { canonicalHash } from "@tarea/core";
import { SCHEMA_VERSION, type ExecutionInfo, type GitInfo, type RunRecord } from "@tarea/runs";
import type { Samples } from "./libraries.js";
import type { PreparedRun } from "./prepareRun.js";
import type { TrainResult } from "./trainModel.js";

export interface NewRecordOptions {
  execution: ExecutionInfo;
  versions: Record<string, string>;
  git: GitInfo | null;
  /** ISO 8601, UTC. */
  startedAt: string;
}

export function newRecord({ options, parts, preparation, model, settings }: PreparedRun, more: NewRecordOptions): RunRecord {
  const { experiment, stage, seed, dataset, engine, libraries } = options;
  const { execution, versions, git, startedAt } = more;
  // One shard is left out: the hashes of records from before there were shards stay as they are.
  const config = {
    ...settings.config,
    threads: execution.threads,
    shards: execution.shards === 1 ? undefined : execution.shards,
  };
  const configHash = canonicalHash({ ...settings, config });
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
      classNames: dataset.classNames.length === 0 ? null : [...dataset.classNames],
    },
    ...(preparation && { preparation }),
    engine: {
      name: engine.name,
      version: engine.version,
      threads: engine.threads,
      kernels: engine.kernels,
      reason: engine.reason,
    },
    execution,
    model: libraries.models.summarizeModel(model),
    versions,
    git,
    timings: { startedAt, finishedAt: null, trainSeconds: 0, totalSeconds: 0, epochsCompleted: 0 },
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
export function lastValues({ history }: TrainResult): Record<string, number> {
  const names = ["loss", "dataLoss", "penalty", "accuracy", "valLoss", "valAccuracy"];
  return Object.fromEntries(
    names.map((name) => [name, history[name]?.at(-1)]).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
