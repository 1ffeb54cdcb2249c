/** What the components and the layout use: page logic without the integration, the server or the builder. */

export { LOCALES, localeOf, stringsFor, type Locale, type ReportStrings } from "./strings.js";
export { formatBytes, formatCount, formatDay, formatDuration, formatNumber, formatPercent, formatSetting } from "./format.js";
export {
  compareFacts,
  formatFact,
  layerType,
  type FactFormat,
  type FactReference,
  type FormatFactOptions,
} from "./formatFact.js";
export { FACT_NAMES, factOf } from "./runFacts.js";
export { DEFAULT_STAGE, selectRuns, type ChosenRuns, type RunChoice } from "./selectRuns.js";
export {
  overSeeds,
  resultGroups,
  type OverSeeds,
  type ResultCell,
  type ResultGroup,
  type ResultPart,
  type ResultRow,
  type SourceFigures,
} from "./results.js";
export { provenance, type Provenance, type StageTimes } from "./provenance.js";
export { learningCurves, type Panel, type PanelOptions } from "./learningCurves.js";
export { mostConfused, testResults, weakestClass, type ConfusedPair, type TestResults } from "./testResults.js";
export { classBarsFigure, confusionFigure, misclassifiedFigure, scoreDomain } from "./testFigures.js";
export { figureParts, type FigureParts } from "./figureParts.js";
export { checkAnchor, numberFigures, type NumberedKind } from "./numbering.js";
export { markRuns, runKey, runsShownIn } from "./pageRuns.js";
export { checkedData, type CheckedData, type CheckedRow } from "./dataCheck.js";
