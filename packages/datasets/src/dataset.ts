/** What a data set is: the samples a program gets, the card a person reads, and the definition that joins the two. */

import type { DataType, NumericArray } from "@tarea/core";

/** `classification`: labels are class ids. `regression`: labels are the numbers to predict. */
export type Task = "classification" | "regression";

/** What one sample is: an image `[H, W, C]`, a text as padded word ids `[length]`, or a row of a table `[columns]`. */
export type Modality = "image" | "text" | "table";

/** One part of a data set. Row i of `inputs` belongs to row i of `labels` and of `texts`. */
export interface Samples<Inputs extends DataType = DataType, Labels extends DataType = DataType> {
  /**
   * Images: uint8 `[N, H, W, C]`, as stored, 0 to 255. Tables: float32 `[N, columns]`; NaN where the file has a blank.
   * Texts: int32 `[N, length]`, padded word ids.
   */
  inputs: NumericArray<Inputs>;
  /** Class ids: uint8 `[N]`, int32 for more than 256 classes. Regression: float32 `[N]`. */
  labels: NumericArray<Labels>;
  /** Texts only: the text of each sample as published. */
  texts?: readonly string[];
}

export interface Splits<Inputs extends DataType = DataType, Labels extends DataType = DataType> {
  train: Samples<Inputs, Labels>;
  test: Samples<Inputs, Labels>;
  /** Texts only: the known words, the most frequent in the training part first. */
  vocabulary?: readonly string[];
}

/** The type parameters are known to the compiler when the set is asked for by its name. */
export interface Dataset<
  Name extends string = string,
  T extends Task = Task,
  Shape extends readonly number[] = readonly number[],
  Classes extends readonly string[] = readonly string[],
  Inputs extends DataType = DataType,
> extends Splits<Inputs, LabelType<T>> {
  name: Name;
  /** For people, for example `MNIST`. */
  title: string;
  task: T;
  modality: Modality;
  /** True when the synthetic twin stands in for the real files; whatever shows the data must say so. */
  synthetic: boolean;
  /** Hexadecimal SHA-256 over the files' own SHA-256s and the split, or over the recipe, seed and counts of what was made. */
  fingerprint: string;
  /** One sentence: where the data came from, and for a twin why. It holds no path of this machine. */
  source: string;
  /** Shape of one sample, for example `[28, 28, 1]`. */
  inputShape: Shape;
  /** Index is the class id; empty for regression. */
  classNames: Classes;
  /** Tables: names of the input columns, in order; else empty. */
  columnNames: readonly string[];
}

/** The type of the labels that the shipped sets of a task have. */
export type LabelType<T extends Task> = T extends "regression" ? "float32" : "uint8" | "int32";

/** What a person should know before using a set. Plain JSON. */
export interface DatasetCard<
  Name extends string = string,
  T extends Task = Task,
  Shape extends readonly number[] = readonly number[],
  Classes extends readonly string[] = readonly string[],
  Inputs extends DataType = DataType,
> {
  name: Name;
  title: string;
  /** What is in it, two or three sentences. */
  description: string;
  /** Who made it and where it is published. */
  source: string;
  licence: string;
  citation: string;
  task: T;
  modality: Modality;
  /** `files`: published files, with a synthetic twin. `formula`: made by this package from a seed; there are no files. */
  origin: "files" | "formula";
  inputShape: Shape;
  inputType: Inputs;
  /** Index is the class id; empty for regression. */
  classNames: Classes;
  /** Tables: the input columns, in order; else empty. */
  columns: readonly Column[];
  /** Regression: what the labels are; else `null`. */
  target: Column | null;
  /** How training and test part come about. */
  split: SplitRule;
  counts: { readonly train: number; readonly test: number };
  /** Samples per class in each part; index is the class id; empty for regression. */
  labelCounts: { readonly train: readonly number[]; readonly test: readonly number[] };
  /** Folder below the data folder and the cache; several sets may share one. Default: the name. */
  folder?: string;
  files: readonly DatasetFile[];
  /** Base addresses; a file's name is appended. */
  mirrors: readonly string[];
  /** Other forms of the same content, accepted in place of `files`, in order of preference. */
  otherForms?: readonly DatasetForm[];
  knownFlaws: readonly string[];
}

/** A column of a table. Plain JSON. */
export interface Column {
  name: string;
  what: string;
  unit?: string;
  /** How the files mark a missing value: a zero that cannot be real, or a blank (NaN in the samples). */
  missing?: "zero" | "blank";
  /** The column holds ids; index is the id. */
  categories?: readonly string[];
}

export interface SplitRule {
  /** `publisher`: as published. `seed`: drawn by `seed`, since the publisher has no test part. `formula`: two independent draws. */
  by: "publisher" | "seed" | "formula";
  /** The seed of a drawn split. */
  seed?: number;
  /** One sentence for people. */
  how: string;
}

export interface DatasetFile {
  /** File name as published. */
  name: string;
  sizeBytes: number;
  /** Hexadecimal SHA-256 of the published bytes. */
  sha256: string;
  /** The same content without its compression, accepted in its place. */
  unpacked?: { readonly name: string; readonly sizeBytes: number; readonly sha256: string };
  /** Base addresses of this file alone, in place of those of its set. */
  mirrors?: readonly string[];
  /** The set can be read without it. */
  optional?: boolean;
}

/** A set of files that holds the whole data set. */
export interface DatasetForm {
  /** For people, for example `the publisher's archive`. */
  what: string;
  /** Folder below the set's own that holds them, as an unpacked archive has it. */
  folder?: string;
  files: readonly DatasetFile[];
  mirrors: readonly string[];
}

export interface TwinOptions {
  /** Whole number from 0 to 2^53 - 1; default `DEFAULT_TWIN_SEED`. */
  seed?: number | undefined;
  /** Samples in the training part; default as in the real set. */
  trainCount?: number | undefined;
  /** Samples in the test part; default as in the real set. */
  testCount?: number | undefined;
}

/** Bytes by published name. */
export type FileContents = ReadonlyMap<string, Uint8Array>;

export type Parsed = Splits | Samples;

/** One set, all of it: adding a set means writing one of these. */
export interface DatasetDefinition<Card extends DatasetCard = DatasetCard> {
  card: Card;
  /**
   * Reads the verified content of all files of one form, by published name, packed or unpacked; a set without a published test
   * part is returned whole. `null` for a set made by formula. @throws TareaError
   */
  parse: ((contents: FileContents) => Parsed | Promise<Parsed>) | null;
  /**
   * Reads the set from a tree of small files below its folder, as the unpacked content of `card.files`; `null` when there is no such
   * tree. @throws TareaError
   */
  readTree?: (folder: string) => Promise<FileContents | null>;
  /** Goes up whenever the twin's (or the formula's) samples change. */
  twinVersion: number;
  /** Texts only: the words of the twin, as `vocabulary`. */
  twinVocabulary?: () => readonly string[];
  /** Makes samples `0` to `count - 1` of a part; sample i depends on the seed, the part and i alone. */
  twin: (part: "train" | "test", count: number, seed: number) => Samples;
}

/** Gives the compiler a card's name, task, shape, class names and type of input as literals. */
export function defineCard<
  const Name extends string,
  T extends Task,
  const Shape extends readonly number[],
  const Classes extends readonly string[],
  Inputs extends DataType,
>(card: DatasetCard<Name, T, Shape, Classes, Inputs>): DatasetCard<Name, T, Shape, Classes, Inputs> {
  return card;
}

export const DEFAULT_TWIN_SEED = 1;
