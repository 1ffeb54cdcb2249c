/** Heat maps with text in their cells: confusion matrices. */

import { checkNumber } from "@tarea/core";
import { namesBelow, namesBeside, namesWidth } from "./bands.js";
import { shadeMany, shadeOne } from "./cells.js";
import { numberFormat } from "./locale.js";
import { element, round } from "./markup.js";
import { checkArray, checkChartOptions, checkText, checkTexts, type ChartOptions, type Frame } from "./options.js";
import { emptyChart, fittedLabel, header, label, PADDING, svg, TEXT } from "./svg.js";
import { textWidth, wrapText } from "./text.js";
import { fill, HEAT_TEXT_SWITCH, LIGHT_THEME } from "./theme.js";

export interface HeatMapOptions extends ChartOptions {
  xLabel: string;
  yLabel: string;
  /** Names of the columns. */
  xTickLabels: string[];
  /** Names of the rows. */
  yTickLabels: string[];
  /** Shading of each cell by row, 0 to 1. */
  values: number[][];
  /** Lines of text of each cell by row; a line that does not fit every cell is left out of all. */
  cellLines: string[][][];
  /** A sentence below the chart, for example what each row adds up to. */
  note?: string | undefined;
}

/**
 * Draws a matrix as shaded cells with text, first row on top.
 *
 * @returns a complete `<svg>` element.
 * @throws TareaError when the sizes of names, values and texts disagree or a value is outside 0 to 1.
 */
export function heatMap(options: HeatMapOptions): string {
  const frame = checkChartOptions("heatMap", options);
  const chart = checkHeatMap(frame, options);
  const [rows, columns] = [chart.yTickLabels.length, chart.xTickLabels.length];
  if (rows === 0 || columns === 0) return emptyChart(frame, "heat");

  const top = header(frame);
  const labelAt = top.bottom + 12;
  const gridTop = labelAt + 10;
  const namesRoom = frame.width * (frame.narrow ? 0.2 : 0.28);
  const left = namesWidth(chart.yTickLabels, namesRoom) + 8;
  const available = frame.width - left - 1;
  const byHeight = frame.height === undefined ? Infinity : (frame.height - gridTop - 90) / rows;
  const cellWidth = Math.max(2, Math.min(available / columns, MOST_CELL, byHeight * 1.6));
  const cellHeight = Math.max(2, Math.min(cellWidth, byHeight, rows > 40 ? cellWidth : Math.max(24, cellWidth * 0.82)));
  const width = cellWidth * columns;
  const bottom = gridTop + cellHeight * rows;

  const below = namesBelow({ names: chart.xTickLabels, center: (i) => left + (i + 0.5) * cellWidth, step: cellWidth }, bottom);
  const xLabelAt = bottom + below.height + 16;
  const beside = width - SCALE_WIDTH > textWidth(chart.yLabel, TEXT.label) - left + 12;
  const scale = colorScale(frame, left + Math.max(width, SCALE_WIDTH), beside ? labelAt - 8 : xLabelAt + 14);
  const belowChart = beside ? xLabelAt : xLabelAt + 24;
  const note = wrapText(chart.note, TEXT.tick, frame.width - 4, 3);
  const noteAt = belowChart + 20;

  const box = { left, top: gridTop, cellWidth, cellHeight };
  const many = rows * columns > MOST_TEXT_CELLS;
  const shown = many ? NO_LINES : fittingLines(chart.cellLines, cellWidth - 2, cellHeight - 3);
  const cells = many ? shadeMany(chart.values, box) : shadeOne(chart.values, box);
  const body = [
    top.markup,
    fittedLabel(chart.yLabel, frame.width, 0, labelAt, TEXT.label, fill("muted")),
    namesBeside(
      { names: chart.yTickLabels, center: (i) => gridTop + (i + 0.5) * cellHeight, step: cellHeight },
      left - 6,
      left - 6,
    ),
    element(
      "g",
      { class: "tc-cells", "text-anchor": "middle" },
      element("rect", { x: left, y: gridTop, width, height: bottom - gridTop, ...fill("heatLow") }),
      cells,
      cellTexts(chart, shown, box),
    ),
    below.markup,
    fittedLabel(chart.xLabel, frame.width - left, left + width / 2, xLabelAt, TEXT.label, {
      ...fill("muted"),
      "text-anchor": "middle",
    }),
    scale,
    ...note.map((line, i) => label(line, 0, noteAt + 15 * i, fill("muted"))),
  ];
  const data = {
    box: [left, gridTop, cellWidth, cellHeight].map(round),
    rows: chart.yTickLabels,
    columns: chart.xTickLabels,
    labels: [chart.xLabel, chart.yLabel],
    lines: chart.cellLines,
    locale: frame.locale,
  };
  return svg(frame, {
    kind: "heat",
    height: (note.length > 0 ? noteAt + 15 * (note.length - 1) : belowChart) + PADDING,
    body,
    data,
  });
}

/** Cells are not drawn larger than this, in pixels. */
const MOST_CELL = 76;
/** With more cells than this they are only shaded; the texts stay in the read-out and in the table. */
const MOST_TEXT_CELLS = 625;

type Checked = Pick<HeatMapOptions, "xLabel" | "yLabel" | "values" | "cellLines"> & {
  xTickLabels: readonly string[];
  yTickLabels: readonly string[];
  note: string;
};

/** @throws TareaError */
export function checkHeatMap({ where }: Frame, options: HeatMapOptions): Checked {
  const xTickLabels = checkTexts(where, "xTickLabels", options.xTickLabels);
  const yTickLabels = checkTexts(where, "yTickLabels", options.yTickLabels);
  checkArray(where, "values", options.values, yTickLabels.length);
  checkArray(where, "cellLines", options.cellLines, yTickLabels.length);
  for (let row = 0; row < yTickLabels.length; row++) {
    checkArray(where, `values[${row}]`, options.values[row], xTickLabels.length);
    checkArray(where, `cellLines[${row}]`, options.cellLines[row], xTickLabels.length);
    for (let column = 0; column < xTickLabels.length; column++) {
      const value = options.values[row]![column]!;
      if (!Number.isNaN(value)) checkNumber(where, `values[${row}][${column}]`, value, { min: 0, max: 1 });
      checkTexts(where, `cellLines[${row}][${column}]`, options.cellLines[row]![column]);
    }
  }
  return {
    xLabel: checkText(where, "xLabel", options.xLabel),
    yLabel: checkText(where, "yLabel", options.yLabel),
    xTickLabels,
    yTickLabels,
    values: options.values,
    cellLines: options.cellLines,
    note: checkText(where, "note", options.note ?? ""),
  };
}

interface ShownLines {
  readonly lines: readonly number[];
  readonly size: number;
}

const NO_LINES: ShownLines = { lines: [], size: TEXT.tick };

/** Which of the cells' lines fit into every cell, as far as the height allows; smaller letters when none does. */
function fittingLines(cellLines: string[][][], width: number, height: number): ShownLines {
  const cells = cellLines.flat();
  const most = Math.max(0, ...cells.map((lines) => lines.length));
  for (const size of [TEXT.tick, TEXT.least]) {
    const fits = Array.from({ length: most }, (_, i) => i).filter((i) =>
      cells.every((lines) => textWidth(lines[i] ?? "", size) <= width),
    );
    const lines = fits.slice(0, Math.max(0, Math.floor(height / LINE)));
    if (lines.length > 0) return { lines, size };
  }
  return NO_LINES;
}

const LINE = 14;

function cellTexts(
  { values, cellLines }: Checked,
  { lines, size }: ShownLines,
  box: { left: number; top: number; cellWidth: number; cellHeight: number },
): string {
  if (lines.length === 0) return "";
  const texts = values.map((row, r) =>
    row.map((value, c) => {
      const shown = lines.map((i) => cellLines[r]![c]![i] ?? "").filter((line) => line !== "");
      const x = box.left + (c + 0.5) * box.cellWidth;
      const y = box.top + (r + 0.5) * box.cellHeight + 4 - ((shown.length - 1) * LINE) / 2;
      const color =
        value === 0 ? fill("muted") : fill(value <= HEAT_TEXT_SWITCH || Number.isNaN(value) ? "heatTextLow" : "heatTextHigh");
      return shown
        .map((line, i) => label(line, x, y + i * LINE, size === TEXT.tick ? color : { ...color, "font-size": size }))
        .join("");
    }),
  );
  return texts.flat().join("");
}

/** The key of the shading, 0 % to 100 %, ending at `right`. */
function colorScale(frame: Frame, right: number, y: number): string {
  const percent = numberFormat("heatMap", "scale", frame.locale, ".0%");
  const barWidth = 72;
  const x = right - barWidth - textWidth(percent(1), TEXT.tick) - 6;
  const id = `${frame.idPrefix}-shade`;
  const stop = (offset: number): string =>
    element("stop", {
      offset,
      "stop-color": LIGHT_THEME.heatHigh,
      style: "stop-color:var(--tc-heat-high)",
      "stop-opacity": offset,
    });
  const bar = { x, y: y + 1, width: barWidth, height: 8 };
  return (
    element("linearGradient", { id }, stop(0), stop(1)) +
    element(
      "g",
      { class: "tc-cells" },
      element("rect", { ...bar, ...fill("heatLow") }),
      element("rect", { ...bar, fill: `url(#${id})` }),
    ) +
    label(percent(0), x - 6, y + 9, { ...fill("muted"), "text-anchor": "end" }) +
    label(percent(1), x + barWidth + 6, y + 9, fill("muted"))
  );
}

/** Room for the key of the shading, with its numbers. */
const SCALE_WIDTH = 156;
