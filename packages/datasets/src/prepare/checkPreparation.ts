/** Checks a step of a preparation plan, which may come from a file. */

import { TareaError, checkInteger, checkKnownOptions, checkNumber, checkOneOf, show } from "@tarea/core";
import { preparationError } from "./preparationError.js";
import type { PreparationStep, StatisticScope } from "./preparationPlan.js";

const MEMBERS: Readonly<Record<PreparationStep["kind"], readonly string[]>> = {
  impute: ["columns", "by", "missing"],
  standardize: ["columns", "per"],
  minMax: ["columns", "per"],
  divide: ["by"],
  oneHot: ["columns", "unknown"],
  oneHotLabels: ["classes"],
  permutePixels: ["seed"],
  noise: ["standardDeviation", "seed", "clip"],
  textCounts: ["words", "most"],
  textIds: ["words", "length", "padding", "truncating"],
};
const KINDS = Object.keys(MEMBERS) as PreparationStep["kind"][];
const SCOPES: readonly StatisticScope[] = ["element", "channel", "all"];
const SIDES = ["pre", "post"] as const;
/** A million words take 4 MB a sample as counts. */
const MOST_WORDS = 1_000_000;

/** @throws TareaError that names the member at fault. */
export function checkStep(where: string, step: PreparationStep): void {
  if (typeof step !== "object" || step === null) throw preparationError(where, "a step must be an object", show(step));
  checkOneOf(where, "kind", step.kind, KINDS);
  checkKnownOptions(where, step, ["kind", ...MEMBERS[step.kind]]);
  switch (step.kind) {
    case "impute":
      checkColumns(where, step.columns);
      checkOneOf(where, "by", step.by, ["mean", "median"]);
      return checkMissing(where, step.missing);
    case "standardize":
    case "minMax":
      if (step.columns !== undefined) checkColumns(where, step.columns);
      checkOneOf(where, "per", step.per ?? "element", SCOPES);
      if (step.columns === undefined || step.per === undefined || step.per === "element") return;
      throw preparationError(where, "columns have statistics of their own: leave per out", show(step.per));
    case "divide":
      if (checkNumber(where, "by", step.by) === 0) throw preparationError(where, "by must not be 0");
      return;
    case "oneHot":
      checkColumns(where, step.columns);
      return void checkOneOf(where, "unknown", step.unknown ?? "error", ["error", "zeros"]);
    case "oneHotLabels":
      return void checkInteger(where, "classes", step.classes, { max: MOST_WORDS });
    case "permutePixels":
      return void checkInteger(where, "seed", step.seed, { min: 0 });
    case "noise":
      checkNumber(where, "standardDeviation", step.standardDeviation, { min: 0 });
      checkInteger(where, "seed", step.seed, { min: 0 });
      return checkClip(where, step.clip);
    case "textCounts":
      checkInteger(where, "words", step.words, { min: 2, max: MOST_WORDS });
      if (step.most !== undefined) checkInteger(where, "most", step.most);
      return;
    case "textIds":
      checkInteger(where, "words", step.words, { min: 3, max: MOST_WORDS });
      checkInteger(where, "length", step.length, { max: MOST_WORDS });
      checkOneOf(where, "padding", step.padding ?? "pre", SIDES);
      checkOneOf(where, "truncating", step.truncating ?? "pre", SIDES);
  }
}

function checkColumns(where: string, columns: readonly string[]): void {
  if (!Array.isArray(columns) || columns.length === 0)
    throw preparationError(where, "columns must be a list of names", show(columns));
  if (new Set(columns).size !== columns.length) throw preparationError(where, "columns names one twice", show(columns));
}

function checkMissing(where: string, missing: readonly (number | "blank")[] | undefined): void {
  if (missing === undefined) return;
  const fits = (marker: unknown): boolean => marker === "blank" || (typeof marker === "number" && !Number.isNaN(marker));
  if (Array.isArray(missing) && missing.length > 0 && missing.every(fits)) return;
  throw new TareaError({
    code: "option",
    where,
    problem: "missing must list numbers or blank",
    expected: 'for example [0] or ["blank"]',
    received: show(missing),
  });
}

function checkClip(where: string, clip: readonly [number, number] | undefined): void {
  if (clip === undefined) return;
  if (!Array.isArray(clip) || clip.length !== 2) throw preparationError(where, "clip must be two numbers", show(clip));
  checkNumber(where, "clip[1]", clip[1], { min: checkNumber(where, "clip[0]", clip[0]) });
}
