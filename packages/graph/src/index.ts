export { compileTraining, eagerTraining, COMPILE_DEFAULTS, type CompileOptions } from "./compileTraining.js";
export type { CompiledTraining, StepsResult, TrainingState } from "./session.js";
export type { LabelledData } from "./checkData.js";
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
