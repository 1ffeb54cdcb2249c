export { ACTIVATIONS, mlp, MLP_DEFAULTS, type ActivationName, type MlpOptions } from "./mlp.js";
export { seedWeights, type InitializerName } from "./initializers.js";
export { formatSummary, summarizeModel, type LayerSummary, type ModelSummary } from "./summary.js";
