/** What a model has learnt, as plain data for charts: filters, feature maps, histograms, maps of what matters, projections. */

export {
  firstLayerFilters,
  FILTER_SCALES,
  FIRST_LAYER_FILTERS_DEFAULTS,
  type FilterScale,
  type FirstLayerFilters,
  type FirstLayerFiltersOptions,
} from "./firstLayerFilters.js";
export { featureMaps, FEATURE_MAPS_DEFAULTS, type FeatureMapsOptions, type LayerFeatures } from "./featureMaps.js";
export {
  gradientHistograms,
  GRADIENT_LOSSES,
  weightHistograms,
  WEIGHT_HISTOGRAMS_DEFAULTS,
  type GradientHistogramsOptions,
  type GradientLoss,
  type WeightHistogram,
  type WeightHistogramsOptions,
} from "./weightHistograms.js";
export { type Histogram } from "./histogram.js";
export { saliencyMap, type SaliencyMap, type SaliencyMapOptions } from "./saliencyMap.js";
export { occlusionMap, OCCLUSION_MAP_DEFAULTS, type OcclusionMap, type OcclusionMapOptions } from "./occlusionMap.js";
export { type ClassOfInterest } from "./classOfInterest.js";
export {
  activationProjection,
  embeddingProjection,
  type ActivationProjection,
  type ActivationProjectionOptions,
  type EmbeddingProjection,
  type EmbeddingProjectionOptions,
} from "./projections.js";
export { pca, PCA_DEFAULTS, type Pca, type PcaOptions, type PcaTable } from "./pca.js";
export { type InsightImage } from "./images.js";
export { type Samples, type ScoreKind } from "./modelParts.js";
