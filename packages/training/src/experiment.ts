/** What an experiment file says: data, model, loss, optimizer and protocol, checked before anything is loaded. */

import type { LayersModel } from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";
import { LOSSES, PRECISIONS, type LossName, type Precision } from "@tarea/graph";
import type { RunStage } from "@tarea/runs";
import type { Samples } from "./libraries.js";
import { checkOptimizer, type OptimizerConfig } from "./optimizers.js";

export const STAGES = ["validation", "final"] as const satisfies readonly RunStage[];

export const TARGETS = ["labels", "inputs"] as const;

/** What a model builder is given. */
export interface ModelContext {
  /** Shape of one sample after preparation. */
  inputShape: readonly number[];
  /** 0 where the data set has none: regression. */
  classes: number;
  seed: number;
}

export interface Target {
  /** A final metric, for example `testAccuracy`. */
  metric: string;
  comparison: ">=" | "<=";
  value: number;
}

export interface Experiment {
  /** Names the run folder and the command `tarea train <id>`: letters, digits, `-` and `_`. */
  id: string;
  title: string;
  description?: string;
  data: {
    /** A data set of `@tarea/datasets`. */
    name: string;
    /** Samples of the training part held out, by class where there are classes, while the stage is `validation`. */
    validationCount: number;
    /** Use only this many training samples in all, drawn by seed, and by class where there are classes. Default: every one. */
    trainCount?: number;
  };
  /**
   * What is done to the samples before the model sees them: a `PreparationPlan` of `@tarea/datasets`, plain JSON. Fitted to the training
   * part after the split; the record keeps plan and statistics.
   */
  preparation?: readonly object[];
  /**
   * Builds a fresh model. It ends in an activation where the loss is a cross-entropy: softmax for
   * `categoricalCrossentropy`, sigmoid for `binaryCrossentropy`.
   */
  model: (context: ModelContext) => LayersModel;
  /** A model with one output per class takes class ids under every loss; see `oneHotLabels` of `compileTraining`. */
  loss: LossName;
  /** What the model learns to give: the `"labels"`, or the `"inputs"` as they were before preparation, as an autoencoder does. Default labels. */
  target?: (typeof TARGETS)[number];
  /** Its learning rate is a number or a schedule; `clipValue`, `clipNorm` and `globalClipNorm` clip gradients. */
  optimizer: OptimizerConfig;
  /** Weight of each class in the loss, or `"balanced"`: the rarer, the heavier. The loss is divided by the number of samples. */
  classWeights?: readonly number[] | "balanced";
  /** Gives the weight of each training sample in the loss. The record keeps the weights' hash. */
  sampleWeights?: (train: Samples) => ArrayLike<number>;
  /** Changes of the training images: an `AugmentationPlan` of `@tarea/datasets`, plain JSON. */
  augmentation?: object;
  /** Samples per step, or `"full"` for one step per epoch. */
  batchSize: number | "full";
  /** Batches whose mean gradient makes one update; learning rates count updates. Default 1. */
  accumulateSteps?: number;
  epochs: number;
  /**
   * `mixed`: products of 16-bit numbers (bfloat16), weights and sums in float32; several times faster on processors made for it, where
   * models are large. Needs the native engine; a run that it makes slower says so. Default `float32`.
   */
  precision?: Precision;
  /** Default: both. `validation` trains on part and watches the rest; `final` trains on all and tests once. */
  stages?: readonly RunStage[];
  /** One run per stage and seed. Default `[1]`. */
  seeds?: readonly number[];
  /** Threads of one TensorFlow operation. Default: measured before the first run, see `shards`. */
  threads?: number;
  /** Parts of a batch that are worked on side by side. Default: the fastest in a short measurement. */
  shards?: number;
  targets?: readonly Target[];
}

export const EXPERIMENT_DEFAULTS = { stages: STAGES, seeds: [1], targets: [] } as const;

export type CompleteExperiment = Experiment & Required<Pick<Experiment, keyof typeof EXPERIMENT_DEFAULTS>>;

/**
 * Checks an experiment and fills in its defaults; an experiment file exports the result as its default.
 *
 * @throws TareaError that names the experiment and the option.
 * @example
 * export default defineExperiment({
 *   id: "e1", title: "One hidden layer", data: { name: "mnist", validationCount: 10_000 },
 *   model: (context) => mlp({ ...context, units: [16] }), loss: "categoricalCrossentropy",
 *   optimizer: adam({ learningRate: 1e-3 }), batchSize: 128, epochs: 20,
 * });
 */
export function defineExperiment(experiment: Experiment): CompleteExperiment {
  const where = `experiment ${show(experiment?.id)}`;
  checkKnownOptions(where, experiment, EXPERIMENT_OPTIONS);
  if (typeof experiment.id !== "string" || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(experiment.id)) {
    throw new TareaError({
      code: "option",
      where,
      problem: "id must be 1 to 64 letters, digits, - or _",
      received: show(experiment.id),
    });
  }
  const complete = { ...EXPERIMENT_DEFAULTS, ...experiment };
  checkText(where, "title", complete.title);
  checkText(where, "data.name", complete.data?.name);
  checkInteger(where, "data.validationCount", complete.data.validationCount, { min: 0 });
  checkKnownOptions(`${where}: data`, complete.data, ["name", "validationCount", "trainCount"]);
  if (complete.data.trainCount !== undefined)
    checkInteger(where, "data.trainCount", complete.data.trainCount, { min: complete.data.validationCount + 1 });
  checkPreparation(where, complete.preparation);
  if (typeof complete.model !== "function") {
    throw new TareaError({
      code: "option",
      where,
      problem: "model must be a function that builds a model",
      received: show(complete.model),
    });
  }
  checkOneOf(where, "loss", complete.loss, LOSSES);
  if (complete.target !== undefined) checkOneOf(where, "target", complete.target, TARGETS);
  checkOptimizer(where, complete.optimizer);
  checkClassWeights(where, complete.classWeights);
  checkKind(where, "sampleWeights", complete.sampleWeights, "function");
  checkKind(where, "augmentation", complete.augmentation, "object");
  if (complete.accumulateSteps !== undefined) checkInteger(where, "accumulateSteps", complete.accumulateSteps);
  if (complete.batchSize !== "full") checkInteger(where, "batchSize", complete.batchSize);
  checkInteger(where, "epochs", complete.epochs);
  if (complete.precision !== undefined) checkOneOf(where, "precision", complete.precision, PRECISIONS);
  for (const name of ["threads", "shards"] as const)
    if (complete[name] !== undefined) checkInteger(where, name, complete[name], { max: MOST_THREADS });
  for (const stage of complete.stages) checkOneOf(where, "stage", stage, STAGES);
  for (const [i, seed] of complete.seeds.entries()) checkInteger(where, `seeds[${i}]`, seed, { min: 0 });
  for (const [i, target] of complete.targets.entries()) checkTarget(where, i, target);
  if (complete.stages.includes("validation") && complete.data.validationCount === 0) {
    throw new TareaError({
      code: "option",
      where,
      problem: "the validation stage needs data.validationCount above 0",
      received: "0",
    });
  }
  return complete;
}

/** More is a mistake: a thread or a shard needs a core. */
export const MOST_THREADS = 1024;

const EXPERIMENT_OPTIONS = [
  "id",
  "title",
  "description",
  "data",
  "preparation",
  "model",
  "loss",
  "target",
  "optimizer",
  "classWeights",
  "sampleWeights",
  "augmentation",
  "batchSize",
  "accumulateSteps",
  "epochs",
  "precision",
  "stages",
  "seeds",
  "threads",
  "shards",
  "targets",
];

function checkText(where: string, name: string, value: unknown): void {
  if (typeof value === "string" && value.trim() !== "") return;
  throw new TareaError({ code: "option", where, problem: `${name} must be a text`, received: show(value) });
}

/** The steps themselves are checked by the data library. */
function checkPreparation(where: string, plan: unknown): void {
  if (plan === undefined || (Array.isArray(plan) && plan.every((step) => typeof step === "object" && step !== null))) return;
  const expected = 'for example [{ kind: "standardize" }]';
  throw new TareaError({ code: "option", where, problem: "preparation must be a list of steps", expected, received: show(plan) });
}

function checkClassWeights(where: string, weights: Experiment["classWeights"]): void {
  if (weights === undefined || weights === "balanced") return;
  if (!Array.isArray(weights)) {
    const problem = 'classWeights must be one number per class or "balanced"';
    throw new TareaError({ code: "option", where, problem, received: show(weights) });
  }
  weights.forEach((weight, i) => checkNumber(where, `classWeights[${i}]`, weight, { min: 0 }));
}

function checkKind(where: string, name: string, value: unknown, kind: "function" | "object"): void {
  if (value === undefined || (typeof value === kind && value !== null)) return;
  const problem = `${name} must be ${kind === "function" ? "a function" : "an object"}`;
  throw new TareaError({ code: "option", where, problem, received: show(value) });
}

function checkTarget(where: string, i: number, target: Target): void {
  checkText(where, `targets[${i}].metric`, target.metric);
  checkOneOf(where, `targets[${i}].comparison`, target.comparison, [">=", "<="]);
  checkNumber(where, `targets[${i}].value`, target.value);
}
