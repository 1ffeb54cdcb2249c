export {
  defineExperiment,
  EXPERIMENT_DEFAULTS,
  STAGES,
  type CompleteExperiment,
  type Experiment,
  type ModelContext,
  type Target,
} from "./experiment.js";
export { LOSSES, type LossName } from "@tarea/graph";
export { adagrad, adam, adamw, LEARNING_RATE_DEFAULTS, rmsprop, sgd, type OptimizerConfig } from "./optimizers.js";
export {
  learningRateAt,
  SCHEDULE_DEFAULTS,
  type CosineDecay,
  type ExponentialDecay,
  type InverseTimeDecay,
  type LearningRateSchedule,
  type PiecewiseConstant,
  type PolynomialDecay,
} from "./learningRates.js";
export {
  NotFiniteError,
  trainModel,
  type EpochSums,
  type TrainCheckpoint,
  type TrainOptions,
  type TrainProgress,
  type TrainResult,
} from "./trainModel.js";
export { runExperiment, type RunExperimentOptions, type RunOutcome } from "./runExperiment.js";
export { EXPERIMENTS_FOLDER, listExperiments, loadExperiment } from "./experimentFiles.js";
export type { Dataset, DatasetLibrary, Libraries, ModelLibrary, Samples } from "./libraries.js";
export { serveTrainJobs } from "./serveTrainJobs.js";
export {
  trainProject,
  type RunName,
  type TrainEvent,
  type TrainProjectOptions,
  type TrainProjectResult,
} from "./trainProject.js";
