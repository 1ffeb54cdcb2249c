export { useEngine, type Engine, type UseEngineOptions } from "./useEngine.js";
export { installEngine, type InstallOptions, type InstallResult } from "./installEngine.js";
export { inspectEngine, type EngineReport, type InspectOptions } from "./inspectEngine.js";
export { type EngineName, type LadderStep, type RungName } from "./ladder.js";
export { type InstallStep } from "./steps.js";
export { type TensorFlowJs } from "./tfjs.js";
export { TENSORFLOW_VERSION, TFJS_VERSION } from "./versions.js";
