/** What a run needs before it trains: its share of the data, its model, and what identifies it. */

import type { Engine } from "@tarea/engine";
import type { CompileOptions } from "@tarea/graph";
import type { PreparationInfo, RunStage } from "@tarea/runs";
import type { LayersModel } from "@tensorflow/tfjs";
import type { CompleteExperiment } from "./experiment.js";
import type { Dataset, Libraries } from "./libraries.js";
import { prepareData, type Parts } from "./prepareData.js";
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
  /** As the model sees them. */
  parts: Parts;
  /** What was done to the samples, if anything. */
  preparation: PreparationInfo | undefined;
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

/** Splits and prepares the data and builds a fresh model. @throws TareaError when the experiment or the data are at fault. */
export function prepareRun(options: PrepareRunOptions): PreparedRun {
  const { experiment, stage, seed, dataset, engine } = options;
  const { parts, preparation } = prepareData(options);
  const { batchSize, epochs, data } = experiment;
  const inputShape = preparation?.outputShape ?? dataset.inputShape;
  const model = experiment.model({ inputShape, classes: dataset.classNames.length, seed });
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
    ...(preparation && { preparation: preparation.plan }),
    model: topology,
  };
  return {
    options,
    parts,
    preparation,
    model,
    batchSize: batchSizes[0]!,
    compile: { model, ...step.compile, inputs: parts.train.inputs, labels: parts.train.labels, seed, batchSizes },
    hasAccuracy: step.hasAccuracy,
    settings: { config, stage, seed, engine: engine.name, data: dataset.fingerprint },
    stepSettings: { ...step.cost, batchSize: batchSizes[0]!, model: topology, inputs: parts.train.inputs.dtype },
  };
}
