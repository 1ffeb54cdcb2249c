/** Prepares all parts of a data set by one plan, with the statistics of the training part, and says in plain JSON what was done. */

import { TareaError, canonicalHash } from "@tarea/core";
import type { Samples } from "../dataset.js";
import { applyPreparation } from "./applyPreparation.js";
import { fitPreparation, type FitPreparationOptions } from "./fitPreparation.js";
import type { FittedPreparation, FittedStep, PreparationPlan } from "./preparationPlan.js";

/** The parts by name; `train` decides every statistic. */
export interface PartsToPrepare {
  readonly train: Samples;
  readonly [part: string]: Samples;
}

export interface PreparePartsOptions extends FitPreparationOptions {
  /** Of a part, its samples' numbers in the published part, so that a sample keeps its noise however it was split; default 0, 1, 2, … */
  rows?: Readonly<Record<string, ArrayLike<number>>> | undefined;
}

export interface PreparedParts<Parts extends PartsToPrepare> {
  parts: { [Part in keyof Parts]: Samples };
  /** What prepares further samples, with `applyPreparation`. */
  fitted: FittedPreparation;
  /** What a run keeps. */
  record: PreparationRecord;
}

/** What was done to the samples before training. Plain JSON, small whatever was fitted. */
export interface PreparationRecord {
  plan: PreparationPlan;
  /** The part that the statistics are of, and how many samples it had. */
  fittedTo: { part: "train"; samples: number };
  inputShape: readonly number[] | null;
  outputShape: readonly number[];
  /** The fitted steps; a list of more than `MAX_RECORDED_VALUES` is kept as its beginning, length and hash. */
  steps: readonly RecordedStep[];
  /** Canonical SHA-256 of all that was fitted: equal hashes prepare equally. */
  sha256: string;
}

export type RecordedStep = { kind: FittedStep["kind"] } & Readonly<Record<string, unknown>>;

/** In place of a long list. */
export interface LongList {
  first: readonly unknown[];
  length: number;
  sha256: string;
}

/** Room for the columns of a table and the channels of an image, not for the pixels or the words. */
export const MAX_RECORDED_VALUES = 64;
const FIRST_VALUES = 8;

/**
 * Fits the plan to `parts.train` and applies it to every part.
 *
 * @throws TareaError as `fitPreparation` and `applyPreparation`.
 * @example
 * const { parts, record } = prepareParts([{ kind: "standardize" }], { train, validation, test }, { columnNames });
 */
export function prepareParts<Parts extends PartsToPrepare>(
  plan: PreparationPlan,
  parts: Parts,
  { rows = {}, ...options }: PreparePartsOptions = {},
): PreparedParts<Parts> {
  const unknown = Object.keys(rows).find((part) => !Object.hasOwn(parts, part));
  if (unknown !== undefined)
    throw new TareaError({
      code: "option",
      where: "prepareParts",
      problem: "rows names a part that is not there",
      expected: Object.keys(parts).join(", "),
      received: unknown,
    });
  const fitted = fitPreparation(plan, parts.train, options);
  const prepared = Object.entries(parts).map(([part, samples]) => [
    part,
    applyPreparation(fitted, samples, { part, rows: Object.hasOwn(rows, part) ? rows[part] : undefined }),
  ]);
  return {
    parts: Object.fromEntries(prepared) as PreparedParts<Parts>["parts"],
    fitted,
    record: recordOf(plan, fitted, parts.train.labels.data.length),
  };
}

function recordOf(plan: PreparationPlan, fitted: FittedPreparation, samples: number): PreparationRecord {
  const { inputShape, outputShape, steps } = fitted;
  const recorded = steps.map((step) => Object.fromEntries(Object.entries(step).map(([key, value]) => [key, shortened(value)])));
  return {
    plan,
    fittedTo: { part: "train", samples },
    inputShape,
    outputShape,
    steps: recorded as unknown as RecordedStep[],
    sha256: canonicalHash(fitted),
  };
}

function shortened(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length <= MAX_RECORDED_VALUES) return value.map(shortened);
  return { first: value.slice(0, FIRST_VALUES), length: value.length, sha256: canonicalHash(value) } satisfies LongList;
}
