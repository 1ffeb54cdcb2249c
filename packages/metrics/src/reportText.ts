/**
 * A classification report as text, character for character as scikit-learn's `classification_report` prints it, but for
 * one accident: where no sample is right its counts print as floats (`2.0`), ours never do.
 */

import { checkInteger, checkKnownOptions } from "@tarea/core";
import type { ClassificationReport, Scores } from "./classificationReport.js";

/** Decimals of the scores in a report's text. */
export const DEFAULT_REPORT_DIGITS = 2;

/** What a person calls the last rows; the longest sets the least width of the first column. */
const LONGEST_HEADING = "weighted avg";
const COLUMN_WIDTH = 9;

/**
 * The report as a table of text, with a line break at its end.
 *
 * @param options.digits decimals of the scores, default `DEFAULT_REPORT_DIGITS`.
 * @throws TareaError when `digits` is no whole number from 0 to 20.
 */
export function classificationReportText(report: ClassificationReport, options: { digits?: number | undefined } = {}): string {
  checkKnownOptions("classificationReportText", options, ["digits"]);
  const digits = checkInteger("classificationReportText", "digits", options.digits ?? DEFAULT_REPORT_DIGITS, { min: 0, max: 20 });
  const width = Math.max(...report.classes.map(({ name }) => codePoints(name)), LONGEST_HEADING.length, digits);
  const line = (heading: string, cells: string[]) =>
    `${padStart(heading, width)} ${cells.map((cell) => ` ${cell.padStart(COLUMN_WIDTH)}`).join("")}\n`;
  const row = (heading: string, { precision, recall, f1, support }: Scores) =>
    line(heading, [...[precision, recall, f1].map((score) => formatFixed(score, digits)), String(support)]);

  const { microAverage, macroAverage, weightedAverage, accuracy } = report;
  return [
    `${line("", ["precision", "recall", "f1-score", "support"])}\n`,
    ...report.classes.map((scores) => row(scores.name, scores)),
    "\n",
    accuracy === null
      ? row("micro avg", microAverage)
      : line("accuracy", ["", "", formatFixed(accuracy, digits), String(microAverage.support)]),
    row("macro avg", macroAverage),
    row(LONGEST_HEADING, weightedAverage),
  ].join("");
}

/**
 * A number of at least 0 with a fixed count of decimals, as Python's `format(value, ".2f")` gives it: a tie goes to the even digit, where
 * `toFixed` goes up. Shows NaN as `nan`.
 */
function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  const text = value.toFixed(digits);
  // A double lies exactly between two decimals only when its binary fraction has digits + 1 places: no more, no fewer.
  const tie = (value * 2 ** (digits + 1)) % 2 === 1;
  const last = Number(text.at(-1));
  return tie && last % 2 === 1 ? `${text.slice(0, -1)}${last - 1}` : text;
}

/** Python counts code points where JavaScript counts UTF-16 units. */
function codePoints(text: string): number {
  return Array.from(text).length;
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - codePoints(text))) + text;
}
