/** What a data set is: the samples a program gets, the card a person reads, and the definition that joins the two. */

import type { NumericArray } from "@tarea/core";

/** One part of a data set. Row i of `inputs` belongs to row i of `labels`. */
export interface Samples {
  /** Images: uint8 `[N, H, W, C]`, as stored, 0 to 255. */
  inputs: NumericArray;
  /** Class ids: uint8 `[N]`. */
  labels: NumericArray;
}

/** The publisher's own split. */
export interface Splits {
  train: Samples;
  test: Samples;
}

export interface Dataset extends Splits {
  name: DatasetName;
  /** For people, for example `MNIST`. */
  title: string;
  /** True when the synthetic twin stands in for the real files; whatever shows the data must say so. */
  synthetic: boolean;
  /** Hexadecimal SHA-256 over the files' own SHA-256s, or over the twin's recipe, seed and counts. */
  fingerprint: string;
  /** One sentence: where the data came from, and for a twin why. It holds no path of this machine. */
  source: string;
  /** Shape of one sample, for example `[28, 28, 1]`. */
  inputShape: readonly number[];
  /** Index is the class id. */
  classNames: readonly string[];
}

export type DatasetName = "mnist" | "fashion-mnist";

/** What a person should know before using a set. Plain JSON. */
export interface DatasetCard {
  name: DatasetName;
  title: string;
  /** What is in it, two or three sentences. */
  description: string;
  /** Who made it and where it is published. */
  source: string;
  licence: string;
  citation: string;
  task: "classification";
  inputShape: readonly number[];
  classNames: readonly string[];
  counts: { readonly train: number; readonly test: number };
  /** Samples per class in each part; index is the class id. */
  labelCounts: { readonly train: readonly number[]; readonly test: readonly number[] };
  files: readonly DatasetFile[];
  knownFlaws: readonly string[];
  /** Base addresses; a file's name is appended. */
  mirrors: readonly string[];
}

export interface DatasetFile {
  /** File name as published. */
  name: string;
  sizeBytes: number;
  /** Hexadecimal SHA-256 of the published bytes. */
  sha256: string;
  /** The same content without its compression, accepted in its place. */
  unpacked?: { readonly name: string; readonly sizeBytes: number; readonly sha256: string };
}

export interface TwinOptions {
  /** Whole number from 0 to 2^53 - 1; default `DEFAULT_TWIN_SEED`. */
  seed?: number | undefined;
  /** Samples in the training part; default as in the real set. */
  trainCount?: number | undefined;
  /** Samples in the test part; default as in the real set. */
  testCount?: number | undefined;
}

/** One set, all of it: adding a set means writing one of these. */
export interface DatasetDefinition {
  card: DatasetCard;
  /** Reads the verified content of all files, by published name, packed or unpacked. @throws TareaError */
  parse: (contents: ReadonlyMap<string, Uint8Array>) => Splits;
  /** Goes up whenever the twin's images change. */
  twinVersion: number;
  /** Makes samples `0` to `count - 1` of a part; sample i depends on the seed, the part and i alone. */
  twin: (part: "train" | "test", count: number, seed: number) => Samples;
}

export const DEFAULT_TWIN_SEED = 1;
