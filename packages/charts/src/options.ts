/** What every chart takes, and the checks that turn it into a frame to draw in. */

import { TareaError, checkNumber, checkOneOf, show } from "@tarea/core";
import type { ChartLocale } from "./locale.js";

export interface ChartOptions {
  /** Shown above the chart and read out as its name. */
  title: string;
  /** Read out in place of `title`. */
  ariaLabel?: string | undefined;
  /** What the chart shows, in one or two sentences, for people who cannot see it. */
  ariaDescription: string;
  /** Width of the view box in pixels, 240 to 2000, default 640. Below 480 the narrow layout is used. */
  width?: number | undefined;
  /** Height of the view box in pixels, 120 to 4000; by default each chart chooses the height its content needs. */
  height?: number | undefined;
  /** Number format and built-in words, default "en". */
  locale?: ChartLocale | undefined;
  /** Starts every id in the chart; unique in the page; a letter, then letters, digits, `-` or `_`. */
  idPrefix: string;
  /** Whether `title` is drawn, default true. It names the chart for screen readers either way. */
  showTitle?: boolean | undefined;
  /** Whether the chart carries its style sheet, default true. Pass false where the page holds `chartStyles` once for all charts. */
  embedStyles?: boolean | undefined;
}

/** Defaults of the options that all charts share. */
export const CHART_DEFAULTS = { width: 640, locale: "en", showTitle: true, embedStyles: true } as const;

/** Charts narrower than this many pixels use the narrow layout. */
export const NARROW_BELOW = 480;

export interface Frame {
  readonly where: string;
  readonly title: string;
  readonly ariaLabel: string;
  readonly ariaDescription: string;
  readonly width: number;
  readonly height: number | undefined;
  readonly locale: ChartLocale;
  readonly idPrefix: string;
  readonly showTitle: boolean;
  readonly embedStyles: boolean;
  readonly narrow: boolean;
}

/** Checks the shared options and fills in their defaults. @throws TareaError */
export function checkChartOptions(where: string, options: ChartOptions): Frame {
  if (typeof options !== "object" || options === null) throw optionError(where, "the options must be an object", show(options));
  const width = checkNumber(where, "width", options.width ?? CHART_DEFAULTS.width, { min: 240, max: 2000 });
  const height = options.height === undefined ? undefined : checkNumber(where, "height", options.height, { min: 120, max: 4000 });
  const title = checkText(where, "title", options.title);
  if (typeof options.idPrefix !== "string" || !/^[A-Za-z][\w-]{0,127}$/.test(options.idPrefix)) {
    throw optionError(where, "idPrefix must start with a letter and hold letters, digits, - and _ only", show(options.idPrefix));
  }
  return {
    where,
    title,
    ariaLabel: options.ariaLabel === undefined ? title : checkText(where, "ariaLabel", options.ariaLabel),
    ariaDescription: checkText(where, "ariaDescription", options.ariaDescription),
    width,
    height,
    locale: checkOneOf(where, "locale", options.locale ?? CHART_DEFAULTS.locale, ["en", "es"]),
    idPrefix: options.idPrefix,
    showTitle: options.showTitle ?? CHART_DEFAULTS.showTitle,
    embedStyles: options.embedStyles ?? CHART_DEFAULTS.embedStyles,
    narrow: width < NARROW_BELOW,
  };
}

/** Checks that `value` is a text. @throws TareaError */
export function checkText(where: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw optionError(where, `${name} must be a text`, show(value));
}

/** Checks that `value` is an array of texts. @throws TareaError */
export function checkTexts(where: string, name: string, value: unknown): readonly string[] {
  checkArray(where, name, value);
  return (value as unknown[]).map((text, i) => checkText(where, `${name}[${i}]`, text));
}

/** Checks that `value` is an array, of `length` items where that is given. @throws TareaError */
export function checkArray(where: string, name: string, value: unknown, length?: number): void {
  if (!Array.isArray(value)) throw optionError(where, `${name} must be an array`, show(value));
  if (length !== undefined && value.length !== length) {
    throw new TareaError({
      code: "shape",
      where,
      problem: `${name} has the wrong length`,
      expected: String(length),
      received: String(value.length),
    });
  }
}

/** Checks a `[low, high]` pair of finite numbers, low before high. @throws TareaError */
export function checkDomain(where: string, name: string, value: unknown): [number, number] {
  const pair = value as [number, number];
  if (Array.isArray(value) && value.length === 2 && isPlottable(pair[0]) && isPlottable(pair[1]) && pair[0] < pair[1])
    return [pair[0], pair[1]];
  throw optionError(where, `${name} must be two finite numbers, the smaller first`, show(value));
}

/** Checks data values: numbers, or null where there is none; NaN and the infinities count as missing. @throws TareaError */
export function checkValues(where: string, name: string, values: unknown): (number | null)[] {
  checkArray(where, name, values);
  return Array.from(values as unknown[], (value, i) => {
    if (value === null || (typeof value === "number" && !Number.isFinite(value))) return null;
    if (isPlottable(value)) return Math.abs(value) < SMALLEST ? 0 : value;
    throw optionError(where, `${name}[${i}] must be a number of at most ${LARGEST} or null`, show(value));
  });
}

/** Differences of two such numbers stay finite. */
const LARGEST = 1e300;

/** Smaller numbers lie on 0 in any chart; the arithmetic of scales breaks down below. */
const SMALLEST = 1e-300;

function isPlottable(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= LARGEST;
}

/** The error of an option that is not what it must be. */
export function optionError(where: string, problem: string, received: string, hint?: string): TareaError {
  return new TareaError({ code: "option", where, problem, received, hint });
}
