/** What an experiment file says: data, model, loss, optimizer and protocol, checked before anything is loaded. */

import type { LayersModel } from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";
import { checkOptimizer } from "@tarea/graph";
import type { RunStage } from "@tarea/runs";
import type { OptimizerConfig } from "./optimizers.js";

export const STAGES = ["validation", "final"] as const satisfies readonly RunStage[];
export const LOSSES = ["categoricalCrossentropy"] as const;
export type LossName = (typeof LOSSES)[number];

/** What a model builder is given. */
export interface ModelContext {
  /** Shape of one sample after preparation. */
  inputShape: readonly number[];
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
    /** Samples of the training part held out, stratified by class, while the stage is `validation`. */
    validationCount: number;
    /** Use only this many training samples in all, drawn by seed and stratified by class. Default: every one. */
    trainCount?: number;
  };
  /** Builds a fresh model that ends in a softmax activation layer. */
  model: (context: ModelContext) => LayersModel;
  loss: LossName;
  optimizer: OptimizerConfig;
  /** Samples per step, or `"full"` for one step per epoch. */
  batchSize: number | "full";
  epochs: number;
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
  if (typeof complete.model !== "function") {
    throw new TareaError({
      code: "option",
      where,
      problem: "model must be a function that builds a model",
      received: show(complete.model),
    });
  }
  checkOneOf(where, "loss", complete.loss, LOSSES);
  checkOptimizer(where, complete.optimizer);
  checkNumber(where, "optimizer.learningRate", complete.optimizer.learningRate, { min: 0, exclusiveMin: true });
  if (complete.batchSize !== "full") checkInteger(where, "batchSize", complete.batchSize);
  checkInteger(where, "epochs", complete.epochs);
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
  "model",
  "loss",
  "optimizer",
  "batchSize",
  "epochs",
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

function checkTarget(where: string, i: number, target: Target): void {
  checkText(where, `targets[${i}].metric`, target.metric);
  checkOneOf(where, `targets[${i}].comparison`, target.comparison, [">=", "<="]);
  checkNumber(where, `targets[${i}].value`, target.value);
}
