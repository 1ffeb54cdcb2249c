export { compileTraining, eagerTraining, COMPILE_DEFAULTS, type CompileOptions } from "./compileTraining.js";
export { chooseShards, SHARD_CANDIDATES, type ChooseShardsOptions, type ShardChoice } from "./chooseShards.js";
export { comparePrecisions, type ComparePrecisionsOptions } from "./comparePrecisions.js";
export { PRECISIONS, type Precision } from "./mixedPrecision.js";
export type { CompiledTraining, EvaluateOptions, StepsResult, TrainingState } from "./session.js";
export type { ForwardModel } from "./trainee.js";
export type { LabelledData } from "./checkData.js";
export type { Augmentation, AugmentationArrays } from "./augmentation.js";
export { exportSavedModel } from "./exportSavedModel.js";
export { LOSSES, type LossName } from "./losses.js";
export { checkOptimizer, OPTIMIZER_DEFAULTS } from "./optimizerConfig.js";
export type {
  AdagradConfig,
  AdamConfig,
  AdamWConfig,
  LearningRate,
  OptimizerConfig,
  OptimizerName,
  RmspropConfig,
  SgdConfig,
} from "./optimizerConfig.js";
