export { loadDataset } from "./loadDataset.js";
export { fetchDataset, type FetchResult, type FetchedFile } from "./fetchDataset.js";
export {
  checkDataset,
  MAX_EXAMPLES,
  type DatasetCheck,
  type DuplicateCheck,
  type FileCheck,
  type PartCheck,
} from "./checkDataset.js";
export { DATASET_NAMES, listDatasets } from "./registry.js";
export { stratifiedSplit, type StratifiedSplit, type StratifiedSplitOptions } from "./stratifiedSplit.js";
export { parseIdx, type ParseIdxOptions } from "./formats/idx.js";
export { DATA_FOLDER_VARIABLE, MAX_TWIN_SAMPLES, type DataSource, type LoadOptions } from "./settings.js";
export {
  DEFAULT_TWIN_SEED,
  type Dataset,
  type DatasetCard,
  type DatasetFile,
  type DatasetName,
  type Samples,
  type Splits,
  type TwinOptions,
} from "./dataset.js";
