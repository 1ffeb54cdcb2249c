/** Line charts: learning curves, labelled at the ends of their lines. */

import { scaleLinear, type ScaleLinear } from "d3-scale";
import { line, symbol } from "d3-shape";
import { extent } from "d3-array";
import { numberFormat, tickFormat, type NumberFormat } from "./locale.js";
import { endLabels, labelMargin, legend, type Key } from "./keys.js";
import { markLabels } from "./marks.js";
import { element, round } from "./markup.js";
import { checkChartOptions, type Frame } from "./options.js";
import { checkLines, type CheckedLines, type CheckedSeries, type LineChartOptions } from "./lineOptions.js";
import { DASHES, SHAPES } from "./series.js";
import { emptyChart, fittedLabel, header, label, PADDING, svg, TEXT } from "./svg.js";
import { textWidth } from "./text.js";
import { fill, seriesColor, stroke } from "./theme.js";
import { thin } from "./thin.js";
import { axisTicks, tickStep, wholeTicks } from "./ticks.js";

/** The rectangle that data are drawn in, in pixels. */
interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Draws one line per series. Missing values leave a gap, a value alone between gaps is a dot.
 *
 * @returns a complete `<svg>` element.
 * @throws TareaError for options that contradict each other.
 * @example
 * lineChart({
 *   title: "Loss", ariaDescription: "Training loss falls from 0.9 to 0.2.", idPrefix: "loss", xLabel: "Epoch", yLabel: "Loss",
 *   series: [{ name: "Training", values: [0.9, 0.4, 0.2] }],
 * });
 */
export function lineChart(options: LineChartOptions): string {
  const frame = checkChartOptions("lineChart", options);
  const chart = thinned(checkLines(frame, options));
  if (!chart.series.some(({ values }) => values.some((value) => value !== null))) return emptyChart(frame, "line");

  const keys: Key[] = chart.series.map(({ name, colorIndex, style, shape }, id) => ({ id, name, colorIndex, style, shape }));
  const top = header(frame);
  const atEnds = !frame.narrow && keys.length <= MOST_END_LABELS;
  const legendBlock = atEnds ? { markup: "", bottom: top.bottom } : legend(keys, frame.width, top.bottom);
  const yLabelAt = legendBlock.bottom + 12;
  const xDomain = widened(extent(chart.series.flatMap(({ x }) => x)) as [number, number]);
  const across = (value: number): number => (frame.width * (value - xDomain[0])) / (xDomain[1] - xDomain[0]);
  const marks = markLabels(chart.marks, yLabelAt + 8, across);

  const plotTop = marks.bottom + 10;
  const plotHeight =
    frame.height === undefined ? Math.round(frame.width * (frame.narrow ? 0.55 : 0.42)) : frame.height - plotTop - BELOW_PLOT;
  const bottom = plotTop + Math.max(60, atEnds ? keys.length * LABEL_GAP : 0, plotHeight);
  const y = valueScale(chart, Math.max(2, Math.round((bottom - plotTop) / 48)));
  const yTickLabels = y.ticks.map(y.format);
  const left = Math.ceil(Math.max(...yTickLabels.map((text) => textWidth(text, TEXT.tick)))) + 10;
  const right = frame.width - (atEnds ? labelMargin(keys, frame.width * 0.32) : PADDING + 2);
  const plot: Plot = { left, right, top: plotTop, bottom };
  const xScale = scaleLinear(xDomain, [left, right]);
  const yScale = y.scale.range([bottom, plotTop]);

  const clip = `${frame.idPrefix}-clip`;
  const lines = chart.series.map((series, i) => drawSeries(series, i, xScale, yScale));
  const body = [
    top.markup,
    legendBlock.markup,
    fittedLabel(chart.yLabel, frame.width, 0, yLabelAt, TEXT.label, fill("muted")),
    element("g", { "aria-hidden": "true" }, ...y.ticks.map((tick, i) => gridLine(yTickLabels[i]!, round(yScale(tick)), plot))),
    xAxis(chart, frame, xScale, plot),
    marks.draw(xScale, plot),
    element(
      "clipPath",
      { id: clip },
      element("rect", { x: left - 6, y: plotTop - 6, width: right - left + 12, height: bottom - plotTop + 12 }),
    ),
    element("g", { "clip-path": `url(#${clip})` }, ...lines),
    atEnds
      ? endLabels(
          keys,
          chart.series.map((series) => endPoint(series, xScale, yScale)),
          { ...plot, width: frame.width },
          LABEL_GAP,
        )
      : "",
  ];
  const data = {
    plot: [left, plotTop, right, bottom].map(round),
    x: xDomain,
    y: yScale.domain(),
    labels: [chart.xLabel, chart.yLabel],
    locale: frame.locale,
    percent: chart.yFormat?.includes("%") ?? false,
    series: chart.series.map(({ name, colorIndex, style, x, values }) => ({
      name,
      color: seriesColor(colorIndex).class,
      dashed: style === "dashed",
      x: consecutive(x) ? x[0] : x,
      values: values.map((value) => (value === null ? null : Number(value.toPrecision(6)))),
    })),
  };
  return svg(frame, { kind: "line", height: bottom + BELOW_PLOT, body, data });
}

function thinned(chart: CheckedLines): CheckedLines {
  const series = chart.series.map((one) => {
    const kept = thin(one.values);
    return { ...one, x: kept.map((i) => one.x[i]!), values: kept.map((i) => one.values[i]!) };
  });
  return { ...chart, series };
}

/** Room for the tick labels and the name of the x axis. */
const BELOW_PLOT = 44;
const LABEL_GAP = 15;
const MOST_END_LABELS = 16;

function valueScale(
  chart: CheckedLines,
  count: number,
): { scale: ScaleLinear<number, number>; ticks: number[]; format: NumberFormat } {
  const values = chart.series.flatMap((series) => series.values).filter((value) => value !== null);
  const scale = chart.yDomain
    ? scaleLinear(chart.yDomain, [0, 1])
    : scaleLinear(widened(extent(values) as [number, number]), [0, 1]).nice(count);
  const [low, high] = scale.domain() as [number, number];
  const at = axisTicks(low, high, count);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const format =
    chart.yFormat === undefined
      ? tickFormat(chart.locale, tickStep(at), largest)
      : numberFormat("lineChart", "yFormat", chart.locale, chart.yFormat);
  return { scale, ticks: at, format };
}

/** A domain of one value gets room on both sides. */
function widened([low, high]: [number, number]): [number, number] {
  if (low < high) return [low, high];
  const room = Number.isInteger(low) && Math.abs(low) < 1e6 ? 1 : Math.abs(low) * 0.05 || 1;
  return [low - room, high + room];
}

function gridLine(text: string, y: number, { left, right }: Plot): string {
  return (
    element("line", { x1: left, x2: right, y1: y, y2: y, ...stroke("grid") }) +
    label(text, left - 8, y + 4, { ...fill("muted"), "text-anchor": "end" })
  );
}

/** Whole numbers, epochs above all, are short: they stand closer than others, but more of them would say no more. */
const MOST_WHOLE_TICKS = 7;

function xAxis(chart: CheckedLines, frame: Frame, scale: ScaleLinear<number, number>, { left, right, bottom }: Plot): string {
  const all = chart.series.flatMap(({ x }) => x);
  const whole = all.every(Number.isInteger);
  const [low, high] = extent(all) as [number, number];
  const format = (at: number[]): NumberFormat =>
    tickFormat(chart.locale, whole ? Math.max(1, tickStep(at)) : tickStep(at), Math.max(Math.abs(low), Math.abs(high)));
  const place = (gap: number): number[] => {
    const count = Math.max(
      2,
      whole ? Math.min(MOST_WHOLE_TICKS, Math.floor((right - left) / (gap - 36))) : Math.floor((right - left) / gap),
    );
    return whole ? wholeTicks(low, high, count, (24 * (high - low)) / (right - left)) : axisTicks(low, high, count);
  };
  const roomy = place(76);
  const widest = Math.max(...roomy.map((tick) => textWidth(format(roomy)(tick), TEXT.tick)));
  const at = widest > 52 ? place(widest + 24) : roomy;
  const show = format(at);
  const axis = element("line", { x1: left, x2: right, y1: bottom, y2: bottom, ...stroke("axis") });
  const ticks = at.map((tick) => {
    const x = round(scale(tick));
    return (
      element("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, ...stroke("axis") }) +
      label(show(tick), x, bottom + 17, { ...fill("muted"), "text-anchor": "middle" })
    );
  });
  const name = fittedLabel(chart.xLabel, frame.width - left, (left + right) / 2, bottom + 36, TEXT.label, {
    ...fill("muted"),
    "text-anchor": "middle",
  });
  return element("g", { "aria-hidden": "true" }, axis, ...ticks) + name;
}

function drawSeries(
  series: CheckedSeries,
  index: number,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): string {
  const points = series.values.map((value, i): [number, number] | null => (value === null ? null : [x(series.x[i]!), y(value)]));
  const path =
    line<[number, number] | null>(
      (point) => point![0],
      (point) => point![1],
    )
      .defined((point) => point !== null)
      .digits(1)(points) ?? "";
  const alone = points.filter((point, i) => point !== null && !points[i - 1] && !points[i + 1]);
  const [first, last] = x.range() as [number, number];
  const marked = points.length * 18 <= last - first ? points : [...alone, points.findLast((point) => point !== null) ?? null];
  const shape = symbol(SHAPES[series.shape], 34).digits(1)() ?? "";
  const markers = marked
    .filter((point) => point !== null)
    .map(([px, py]) =>
      element("path", {
        transform: `translate(${round(px)} ${round(py)})`,
        d: shape,
        fill: "currentColor",
        class: "tc-surface-line",
        stroke: "#ffffff",
      }),
    );
  const dash = DASHES[series.style];
  const curve = {
    d: path,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 2,
    "stroke-linejoin": "round",
    "stroke-linecap": dash ? "butt" : "round",
    "stroke-dasharray": dash,
  };
  return element("g", { "data-series": index, ...seriesColor(series.colorIndex) }, element("path", curve), ...markers);
}

/** Where a line ends, for its label; null where it has no value. */
function endPoint(
  series: CheckedSeries,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): [number, number] | null {
  const last = series.values.findLastIndex((value) => value !== null);
  return last < 0 ? null : [x(series.x[last]!), y(series.values[last]!)];
}

function consecutive(x: readonly number[]): boolean {
  return x.every((value, i) => value === x[0]! + i);
}
