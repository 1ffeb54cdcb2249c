/** One row per experiment: what its model reaches over seeds, and what it costs. Everything comes from run records, nothing is typed. */

import { checkOneOf } from "@tarea/core";
import { latestRuns, type Run, type RunStage } from "@tarea/runs";
import { formatBytes, formatCount, formatDuration, formatNumber } from "./format.js";
import { overSeeds, type OverSeeds } from "./results.js";

export interface ModelResult {
  experiment: string;
  title: string;
  /** Name of the model. */
  model: string;
  /** Data set id. */
  data: string;
  /** Whether one of the runs was on the synthetic twin. */
  synthetic: boolean;
  /** `final`: measured on the test set; `validation`: on the validation part, where no final run is complete. */
  stage: RunStage;
  seeds: number[];
  /** Over seeds; null where it was not measured, as for regression. */
  accuracy: OverSeeds | null;
  loss: OverSeeds | null;
  /** Null when the runs of different seeds had models of different size. */
  totalParams: number | null;
  /** Of the weights as float32. */
  sizeBytes: number | null;
  secondsPerEpoch: OverSeeds | null;
}

export const MODEL_RESULTS_FORMATS = ["markdown", "json"] as const;
export type ModelResultsFormat = (typeof MODEL_RESULTS_FORMATS)[number];

/** The newest complete run of each seed of every experiment, summed up; experiments in the order of their first run. */
export function modelResults(runs: readonly Run[]): ModelResult[] {
  const experiments = [...new Set(runs.map(({ record }) => record.experiment.id))];
  return experiments.flatMap((experiment) => {
    const final = latestRuns(runs, { experiment, stage: "final" });
    const chosen = final.length > 0 ? final : latestRuns(runs, { experiment, stage: "validation" });
    return chosen.length === 0 ? [] : [resultOf(chosen)];
  });
}

/**
 * The rows as a Markdown table, with the mean and the sample standard deviation over seeds, or as JSON.
 *
 * @throws TareaError for an unknown format.
 */
export function formatModelResults(
  results: readonly ModelResult[],
  { format = "markdown" }: { format?: ModelResultsFormat } = {},
): string {
  checkOneOf("formatModelResults", "format", format, MODEL_RESULTS_FORMATS);
  if (format === "json") return JSON.stringify(results, null, 2);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [titles, marks] = [COLUMNS.map(({ title }) => title), COLUMNS.map(({ isNumber }) => (isNumber ? "---:" : "---"))];
  const notes = results.some(({ synthetic }) => synthetic) ? ["", SYNTHETIC_NOTE] : [];
  return [row(titles), row(marks), ...results.map((result) => row(COLUMNS.map(({ valueOf }) => valueOf(result)))), ...notes].join(
    "\n",
  );
}

const SYNTHETIC_NOTE = "\\* Measured on a synthetic stand-in for the data.";

interface Column {
  title: string;
  isNumber: boolean;
  valueOf(result: ModelResult): string;
}

const COLUMNS: readonly Column[] = [
  { title: "Experiment", isNumber: false, valueOf: ({ experiment, title }) => escapeCell(`${experiment}: ${title}`) },
  { title: "Data", isNumber: false, valueOf: ({ data, synthetic }) => escapeCell(data) + (synthetic ? "\\*" : "") },
  { title: "Part", isNumber: false, valueOf: ({ stage }) => (stage === "final" ? "test" : "validation") },
  { title: "Seeds", isNumber: true, valueOf: ({ seeds }) => formatCount(seeds.length, "en") },
  { title: "Accuracy", isNumber: true, valueOf: ({ accuracy }) => measured(accuracy) },
  { title: "Loss", isNumber: true, valueOf: ({ loss }) => measured(loss) },
  { title: "Parameters", isNumber: true, valueOf: ({ totalParams }) => known(totalParams, formatCount) },
  { title: "Size", isNumber: true, valueOf: ({ sizeBytes }) => known(sizeBytes, formatBytes) },
  { title: "Time per epoch", isNumber: true, valueOf: ({ secondsPerEpoch }) => duration(secondsPerEpoch) },
];

function resultOf(runs: readonly Run[]): ModelResult {
  const { experiment, stage, model, data } = runs[0]!.record;
  const isFinal = stage === "final";
  const only = (of: (run: Run) => number): number | null => (new Set(runs.map(of)).size === 1 ? of(runs[0]!) : null);
  return {
    experiment: experiment.id,
    title: experiment.title,
    model: model.name,
    data: data.name,
    synthetic: runs.some(({ record }) => record.data.synthetic),
    stage,
    seeds: runs.map(({ record }) => record.seed),
    accuracy: overSeeds(runs, isFinal ? "testAccuracy" : "valAccuracy"),
    loss: overSeeds(runs, isFinal ? "testLoss" : "valLoss"),
    totalParams: only(({ record }) => record.model.totalParams),
    sizeBytes: only(({ record }) => record.model.sizeBytes),
    secondsPerEpoch: overSeeds(runs, "secondsPerEpoch"),
  };
}

function measured(value: OverSeeds | null): string {
  if (value === null) return "–";
  const mean = formatNumber(value.mean, "en", { digits: 4 });
  return value.spread === null ? mean : `${mean} ± ${formatNumber(value.spread, "en", { digits: 4 })}`;
}

function duration(value: OverSeeds | null): string {
  if (value === null) return "–";
  return value.mean < 1 ? `${formatNumber(1000 * value.mean, "en")}\u00a0ms` : formatDuration(value.mean, "en", value.spread);
}

function known(value: number | null, format: (value: number, locale: "en") => string): string {
  return value === null ? "differs" : format(value, "en");
}

/** Text that stays in its cell and is no markup. */
function escapeCell(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replaceAll(/[\\`*_[\]<>|&~$]/g, (character) => `\\${character}`);
}
