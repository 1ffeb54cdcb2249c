/** What a run needs before it trains: its share of the data, its model, and what identifies it. */

import { checkInteger, randomStream, takeRows } from "@tarea/core";
import type { Engine } from "@tarea/engine";
import type { CompileOptions } from "@tarea/graph";
import type { RunStage } from "@tarea/runs";
import type { LayersModel } from "@tensorflow/tfjs";
import type { CompleteExperiment } from "./experiment.js";
import type { Dataset, Libraries, Samples } from "./libraries.js";
import { stepSettingsOf } from "./stepSettings.js";
import { batchSizesOf } from "./trainModel.js";

export interface PrepareRunOptions {
  experiment: CompleteExperiment;
  stage: RunStage;
  seed: number;
  dataset: Dataset;
  libraries: Libraries;
  engine: Engine;
  /** Folder of all runs; this one goes to `<runsFolder>/<experiment>/<run id>/`. */
  runsFolder: string;
}

export interface PreparedRun {
  options: PrepareRunOptions;
  parts: Parts;
  /** Dispose it when the run has ended. */
  model: LayersModel;
  /** Rows of a whole batch. */
  batchSize: number;
  /** For `compileTraining`, all but the shards. */
  compile: CompileOptions;
  /** Whether outputs are right or wrong, so that there is an accuracy. */
  hasAccuracy: boolean;
  settings: RunSettings;
  /** What decides how long a step takes. */
  stepSettings: Record<string, unknown>;
}

export interface Parts {
  train: Samples;
  validation?: Samples;
  test: Samples;
}

/** What decides a run's result, besides threads and shards. */
export interface RunSettings {
  config: Record<string, unknown>;
  stage: RunStage;
  seed: number;
  /** Name of the engine. */
  engine: string;
  /** Fingerprint of the data. */
  data: string;
}

/** Splits the data and builds a fresh model. @throws TareaError when the experiment or the data are at fault. */
export function prepareRun(options: PrepareRunOptions): PreparedRun {
  const { experiment, stage, seed, dataset, engine } = options;
  const parts = splitDataset(options);
  const { batchSize, epochs, data } = experiment;
  const model = experiment.model({ inputShape: dataset.inputShape, classes: dataset.classNames.length, seed });
  const topology = model.toJSON(null, false) as unknown as Record<string, unknown>;
  const trainCount = parts.train.inputs.shape[0]!;
  const batchSizes = batchSizesOf(trainCount, batchSize);
  const { datasets: library } = options.libraries;
  const step = stepSettingsOf({ experiment, dataset, library, train: parts.train, model });
  const config = {
    ...step.config,
    batchSize,
    epochs,
    validationCount: stage === "validation" ? data.validationCount : 0,
    trainCount: data.trainCount,
    model: topology,
  };
  return {
    options,
    parts,
    model,
    batchSize: batchSizes[0]!,
    compile: { model, ...step.compile, inputs: parts.train.inputs, labels: parts.train.labels, seed, batchSizes },
    hasAccuracy: step.hasAccuracy,
    settings: { config, stage, seed, engine: engine.name, data: dataset.fingerprint },
    stepSettings: { ...step.config, batchSize: batchSizes[0]!, model: topology, inputs: parts.train.inputs.dtype },
  };
}

function splitDataset({ experiment: { data }, stage, seed, dataset, libraries }: PrepareRunOptions): Parts {
  const draw = (samples: Samples, count: number) =>
    dataset.classNames.length > 0
      ? libraries.datasets.stratifiedSplit(samples.labels.data, { validationCount: count, seed })
      : evenSplit(samples.inputs.shape[0]!, count, seed);
  const all =
    data.trainCount === undefined ? dataset.train : takeSamples(dataset.train, draw(dataset.train, data.trainCount).validation);
  if (stage === "final") return { train: all, test: dataset.test };
  const rows = draw(all, data.validationCount);
  return { train: takeSamples(all, rows.train), validation: takeSamples(all, rows.validation), test: dataset.test };
}

/** Without classes every sample is as likely as any other. */
function evenSplit(count: number, validationCount: number, seed: number): { train: Uint32Array; validation: Uint32Array } {
  checkInteger("split", "data.validationCount", validationCount, { max: count - 1 });
  const order = randomStream(seed, "split").permutation(count);
  return { train: order.slice(validationCount).toSorted(), validation: order.slice(0, validationCount).toSorted() };
}

function takeSamples({ inputs, labels }: Samples, rows: Uint32Array): Samples {
  return { inputs: takeRows(inputs, rows), labels: takeRows(labels, rows) };
}
