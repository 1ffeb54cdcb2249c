/** What training needs of the data and model packages, so that it depends on neither: both fit as they are. */

import type { NumericArray } from "@tarea/core";
import type { Augmentation } from "@tarea/graph";
import type { ModelInfo, PreparationInfo } from "@tarea/runs";
import type { LayersModel } from "@tensorflow/tfjs";

/** Inputs `[N, ...]` as stored (bytes are scaled to [0, 1] when used); class ids `[N]`, or the numbers to predict. */
export interface Samples {
  readonly inputs: NumericArray;
  readonly labels: NumericArray;
  /** Of text data sets, for preparation. */
  readonly texts?: readonly string[];
}

export interface Dataset {
  readonly name: string;
  readonly title: string;
  /** True when a synthetic twin stands in for the real files. */
  readonly synthetic: boolean;
  /** SHA-256 of what the samples were made from. */
  readonly fingerprint: string;
  readonly inputShape: readonly number[];
  /** Empty for regression. */
  readonly classNames: readonly string[];
  /** Of tables, for preparation by name. */
  readonly columnNames?: readonly string[];
  /** Of text data sets: words, the most frequent first. */
  readonly vocabulary?: readonly string[] | undefined;
  readonly train: Samples;
  readonly test: Samples;
}

/** `@tarea/datasets`, or a package of one's own with the same functions. */
export interface DatasetLibrary {
  listDatasets(): readonly { readonly name: string }[];
  /** Makes sure that the files are there. Rejects with code `"no-data"` when they cannot be had. */
  fetchDataset(name: string, options: { offline: boolean }): Promise<unknown>;
  loadDataset(name: string, options: { source: "files" | "synthetic"; offline: boolean }): Promise<Dataset>;
  stratifiedSplit(
    labels: ArrayLike<number>,
    options: { validationCount: number; seed: number },
  ): { train: Uint32Array; validation: Uint32Array };
  /** For experiments with `preparation`: fits the plan to `parts.train` and applies it to every part. */
  prepareParts?(
    plan: readonly object[],
    parts: { readonly train: Samples; readonly [part: string]: Samples },
    options: {
      columnNames: readonly string[] | undefined;
      vocabulary: readonly string[] | undefined;
      rows: Readonly<Record<string, ArrayLike<number>>>;
    },
  ): { parts: { train: Samples; [part: string]: Samples }; record: PreparationInfo };
  /** For experiments with `augmentation`. */
  planAugmentation?(plan: object, images: NumericArray): Augmentation;
  /** For experiments with balanced class weights. */
  balancedClassWeights?(labels: ArrayLike<number>, classes: number): number[];
}

/** `@tarea/models`, or a package of one's own with the same function. */
export interface ModelLibrary {
  summarizeModel(model: LayersModel): ModelInfo;
}

export interface Libraries {
  datasets: DatasetLibrary;
  models: ModelLibrary;
}
