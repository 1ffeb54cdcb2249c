export { createModel, findPreset, type CreateModelOptions } from "./createModel.js";
export { PRESETS, type Preset, type PresetBuildOptions } from "./presets.js";
export { summarizePresets, type PresetSummary } from "./summarizePresets.js";
export { linear, type LinearOptions } from "./linear.js";
export { mlp, MLP_DEFAULTS, type HiddenLayer, type MlpOptions } from "./mlp.js";
export { xor, XOR_DEFAULTS, type XorOptions } from "./xor.js";
export { logisticMap, LOGISTIC_MAP_DEFAULTS, type LogisticMapOptions } from "./logisticMap.js";
export { lenet5, LENET5_DEFAULTS, type Lenet5Options } from "./lenet5.js";
export { simpleCnn, SIMPLE_CNN_DEFAULTS, type Convolution, type SimpleCnnOptions } from "./simpleCnn.js";
export { wideDense, WIDE_DENSE_DEFAULTS, type WideDenseOptions } from "./wideDense.js";
export { alexnet, ALEXNET_DEFAULTS, type AlexnetOptions } from "./alexnet.js";
export { vgg, VGG_DEFAULTS, type VggOptions } from "./vgg.js";
export { embeddingDense, EMBEDDING_DENSE_DEFAULTS, type EmbeddingDenseOptions } from "./embeddingDense.js";
export { embeddingConv1d, EMBEDDING_CONV1D_DEFAULTS, type EmbeddingConv1dOptions } from "./embeddingConv1d.js";
export {
  denoisingAutoencoder,
  DENOISING_AUTOENCODER_DEFAULTS,
  type DenoisingAutoencoderOptions,
} from "./denoisingAutoencoder.js";
export { ACTIVATIONS, type ActivationName, type KernelInitializer, type PaddingName } from "./layers.js";
export { OUTPUTS, type OutputName } from "./output.js";
export { KERNEL_DEFAULTS, type KernelModelOptions, type ModelOptions } from "./modelOptions.js";
export { seedWeights, type InitializerName } from "./initializers.js";
export { summarizeModel, type LayerSummary, type ModelSummary } from "./summary.js";
export { formatSummary, SUMMARY_FORMATS, type SummaryFormat } from "./formatSummary.js";
export { FILE_LIMITS, LOAD_DEFAULTS, type FileLimits } from "./files/fileError.js";
export { loadSafetensors, saveSafetensors } from "./files/saveSafetensors.js";
export { decodeSafetensors, encodeSafetensors, type NamedArray, type SafetensorsFile } from "./files/safetensors.js";
export { saveTfjs, type TfjsFiles } from "./files/saveTfjs.js";
export { loadTfjs, type LoadTfjsOptions, type ReadFile } from "./files/loadTfjs.js";
export { importKeras, type ImportKerasOptions } from "./keras/importKeras.js";
export { exportKeras } from "./keras/exportKeras.js";
export { exportOnnx, ONNX_OPSET, type ExportOnnxOptions } from "./onnx/exportOnnx.js";
