/** Grouped bars: a few measures side by side for each class. */

import { show } from "@tarea/core";
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { namesBelow } from "./bands.js";
import { legend } from "./keys.js";
import { numberFormat, tickFormat, valueFormat, wordsOf, type ChartLocale, type NumberFormat } from "./locale.js";
import { element, round } from "./markup.js";
import {
  checkArray,
  checkChartOptions,
  checkDomain,
  checkText,
  checkTexts,
  checkValues,
  optionError,
  type ChartOptions,
  type Frame,
} from "./options.js";
import { emptyChart, fittedLabel, header, label, PADDING, svg, TEXT } from "./svg.js";
import { textWidth } from "./text.js";
import { fill, seriesArea, seriesColor, stroke } from "./theme.js";
import { axisTicks, tickStep } from "./ticks.js";

export interface GroupedBarsOptions extends ChartOptions {
  xLabel: string;
  yLabel: string;
  /** Names of the groups. */
  xTickLabels: string[];
  /** One bar per group and series; null and NaN leave a gap. */
  series: { name: string; values: (number | null)[] }[];
  /** By default from 0 to a round number. A chart whose axis leaves 0 out says so in words and shows its bars torn. */
  yDomain?: [number, number] | undefined;
}

interface CheckedBars {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTickLabels: readonly string[];
  readonly series: readonly { name: string; values: readonly (number | null)[] }[];
  readonly yDomain: [number, number] | undefined;
}

/**
 * Draws one group of bars per name, one bar per series.
 *
 * @returns a complete `<svg>` element.
 * @throws TareaError when a series does not have one value per group.
 */
export function groupedBars(options: GroupedBarsOptions): string {
  const frame = checkChartOptions("groupedBars", options);
  const chart = checkBars(frame, options);
  const values = chart.series.flatMap((one) => one.values).filter((value) => value !== null);
  if (values.length === 0) return emptyChart(frame, "bars");

  const top = header(frame);
  // One series named like the axis needs no key.
  const named = chart.series.length > 1 || chart.series[0]!.name !== chart.yLabel;
  const keys = legend(
    (named ? chart.series : []).map(({ name }, id) => ({ id, name, colorIndex: id })),
    frame.width,
    top.bottom,
  );
  const yLabelAt = keys.bottom + 14;
  const plotTop = yLabelAt + 18;
  const plotHeight =
    frame.height === undefined
      ? Math.round(frame.width * (frame.narrow ? 0.55 : 0.36))
      : Math.max(60, frame.height - plotTop - 70);
  const bottom = plotTop + plotHeight;
  const scale = scaleLinear(chart.yDomain ?? zeroBased(values), [bottom, plotTop]);
  if (chart.yDomain === undefined) scale.nice(Math.max(2, Math.round(plotHeight / 48)));
  const [low, high] = scale.domain() as [number, number];
  const ticks = axisTicks(low, high, Math.max(2, Math.round(plotHeight / 48)));
  const format = tickFormat(frame.locale, tickStep(ticks), Math.max(Math.abs(low), Math.abs(high)));
  const left = Math.ceil(Math.max(...ticks.map((tick) => textWidth(format(tick), TEXT.tick)))) + 10;
  const right = frame.width - PADDING;

  const step = (right - left) / chart.xTickLabels.length;
  const names = namesBelow({ names: chart.xTickLabels, center: (i) => left + (i + 0.5) * step, step }, bottom + 2);
  const xLabelAt = bottom + names.height + 20;
  const truncated = low > 0 || high < 0;
  const note = truncated ? wordsOf(frame.locale).truncated(format(low)) : "";
  const zero = round(scale(Math.min(high, Math.max(low, 0))));
  const body = [
    top.markup,
    keys.markup,
    fittedLabel(chart.yLabel, frame.width, 0, yLabelAt, TEXT.label, fill("muted")),
    element("g", { "aria-hidden": "true" }, ...ticks.map((tick) => gridLine(format(tick), round(scale(tick)), left, right))),
    drawBars(
      chart,
      barFormat(frame.locale, values),
      { left, step, zero, top: plotTop, bottom, foot: truncated ? TEAR : 0 },
      scale,
    ),
    element("line", { x1: left, x2: right, y1: zero, y2: zero, ...stroke("axis") }),
    truncated ? tear(left, right, bottom - TEAR / 2) : "",
    names.markup,
    fittedLabel(chart.xLabel, frame.width - left, (left + right) / 2, xLabelAt, TEXT.label, {
      ...fill("muted"),
      "text-anchor": "middle",
    }),
    note === "" ? "" : fittedLabel(note, frame.width, 0, xLabelAt + 20, TEXT.label, { ...fill("ink"), "font-weight": 600 }),
  ];
  return svg(frame, { kind: "bars", height: xLabelAt + (note === "" ? 0 : 20) + PADDING, body });
}

/** @throws TareaError */
export function checkBars({ where }: Frame, options: GroupedBarsOptions): CheckedBars {
  const xTickLabels = checkTexts(where, "xTickLabels", options.xTickLabels);
  checkArray(where, "series", options.series);
  return {
    xLabel: checkText(where, "xLabel", options.xLabel),
    yLabel: checkText(where, "yLabel", options.yLabel),
    xTickLabels,
    series: options.series.map((one, i) => {
      if (typeof one !== "object" || one === null) throw optionError(where, `series[${i}] must be an object`, show(one));
      const values = checkValues(where, `series[${i}].values`, one.values);
      checkArray(where, `series[${i}].values`, values, xTickLabels.length);
      return { name: checkText(where, `series[${i}].name`, one.name), values };
    }),
    yDomain: options.yDomain === undefined ? undefined : checkDomain(where, "yDomain", options.yDomain),
  };
}

function zeroBased(values: readonly number[]): [number, number] {
  const [low, high] = extent([0, ...values]) as [number, number];
  return low < high ? [low, high] : [0, 1];
}

interface Place {
  readonly left: number;
  readonly step: number;
  readonly zero: number;
  readonly top: number;
  readonly bottom: number;
  /** Height at the foot of the bars that the tear takes. */
  readonly foot: number;
}

function drawBars({ series }: CheckedBars, format: NumberFormat, place: Place, scale: (value: number) => number): string {
  const { left, step, zero, top, bottom } = place;
  const gap = Math.min(16, step * 0.24);
  const width = Math.min(WIDEST_BAR, (step - gap) / series.length);
  const start = (step - width * series.length) / 2;
  const air = width > 6 ? 1 : 0;
  return series
    .map((one, s) => {
      const area = seriesArea(s);
      const bars: string[] = [];
      const texts: string[] = [];
      for (const [i, value] of one.values.entries()) {
        if (value === null) continue;
        const end = Math.min(bottom, Math.max(top, scale(value)));
        const bar: Bar = {
          x: left + i * step + start + s * width + air / 2,
          width: Math.max(0.75, width - air),
          end,
          height: Math.abs(zero - end),
          up: end <= zero,
        };
        // An outline lies inside the bar, so that tinted bars are as large as filled ones.
        const inset = area.stroke === undefined ? 0 : Math.min(0.5, bar.width / 4, bar.height / 2);
        const [barWidth, barHeight] = [bar.width - 2 * inset, bar.height - 2 * inset];
        bars.push(element("rect", { x: bar.x + inset, y: Math.min(zero, end) + inset, width: barWidth, height: barHeight }));
        texts.push(barValue(format(value), bar, place.foot, area.stroke === undefined ? "surface" : "ink"));
      }
      return element("g", { "data-series": s, ...seriesColor(s) }, element("g", { ...area }, ...bars), ...texts);
    })
    .join("");
}

const WIDEST_BAR = 72;

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly end: number;
  readonly height: number;
  readonly up: boolean;
}

/** The value beyond the end of its bar where the bar is as wide as the text, else upright inside it or, for short bars, beyond. */
function barValue(text: string, { x, width, end, height, up }: Bar, foot: number, inner: "surface" | "ink"): string {
  const length = textWidth(text, TEXT.tick);
  const middle = round(x + width / 2);
  if (length <= width + 2) return label(text, middle, up ? end - 5 : end + 14, { ...fill("ink"), "text-anchor": "middle" });
  if (width < 12) return "";
  const inside = height >= length + 10 + foot;
  const y = round(inside === up ? end + 5 : end - 5);
  return label(text, middle, y + 4, {
    ...fill(inside ? inner : "ink"),
    "text-anchor": inside === up ? "end" : "start",
    transform: `rotate(-90 ${middle} ${y})`,
  });
}

/** Three significant digits of the largest value, the same decimals for all. */
function barFormat(locale: ChartLocale, values: readonly number[]): NumberFormat {
  const largest = Math.max(...values.map(Math.abs));
  if (largest >= 1e5 || (largest > 0 && largest < 1e-2)) return valueFormat(locale);
  const decimals = values.every(Number.isInteger) ? 0 : Math.max(0, 3 - Math.ceil(Math.log10(largest)));
  return numberFormat("groupedBars", "values", locale, `.${decimals}f`);
}

function gridLine(text: string, y: number, left: number, right: number): string {
  return (
    element("line", { x1: left, x2: right, y1: y, y2: y, ...stroke("grid") }) +
    label(text, left - 8, y + 4, { ...fill("muted"), "text-anchor": "end" })
  );
}

const TEAR = 14;

/** A zigzag gap across the feet of bars that do not start at 0. */
function tear(left: number, right: number, y: number): string {
  let d = `M${round(left)} ${round(y)}`;
  for (let x = left, up = true; x < right; x += 6, up = !up) d += `l6 ${up ? -5 : 5}`;
  return element("path", { d, ...stroke("surface"), "stroke-width": 4 });
}
