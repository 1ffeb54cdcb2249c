/** Options of a line chart and their checks. */

import { checkInteger, checkNumber, checkOneOf, show } from "@tarea/core";
import type { ChartLocale } from "./locale.js";
import { checkArray, checkDomain, checkText, checkValues, optionError, type ChartOptions, type Frame } from "./options.js";
import { SHAPES, type LineStyle } from "./series.js";
import { SERIES_COLORS } from "./theme.js";

export interface LineSeries {
  name: string;
  /** One value per x; null and NaN are gaps. */
  values: (number | null)[];
  /** Ascending positions, as many as values; by default whole numbers from `xStart`. */
  x?: number[] | undefined;
  /** By default solid, and dashed when an earlier series has the same colour. */
  style?: LineStyle | undefined;
  /** Colour 0 to 7, by default the next one; a training and a validation curve share theirs. */
  colorIndex?: number | undefined;
}

export interface LineChartOptions extends ChartOptions {
  xLabel: string;
  yLabel: string;
  series: LineSeries[];
  /** By default round numbers about the data; lines are cut at its ends. */
  yDomain?: [number, number] | undefined;
  /** A d3-format specifier for the y axis, such as ".0%". */
  yFormat?: string | undefined;
  /** The x of each first value, default 1: epochs count from 1 for people. */
  xStart?: number | undefined;
  /** Vertical lines with a label, for example the epoch that was kept. */
  marks?: { x: number; label: string }[] | undefined;
}

export interface CheckedSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly x: readonly number[];
  readonly style: LineStyle;
  readonly colorIndex: number;
  readonly shape: number;
}

export interface CheckedLines {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly CheckedSeries[];
  readonly yDomain: [number, number] | undefined;
  readonly yFormat: string | undefined;
  readonly marks: readonly { x: number; label: string }[];
  readonly locale: ChartLocale;
}

/** @throws TareaError */
export function checkLines({ where, locale }: Frame, options: LineChartOptions): CheckedLines {
  checkArray(where, "series", options.series);
  const xStart = checkNumber(where, "xStart", options.xStart ?? 1, { min: -1e9, max: 1e9 });
  const marks = options.marks ?? [];
  checkArray(where, "marks", marks);
  const series: CheckedSeries[] = [];
  for (const [i, one] of options.series.entries()) series.push(checkSeries(where, one, i, xStart, series));
  return {
    xLabel: checkText(where, "xLabel", options.xLabel),
    yLabel: checkText(where, "yLabel", options.yLabel),
    series,
    yDomain: options.yDomain === undefined ? undefined : checkDomain(where, "yDomain", options.yDomain),
    yFormat: options.yFormat === undefined ? undefined : checkText(where, "yFormat", options.yFormat),
    marks: marks.map((mark, i) => ({
      x: checkNumber(where, `marks[${i}].x`, mark?.x),
      label: checkText(where, `marks[${i}].label`, mark.label),
    })),
    locale,
  };
}

function checkSeries(where: string, one: LineSeries, i: number, xStart: number, before: readonly CheckedSeries[]): CheckedSeries {
  if (typeof one !== "object" || one === null) throw optionError(where, `series[${i}] must be an object`, show(one));
  const values = checkValues(where, `series[${i}].values`, one.values);
  const colorIndex = checkInteger(where, `series[${i}].colorIndex`, one.colorIndex ?? i % SERIES_COLORS, {
    min: 0,
    max: SERIES_COLORS - 1,
  });
  const twin = before.some((other) => other.colorIndex === colorIndex && other.style === "solid");
  return {
    name: checkText(where, `series[${i}].name`, one.name),
    values,
    x: one.x === undefined ? values.map((_, at) => xStart + at) : checkPositions(where, i, one.x, values.length),
    style: checkOneOf(where, `series[${i}].style`, one.style ?? (twin ? "dashed" : "solid"), ["solid", "dashed"]),
    colorIndex,
    shape: i % SHAPES.length,
  };
}

function checkPositions(where: string, i: number, x: unknown, length: number): number[] {
  const name = `series[${i}].x`;
  checkArray(where, name, x, length);
  const positions = x as number[];
  for (const [at, value] of positions.entries()) {
    checkNumber(where, `${name}[${at}]`, value, { min: -1e300, max: 1e300 });
    if (at > 0 && value < positions[at - 1]!)
      throw optionError(where, `${name} must ascend`, `${value} after ${positions[at - 1]}`);
  }
  return positions;
}
