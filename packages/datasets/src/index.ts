export { loadDataset } from "./loadDataset.js";
export { fetchDataset, type FetchResult, type FetchedFile } from "./fetchDataset.js";
export { checkDataset, type DatasetCheck, type FileCheck } from "./checkDataset.js";
export { DATASET_NAMES, listDatasets, type DatasetName, type DatasetOf } from "./registry.js";
export { stratifiedSplit, type StratifiedSplit, type StratifiedSplitOptions } from "./stratifiedSplit.js";
export { parseIdx, type ParseIdxOptions } from "./formats/idx.js";
export { parseNpy, type ParseNpyOptions } from "./formats/npy.js";
export { parseNpz, type ParseNpzOptions } from "./formats/npz.js";
export { parsePng, type ParsePngOptions } from "./formats/png.js";
export { CSV_DEFAULTS, parseCsv, readCsv, type ColumnType, type CsvOptions } from "./own/csv.js";
export { JSON_LINES_DEFAULTS, parseJsonLines, readJsonLines, type JsonLinesOptions } from "./own/jsonLines.js";
export { IMAGE_FOLDER_DEFAULTS, readImageFolder, type ImageFolder, type ImageFolderOptions } from "./own/imageFolder.js";
export type { Table, TableColumn } from "./own/table.js";
export { tableSamples, type TableSamples, type TableSamplesOptions } from "./own/tableSamples.js";
export { ownDataset, type OwnDatasetOptions } from "./own/ownDataset.js";
export { DATA_FOLDER_VARIABLE, MAX_TWIN_SAMPLES, type DataSource, type LoadOptions } from "./settings.js";
export {
  DEFAULT_TWIN_SEED,
  type Column,
  type Dataset,
  type DatasetCard,
  type DatasetFile,
  type DatasetForm,
  type LabelType,
  type Modality,
  type Samples,
  type SplitRule,
  type Splits,
  type Task,
  type TwinOptions,
} from "./dataset.js";
export { augmentBatch, type AugmentBatchOptions } from "./augment/augmentBatch.js";
export {
  AUGMENTATION_STREAM,
  DRAWS_PER_IMAGE,
  drawAugmentation,
  type AugmentationDraw,
  type DrawAugmentationOptions,
} from "./augment/drawAugmentation.js";
export { planAugmentation, type PlannedAugmentation } from "./augment/planAugmentation.js";
export { AUGMENTATION_DEFAULTS, type AugmentationPlan, type Border, type Sampling } from "./augment/augmentationPlan.js";
export { fitPreparation, type FitPreparationOptions } from "./prepare/fitPreparation.js";
export { applyPreparation, type ApplyPreparationOptions } from "./prepare/applyPreparation.js";
export {
  MAX_RECORDED_VALUES,
  prepareParts,
  type LongList,
  type PartsToPrepare,
  type PreparationRecord,
  type PreparePartsOptions,
  type PreparedParts,
  type RecordedStep,
} from "./prepare/prepareParts.js";
export {
  PREPARATION_DEFAULTS,
  type FittedPreparation,
  type FittedStep,
  type PreparationPlan,
  type PreparationStep,
  type StatisticScope,
} from "./prepare/preparationPlan.js";
export { kFold, stratifiedKFold, type Fold, type FoldOptions } from "./prepare/folds.js";
export { learningCurveSubsets, type LearningCurveOptions } from "./prepare/learningCurveSubsets.js";
export { balancedClassWeights } from "./prepare/classWeights.js";
export { inspectDataset, type DatasetInspection, type InspectedSet } from "./hygiene/inspectDataset.js";
export { MAX_EXAMPLES, type DuplicateCheck } from "./hygiene/duplicates.js";
export type { LabelOrder, PartCheck, Range } from "./hygiene/partFacts.js";
export type { ColumnCheck } from "./hygiene/columnFacts.js";
export { checkTables, type CheckTable } from "./hygiene/checkTable.js";
export { croissantOf, exportCroissant, type CroissantSource } from "./croissant/croissantOf.js";
export type { Creator, Publication } from "./croissant/publications.js";
export { describeFiles } from "./croissant/describeFiles.js";
export { cardPage, type CardPage } from "./card/cardPage.js";
export { PREVIEW_DEFAULTS, previewDataset, type PreviewOptions } from "./preview/previewDataset.js";
export type { PreviewCharts } from "./preview/previewCharts.js";
