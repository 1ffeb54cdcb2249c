/** The rows of a data check, read from what `tarea data check --json` prints. */

import { TareaError, didYouMean } from "@tarea/core";
import { formatCount, formatNumber } from "./format.js";
import { stringsFor, type Locale } from "./strings.js";

/** The member of a check that the table shows; `repeated` are samples that equal an earlier one of both parts together. */
export interface CheckedData {
  name: string;
  title: string;
  synthetic: boolean;
  fingerprint: string | null;
  repeated: number;
  rows: CheckedRow[];
  /** Columns that have zeros that stand, or seem to stand, for missing values. */
  zeroColumns: { name: string; zeros: string }[];
  blankColumns: { name: string; blanks: string }[];
  constantColumns: string[];
  sortedLabels: boolean;
}

export interface CheckedRow {
  what: string;
  train: string;
  test: string;
}

interface Part {
  count: number;
  imbalance: number | null;
  labelOrder: string;
  minimum: number;
  maximum: number;
  duplicates: { count: number };
  nearDuplicates: { count: number } | null;
  columns: { name: string; zeros: number; blanks: number; constant: boolean; zerosSeemMissing: boolean }[];
}

interface Check {
  name: string;
  title: string;
  synthetic: boolean;
  fingerprint: string | null;
  repeated: number;
  train: Part;
  test: Part;
  duplicatesAcross: { count: number };
  nearDuplicatesAcross: { count: number } | null;
}

/**
 * What the check of one set found, in the page's language.
 *
 * @param checks the whole of what `tarea data check --json` printed.
 * @param name of the set; may be left out when there is one.
 * @throws TareaError when it is something else, or when the set's files were not complete.
 */
export function checkedData(checks: unknown, name: string | undefined, locale: Locale): CheckedData {
  const { train, test, ...check } = findCheck(checks, name);
  const strings = stringsFor(locale).dataCheck;
  const count = (value: number): string => formatCount(value, locale);
  const row = (what: string, text: (part: Part) => string): CheckedRow => ({ what, train: text(train), test: text(test) });
  const { nearDuplicatesAcross: near } = check;
  return {
    ...check,
    rows: [
      row(strings.samples, (part) => count(part.count)),
      row(strings.range, ({ minimum, maximum }) => `${shortNumber(minimum, locale)} – ${shortNumber(maximum, locale)}`),
      ...(train.imbalance === null
        ? []
        : [
            row(strings.imbalance, ({ imbalance }) => (imbalance === null ? "" : formatNumber(imbalance, locale, { digits: 2 }))),
          ]),
      row(strings.repeated, ({ duplicates }) => count(duplicates.count)),
      ...(near === null ? [] : [row(strings.nearlyRepeated, ({ nearDuplicates }) => count(nearDuplicates?.count ?? 0))]),
      { what: strings.alsoInTrain, train: "", test: count(check.duplicatesAcross.count) },
      ...(near === null ? [] : [{ what: strings.nearlyInTrain, train: "", test: count(near.count) }]),
    ],
    zeroColumns: train.columns
      .filter((each) => each.zerosSeemMissing)
      .map(({ name: column, zeros }) => ({ name: column, zeros: count(zeros) })),
    blankColumns: train.columns
      .filter(({ blanks }) => blanks > 0)
      .map(({ name: column, blanks }) => ({ name: column, blanks: count(blanks) })),
    constantColumns: train.columns.filter(({ constant }) => constant).map((each) => each.name),
    sortedLabels: train.labelOrder !== "mixed",
  };
}

function findCheck(checks: unknown, name: string | undefined): Check {
  const list = Array.isArray(checks) ? checks : [checks];
  if (!list.every(isCheck)) {
    throw fault(
      "this is not what `tarea data check --json` prints",
      "Write it anew: tarea data check <name> --json > check.json",
    );
  }
  if (name === undefined && list.length === 1) return complete(list[0]!);
  const names = list.map((each) => each.name);
  const found = list.find((each) => each.name === name);
  if (found !== undefined) return complete(found);
  const hint = didYouMean(name, names) ?? `There are ${names.join(", ")}.`;
  throw fault(
    name === undefined ? "name must say which of several sets is meant" : `there is no check of ${JSON.stringify(name)}`,
    hint,
  );
}

type MaybeCheck = Omit<Check, "train" | "test"> & { train: Part | null; test: Part | null };

function isCheck(value: unknown): value is MaybeCheck {
  if (typeof value !== "object" || value === null) return false;
  const { name, title, train, test } = value as Record<string, unknown>;
  return typeof name === "string" && typeof title === "string" && isPart(train) && isPart(test);
}

function isPart(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  const { count, columns, duplicates, labelOrder } = value as Record<string, unknown>;
  return typeof count === "number" && Array.isArray(columns) && typeof duplicates === "object" && typeof labelOrder === "string";
}

function complete(check: MaybeCheck): Check {
  if (check.train !== null && check.test !== null) return check as Check;
  throw fault(
    `the files of ${check.title} were not complete when it was checked`,
    `Run \`tarea data fetch ${check.name}\`, then check again.`,
  );
}

function fault(problem: string, hint: string): TareaError {
  return new TareaError({ code: "report", where: "<DataCheck>", problem, hint });
}

function shortNumber(value: number, locale: Locale): string {
  return formatNumber(value, locale, { digits: Number.isInteger(value) ? 0 : 2 });
}
