export { accuracy } from "./accuracy.js";
export { confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions, type Normalization } from "./confusionMatrix.js";
export {
  DEFAULT_ZERO_DIVISION,
  f1,
  precision,
  recall,
  support,
  type ClassScoreOptions,
  type ZeroDivision,
} from "./classScores.js";
export { macroAverage, weightedAverage } from "./averages.js";
export {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassReport,
  type Scores,
} from "./classificationReport.js";
export { DEFAULT_REPORT_DIGITS, classificationReportText } from "./reportText.js";
export { DEFAULT_TOP_K, logLoss, predictionsFromProbabilities, topKAccuracy } from "./probabilities.js";
export { DEFAULT_CONFIDENCE, wilsonInterval, type Interval } from "./wilsonInterval.js";
export { meanAndSpread, type MeanAndSpread } from "./meanAndSpread.js";
export { MAX_CLASSES, type ClassIds, type Classes } from "./classIds.js";
