/** Fits a plan to the training part: every statistic, category, word and order that applying it needs. */

import { checkKnownOptions, checkOneOf, randomStream, show, sizeOf, takeRows, type NumericArray } from "@tarea/core";
import type { Samples } from "../dataset.js";
import { applyStep, type Working } from "./applyStep.js";
import { checkStep } from "./checkPreparation.js";
import { IMPUTE_HINT, preparationError } from "./preparationError.js";
import {
  PREPARATION_DEFAULTS,
  type FittedPreparation,
  type FittedStep,
  type ImputeStep,
  type MinMaxStep,
  type OneHotStep,
  type PreparationPlan,
  type PreparationStep,
  type StandardizeStep,
} from "./preparationPlan.js";
import { columnStatistics } from "./statistics.js";
import { TEXT_IDS, frequentWords } from "./text.js";

export interface FitPreparationOptions {
  /** Names of a table's columns, as `dataset.columnNames`; needed by steps that name columns. */
  columnNames?: readonly string[] | undefined;
  /** Words that text steps know, the most frequent first, such as a published index; default: those of the training part. */
  vocabulary?: readonly string[] | undefined;
}

const WHERE = "fitPreparation";

/**
 * Goes through the plan once; each step is fitted to what the steps before it made of the training part.
 *
 * @param train the training part and nothing else: whatever is given here decides every statistic.
 * @throws TareaError for a wrong plan, and for samples that a step cannot take.
 * @example
 * const fitted = fitPreparation([{ kind: "standardize" }], set.train, { columnNames: set.columnNames });
 * const test = applyPreparation(fitted, set.test);
 */
export function fitPreparation(plan: PreparationPlan, train: Samples, options: FitPreparationOptions = {}): FittedPreparation {
  checkKnownOptions(WHERE, options, ["columnNames", "vocabulary"]);
  if (!Array.isArray(plan)) throw preparationError(WHERE, "the plan must be a list of steps", show(plan));
  const checked = plan as PreparationPlan;
  for (const [i, step] of checked.entries()) checkStep(`${WHERE}: step ${i + 1}`, step);
  const inputColumnNames = [...(options.columnNames ?? [])];
  const lastLearning = checked.findLastIndex(({ kind }) => LEARNING.has(kind));
  const steps: FittedStep[] = [];
  let working: Working = { samples: train, columnNames: inputColumnNames, owned: false };
  for (const [i, step] of checked.entries()) {
    const where = `${WHERE}: step ${i + 1}`;
    const fitted = fitStep(where, step, working, options.vocabulary);
    steps.push(fitted);
    // Nothing is learned any more: no sample is needed to follow shapes and names.
    const samples = i >= lastLearning ? noSamples(working.samples) : working.samples;
    working = applyStep(where, fitted, { ...working, samples }, { part: "train", rows: null });
  }
  return {
    inputShape: checked.some(({ kind }) => READS_TEXTS.has(kind)) ? null : train.inputs.shape.slice(1),
    outputShape: working.samples.inputs.shape.slice(1),
    inputColumnNames,
    outputColumnNames: working.columnNames,
    steps,
  };
}

/** Steps that look at the training part's samples. */
const LEARNING: ReadonlySet<string> = new Set(["impute", "standardize", "minMax", "oneHot", "textCounts", "textIds"]);
const READS_TEXTS: ReadonlySet<string> = new Set(["textCounts", "textIds"]);

function noSamples({ inputs, labels, texts }: Samples): Samples {
  return { inputs: takeRows(inputs, []), labels: takeRows(labels, []), ...(texts && { texts: [] }) };
}

function fitStep(where: string, step: PreparationStep, working: Working, vocabulary: readonly string[] | undefined): FittedStep {
  switch (step.kind) {
    case "impute":
      return fitImpute(where, step, working);
    case "standardize":
    case "minMax":
      return fitAffine(where, step, working);
    case "divide":
      return { kind: "divide", by: step.by };
    case "oneHot":
      return fitOneHot(where, step, working);
    case "oneHotLabels":
      return { kind: "oneHotLabels", classes: step.classes };
    case "permutePixels":
      return fitPermutation(where, step.seed, working.samples.inputs);
    case "noise":
      return { kind: "noise", standardDeviation: step.standardDeviation, seed: step.seed, clip: step.clip ?? null };
    case "textCounts": {
      const { words, most = null } = step;
      return { kind: "textCounts", words, most, vocabulary: firstWords(where, working, vocabulary, words - 1) };
    }
    case "textIds": {
      const { words, length, padding = PREPARATION_DEFAULTS.padding, truncating = PREPARATION_DEFAULTS.truncating } = step;
      const known = firstWords(where, working, vocabulary, Math.max(0, words - TEXT_IDS.first));
      return { kind: "textIds", words, length, padding, truncating, vocabulary: known };
    }
  }
}

function fitImpute(where: string, step: ImputeStep, working: Working): FittedStep {
  const columns = findColumns(where, step.columns, working);
  // Inputs are float32: a marker such as 99.9 is found as the float32 nearest to it.
  const missing = (step.missing ?? PREPARATION_DEFAULTS.missing).map((one) => (one === "blank" ? one : Math.fround(one)));
  const values = columns.map((column, i) => {
    const present = columnValues(working.samples.inputs, column).filter(
      (value) => !(Number.isNaN(value) ? missing.includes("blank") : missing.includes(value)),
    );
    if (present.length === 0) throw preparationError(where, `column ${show(step.columns[i])} has no value that is not missing`);
    if (present.some(Number.isNaN)) {
      throw preparationError(where, `column ${show(step.columns[i])} has blanks that "missing" does not name`);
    }
    return step.by === "mean" ? mean(present) : median(present);
  });
  return { kind: "impute", columns, values, missing };
}

function fitAffine(where: string, step: StandardizeStep | MinMaxStep, working: Working): FittedStep {
  const { inputs } = working.samples;
  const columns = step.columns === undefined ? null : findColumns(where, step.columns, working);
  const per = step.per ?? PREPARATION_DEFAULTS.per;
  const period = per === "all" ? 1 : per === "channel" ? inputs.shape.at(-1)! : sizeOf(inputs.shape.slice(1));
  const all = columnStatistics(where, inputs, period, columns);
  const chosen = columns === null ? all : columns.map((column) => all[column]!);
  return {
    kind: "affine",
    of: step.kind,
    period,
    columns,
    subtract: chosen.map((one) => (step.kind === "standardize" ? one.mean : one.minimum)),
    divide: chosen.map((one) => (step.kind === "standardize" ? one.deviation : one.maximum - one.minimum) || 1),
  };
}

function fitOneHot(where: string, step: OneHotStep, working: Working): FittedStep {
  const columns = findColumns(where, step.columns, working);
  const categories = columns.map((column, i) => {
    const values = [...new Set(columnValues(working.samples.inputs, column))].toSorted((a, b) => a - b);
    if (values.some(Number.isNaN))
      throw preparationError(where, `column ${show(step.columns[i])} has blanks`, undefined, IMPUTE_HINT);
    if (values.length > MOST_CATEGORIES) {
      throw preparationError(
        where,
        `column ${show(step.columns[i])} has ${values.length} values, at most ${MOST_CATEGORIES} can be categories`,
      );
    }
    return values;
  });
  return { kind: "oneHot", columns, categories, unknown: step.unknown ?? PREPARATION_DEFAULTS.unknown };
}

const MOST_CATEGORIES = 1000;

function fitPermutation(where: string, seed: number, { shape }: NumericArray): FittedStep {
  if (shape.length < 2)
    throw preparationError(where, "there are no pixels to permute", `samples of shape [${shape.slice(1).join(", ")}]`);
  const channels = shape.length === 4 ? shape[3]! : 1;
  const pixels = sizeOf(shape.slice(1)) / channels;
  return { kind: "permutePixels", order: [...randomStream(seed, "pixels").permutation(pixels)], channels };
}

function firstWords(where: string, working: Working, given: readonly string[] | undefined, most: number): readonly string[] {
  return given?.slice(0, most) ?? frequentWords(textsOf(where, working), most);
}

function textsOf(where: string, { samples }: Working): readonly string[] {
  if (samples.texts !== undefined) return samples.texts;
  throw preparationError(where, "these samples have no texts");
}

/** @throws TareaError for a column that is not there. */
function findColumns(where: string, names: readonly string[], { columnNames, samples }: Working): number[] {
  const [, width] = samples.inputs.shape;
  if (samples.inputs.shape.length !== 2 || columnNames.length !== width) {
    throw preparationError(
      where,
      "columns can be named in a table only",
      `samples of shape [${samples.inputs.shape.slice(1).join(", ")}] with ${columnNames.length} column names`,
      "Give the table's columnNames as an option.",
    );
  }
  return names.map((name) => columnNames.indexOf(checkOneOf(where, "column", name, columnNames)));
}

function columnValues({ data, shape }: NumericArray, column: number): number[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => data[row * width + column]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
