export { createRunWriter, type Predictions, type RunWriter, type RunWriterOptions, type SampleImages } from "./writer.js";
export { readRun, readRuns, type RunFault } from "./reader.js";
export { readPredictions, readSamples, type StoredPredictions, type StoredSamples } from "./readData.js";
export { latestRuns, type LatestRunsOptions } from "./latestRuns.js";
export { historySchema, runRecordSchema } from "./schema.js";
export { SIZE_LIMITS } from "./readFiles.js";
export {
  SCHEMA_VERSION,
  type DataInfo,
  type EngineInfo,
  type ExecutionInfo,
  type PreparationInfo,
  type ExperimentInfo,
  type GitInfo,
  type History,
  type LayerInfo,
  type ModelInfo,
  type PredictionsInfo,
  type Run,
  type RunFailure,
  type RunRecord,
  type RunStage,
  type RunStatus,
  type RunTimings,
  type SampleItem,
  type SampleSheet,
  type TargetResult,
  type TestSetUse,
} from "./record.js";
