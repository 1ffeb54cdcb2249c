/** What of an experiment shapes its training steps: loss, weights, augmentation, accumulation, as `compileTraining` takes it. */

import { canonicalHash, show, sizeOf, TareaError, type NumericArray } from "@tarea/core";
import type { CompileOptions, LossName } from "@tarea/graph";
import type { LayersModel } from "@tensorflow/tfjs";
import type { CompleteExperiment } from "./experiment.js";
import type { Dataset, DatasetLibrary, Samples } from "./libraries.js";
import { graphOptimizer } from "./optimizers.js";

export interface StepSettings {
  /** For `compileTraining`. */
  compile: Pick<
    CompileOptions,
    | "loss"
    | "optimizer"
    | "scaleLabels"
    | "oneHotLabels"
    | "classWeights"
    | "sampleWeights"
    | "augmentation"
    | "accumulateSteps"
    | "precision"
  >;
  /** The same as plain data, for the record; what an experiment does not use is left out. */
  config: Record<string, unknown>;
  /** What of it decides how long a step takes: not how much a sample weighs. */
  cost: Record<string, unknown>;
  /** Whether outputs are right or wrong, so that there is an accuracy. */
  hasAccuracy: boolean;
}

export interface StepSettingsOptions {
  experiment: CompleteExperiment;
  dataset: Dataset;
  library: DatasetLibrary;
  /** The training part. */
  train: Samples;
  model: LayersModel;
}

/** @throws TareaError when the data, the library or the model do not allow what the experiment asks for. */
export function stepSettingsOf({ experiment, dataset, library, train, model }: StepSettingsOptions): StepSettings {
  const { loss, target, optimizer, augmentation, accumulateSteps, precision } = experiment;
  const where = `experiment ${show(experiment.id)}`;
  const classes = dataset.classNames.length;
  const labels: LabelFacts = {
    loss,
    classes,
    labels: train.labels,
    outputs: sizeOf((model.outputs[0]!.shape as number[]).slice(1)),
  };
  const oneHotLabels = takesOneHot(labels);
  const classWeights = classWeightsOf(where, experiment, labels, library);
  const sampleWeights = experiment.sampleWeights && sampleWeightsOf(where, experiment.sampleWeights, train);
  if (augmentation !== undefined && library.planAugmentation === undefined)
    throw missing(where, "augmentation", "planAugmentation");
  const planned = augmentation && library.planAugmentation!(augmentation, train.inputs);
  const shape = used({
    loss,
    target: target === "labels" ? undefined : target,
    optimizer,
    augmentation,
    accumulateSteps,
    precision: precision === "float32" ? undefined : precision,
  });
  const weighted = classWeights !== undefined || sampleWeights !== undefined;
  return {
    compile: {
      loss,
      optimizer: graphOptimizer(optimizer),
      oneHotLabels,
      scaleLabels: target === "inputs" && train.labels.dtype === "uint8",
      ...used({ classWeights, sampleWeights, augmentation: planned, accumulateSteps, precision }),
    },
    config: { ...shape, ...used({ classWeights, sampleWeights: sampleWeights && canonicalHash(sampleWeights) }) },
    cost: { ...shape, ...(weighted && { weighted }) },
    hasAccuracy: classes > 0 && train.labels.shape.length === 1 && (loss !== "meanSquaredError" || oneHotLabels),
  };
}

/** Without the members that are undefined. */
function used<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

interface LabelFacts {
  loss: LossName;
  /** Of the data set; 0 where there are none. */
  classes: number;
  labels: NumericArray;
  /** Numbers that the model gives for a sample. */
  outputs: number;
}

/** Whether class ids are compared with one output per class. */
function takesOneHot({ loss, classes, labels, outputs }: LabelFacts): boolean {
  return loss !== "categoricalCrossentropy" && classes > 1 && outputs === classes && labels.shape.length === 1;
}

function classWeightsOf(
  where: string,
  { classWeights }: CompleteExperiment,
  { classes, labels }: LabelFacts,
  library: DatasetLibrary,
): readonly number[] | undefined {
  if (classWeights !== "balanced") return classWeights;
  if (library.balancedClassWeights === undefined) throw missing(where, 'classWeights "balanced"', "balancedClassWeights");
  if (classes > 0 && labels.shape.length === 1) return library.balancedClassWeights(labels.data, classes);
  throw new TareaError({ code: "option", where, problem: 'classWeights "balanced" needs a data set with classes' });
}

function sampleWeightsOf(where: string, weigh: NonNullable<CompleteExperiment["sampleWeights"]>, train: Samples): Float32Array {
  const weights = weigh(train);
  const count = train.inputs.shape[0]!;
  if (weights?.length === count) return Float32Array.from(weights);
  throw new TareaError({
    code: "option",
    where,
    problem: "sampleWeights must give one weight per training sample",
    expected: `${count} numbers`,
    received: weights?.length === undefined ? show(weights) : `${weights.length} numbers`,
  });
}

function missing(where: string, what: string, name: string): TareaError {
  return new TareaError({
    code: "option",
    where,
    problem: `${what} needs a data library with the function ${name}`,
    hint: "@tarea/datasets has it.",
  });
}
