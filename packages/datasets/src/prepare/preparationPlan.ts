/** What is done to samples before a model sees them, as plain data: the plan a person writes and what was fitted to the training part. */

/** Steps in the order in which they are carried out. Plain JSON. */
export type PreparationPlan = readonly PreparationStep[];

export type PreparationStep =
  | ImputeStep
  | StandardizeStep
  | MinMaxStep
  | DivideStep
  | OneHotStep
  | OneHotLabelsStep
  | PermutePixelsStep
  | NoiseStep
  | TextCountsStep
  | TextIdsStep;

/** Fills in what is missing with the column's mean or median over what is not. */
export interface ImputeStep {
  kind: "impute";
  /** Names of the columns. */
  columns: readonly string[];
  by: "mean" | "median";
  /** What stands for a missing value: numbers such as 0, `"blank"` for NaN; default `["blank"]`. */
  missing?: readonly (number | "blank")[];
}

/** Over what numbers a statistic is taken: each element of a sample, each position of the last axis, or all numbers together. */
export type StatisticScope = "element" | "channel" | "all";

/** Mean 0 and standard deviation 1 (divided by N, as scikit-learn's StandardScaler). What does not vary becomes 0. */
export interface StandardizeStep {
  kind: "standardize";
  /** Names of the columns of a table; default all. */
  columns?: readonly string[];
  /** Default `"element"`: each column of a table, each pixel of an image. */
  per?: StatisticScope;
}

/** The training part's range becomes 0 to 1; other samples may lie outside. What does not vary becomes 0. */
export interface MinMaxStep {
  kind: "minMax";
  columns?: readonly string[];
  /** Default `"element"`. */
  per?: StatisticScope;
}

/** Divides every number, for example pixels by 255. */
export interface DivideStep {
  kind: "divide";
  by: number;
}

/** A column of each category that occurs in the training part, rising, in place of each named column. */
export interface OneHotStep {
  kind: "oneHot";
  columns: readonly string[];
  /** A category that the training part does not have: an error (default), or zeros. */
  unknown?: "error" | "zeros";
}

/** Class ids become rows with a single 1: `[N]` -> `[N, classes]`. */
export interface OneHotLabelsStep {
  kind: "oneHotLabels";
  classes: number;
}

/** One fixed order of the pixels for all images; the channels of a pixel stay together. */
export interface PermutePixelsStep {
  kind: "permutePixels";
  seed: number;
}

/** Adds normal noise; each sample has a stream of its own. */
export interface NoiseStep {
  kind: "noise";
  standardDeviation: number;
  seed: number;
  /** Results are kept within these two numbers; default not at all. */
  clip?: readonly [number, number];
}

/** How often each of the most frequent words occurs: `[N, words]`, column i for id i, as Keras's `Tokenizer.texts_to_matrix`; column 0 stays empty. */
export interface TextCountsStep {
  kind: "textCounts";
  /** Ids are below this: the `words - 1` most frequent words have one. */
  words: number;
  /** Counting stops here: 1 only says whether a word occurs. Up to 255 the counts are uint8, a quarter of the memory; default: no end. */
  most?: number;
}

/** Padded ids as those of Keras's `imdb` data: `[N, length]` int32. 0 pads, 1 starts a text, 2 is an unknown word, the most frequent word is 4. */
export interface TextIdsStep {
  kind: "textIds";
  /** Ids are below this; every other word is unknown. */
  words: number;
  length: number;
  /** Where short texts are filled and long ones cut; default `"pre"`, at the start, as Keras's `pad_sequences`. */
  padding?: "pre" | "post";
  truncating?: "pre" | "post";
}

export const PREPARATION_DEFAULTS = {
  missing: ["blank"],
  per: "element",
  unknown: "error",
  padding: "pre",
  truncating: "pre",
} as const;

/** A plan after `fitPreparation`: all that is needed to prepare any sample. Plain JSON. */
export interface FittedPreparation {
  /** Shape of one sample before and after; texts have no shape before. */
  inputShape: readonly number[] | null;
  outputShape: readonly number[];
  /** Names of a table's columns before and after; empty for what is no table. */
  inputColumnNames: readonly string[];
  outputColumnNames: readonly string[];
  steps: readonly FittedStep[];
}

export type FittedStep =
  | { kind: "impute"; columns: readonly number[]; values: readonly number[]; missing: readonly (number | "blank")[] }
  | {
      kind: "affine";
      of: "standardize" | "minMax";
      period: number;
      columns: readonly number[] | null;
      subtract: readonly number[];
      divide: readonly number[];
    }
  | { kind: "divide"; by: number }
  | { kind: "oneHot"; columns: readonly number[]; categories: readonly (readonly number[])[]; unknown: "error" | "zeros" }
  | { kind: "oneHotLabels"; classes: number }
  | { kind: "permutePixels"; order: readonly number[]; channels: number }
  | { kind: "noise"; standardDeviation: number; seed: number; clip: readonly [number, number] | null }
  | { kind: "textCounts"; words: number; most: number | null; vocabulary: readonly string[] }
  | {
      kind: "textIds";
      words: number;
      length: number;
      padding: "pre" | "post";
      truncating: "pre" | "post";
      vocabulary: readonly string[];
    };
