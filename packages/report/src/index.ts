export { tareaReport, type TareaReportOptions } from "./integration.js";
export { FAULTS_ID, runsLoader, type RunsEntry, type RunsLoaderOptions } from "./loader.js";
export {
  buildReport,
  developReport,
  type BuildReportOptions,
  type BuildReportResult,
  type DevelopReportOptions,
} from "./site.js";
export { DEFAULT_PORT, serveFolder, type FolderServer, type ServeFolderOptions } from "./serve.js";
export { makePlainFolder, type PlainFolderOptions } from "./plainFolder.js";
export { DEFAULT_RUNS_FOLDER } from "./runsFolder.js";
export {
  formatModelResults,
  modelResults,
  MODEL_RESULTS_FORMATS,
  type ModelResult,
  type ModelResultsFormat,
} from "./modelResults.js";
export * from "./views.js";
