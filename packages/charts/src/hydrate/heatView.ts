/** Heat maps: a frame round the cell, its row and column named, its lines in full. */

import type { View } from "./readout.js";
import { svgElement } from "./svgElement.js";

/** What `heatMap` writes into its metadata. */
export interface HeatData {
  readonly box: readonly [number, number, number, number];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly labels: readonly [string, string];
  readonly lines: readonly (readonly (readonly string[])[])[];
  readonly locale: "en" | "es";
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

export function heatView(chart: SVGSVGElement, data: HeatData): View<Cell> {
  const [left, top, cellWidth, cellHeight] = data.box;
  const layer = chart.appendChild(svgElement(chart, "g", { "pointer-events": "none" }));
  const inside = ({ row, column }: Cell): boolean =>
    row >= 0 && row < data.rows.length && column >= 0 && column < data.columns.length;

  return {
    at(x, y) {
      const cell = { row: Math.floor((y - top) / cellHeight), column: Math.floor((x - left) / cellWidth) };
      return inside(cell) ? cell : undefined;
    },
    move(from, key) {
      const step = STEPS[key];
      if (step === undefined) return undefined;
      if (from === undefined) return { row: 0, column: 0 };
      const [rows, columns] = step;
      return {
        row: Math.max(0, Math.min(data.rows.length - 1, from.row + rows)),
        column: Math.max(0, Math.min(data.columns.length - 1, from.column + columns)),
      };
    },
    show({ row, column }) {
      const [x, y] = [left + column * cellWidth, top + row * cellHeight];
      layer.replaceChildren(
        svgElement(chart, "rect", {
          x,
          y,
          width: cellWidth,
          height: cellHeight,
          fill: "none",
          class: "tc-surface-line",
          stroke: "#ffffff",
          "stroke-width": 4,
        }),
        svgElement(chart, "rect", {
          x,
          y,
          width: cellWidth,
          height: cellHeight,
          fill: "none",
          class: "tc-ink-line",
          stroke: "#1c2128",
          "stroke-width": 2,
        }),
      );
      const [xLabel, yLabel] = data.labels;
      const rows = [
        { text: yLabel, value: data.rows[row]! },
        { text: xLabel, value: data.columns[column]! },
      ];
      return {
        x: x + cellWidth / 2,
        reach: cellWidth / 2,
        y: y + cellHeight / 2,
        heading: data.lines[row]?.[column]?.join(" · ") ?? "",
        rows,
      };
    },
    hide: () => layer.replaceChildren(),
  };
}

/** Rows and columns that a key moves by. */
const STEPS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
  PageUp: [-Infinity, 0],
  PageDown: [Infinity, 0],
};
