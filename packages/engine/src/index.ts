export { useEngine, type Engine, type EngineName, type UseEngineOptions } from "./useEngine.js";
export { installEngine, type InstallOptions, type InstallResult } from "./installEngine.js";
export type { InstallStep } from "./provision.js";
export type { TensorFlowJs } from "./tfjs.js";
