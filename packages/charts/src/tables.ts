/** The data of a chart as an HTML table, for people who cannot see it or want the numbers. */

import { escapeText, htmlElement } from "./markup.js";
import { checkBars, type GroupedBarsOptions } from "./groupedBars.js";
import { checkHeatMap, type HeatMapOptions } from "./heatMap.js";
import { checkImages, type ImageGridOptions } from "./imageGrid.js";
import { checkLines, type LineChartOptions } from "./lineOptions.js";
import { numberFormat, valueFormat, wordsOf, type NumberFormat } from "./locale.js";
import { checkChartOptions } from "./options.js";

/** One row per x, one column per series. @throws TareaError as `lineChart` does */
export function lineChartTable(options: LineChartOptions): string {
  const frame = checkChartOptions("lineChartTable", options);
  const { series, xLabel, yFormat } = checkLines(frame, options);
  const format = yFormat === undefined ? valueFormat(frame.locale) : numberFormat(frame.where, "yFormat", frame.locale, yFormat);
  const formatX = valueFormat(frame.locale);
  const at = series.map(({ x, values }) => new Map(x.map((position, i) => [position, values[i] ?? null])));
  const positions = [...new Set(series.flatMap(({ x }) => x))].toSorted((a, b) => a - b);
  const rows = positions.map((x) => [formatX(x), ...at.map((values) => show(values.get(x) ?? null, format))]);
  return table(frame.title, [xLabel, ...series.map(({ name }) => name)], rows);
}

/** One row per row of the matrix; a cell's lines are joined. @throws TareaError as `heatMap` does */
export function heatMapTable(options: HeatMapOptions): string {
  const frame = checkChartOptions("heatMapTable", options);
  const { xLabel, yLabel, xTickLabels, yTickLabels, cellLines } = checkHeatMap(frame, options);
  const rows = yTickLabels.map((name, r) => [name, ...cellLines[r]!.map((lines) => lines.join(" · "))]);
  return table(frame.title, [`${yLabel} \\ ${xLabel}`, ...xTickLabels], rows);
}

/** One row per group, one column per series. @throws TareaError as `groupedBars` does */
export function groupedBarsTable(options: GroupedBarsOptions): string {
  const frame = checkChartOptions("groupedBarsTable", options);
  const { xLabel, xTickLabels, series } = checkBars(frame, options);
  const format = valueFormat(frame.locale);
  const rows = xTickLabels.map((name, i) => [name, ...series.map(({ values }) => show(values[i] ?? null, format))]);
  return table(frame.title, [xLabel, ...series.map(({ name }) => name)], rows);
}

/** One row per image with its caption. @throws TareaError as `imageGrid` does */
export function imageGridTable(options: ImageGridOptions): string {
  const frame = checkChartOptions("imageGridTable", options);
  const { images } = checkImages(frame, options);
  const words = wordsOf(frame.locale);
  return table(
    frame.title,
    [words.image, words.caption],
    images.map(({ caption }, i) => [String(i + 1), caption.join(" · ")]),
  );
}

function show(value: number | null, format: NumberFormat): string {
  return value === null ? "–" : format(value);
}

function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((name) => htmlElement("th", { scope: "col", dir: "auto" }, escapeText(name)));
  const body = rows.map(([name = "", ...cells]) =>
    htmlElement(
      "tr",
      {},
      htmlElement("th", { scope: "row", dir: "auto" }, escapeText(name)),
      ...cells.map((cell) => htmlElement("td", { dir: "auto" }, escapeText(cell))),
    ),
  );
  return htmlElement(
    "table",
    { class: "tarea-chart-table" },
    htmlElement("caption", {}, escapeText(caption)),
    htmlElement("thead", {}, htmlElement("tr", {}, ...head)),
    htmlElement("tbody", {}, body.join("")),
  );
}
