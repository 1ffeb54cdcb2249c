/** Line charts: a crosshair at the nearest x with every visible series' value, and a switch per series. */

import { swatch, type Reading, type Row, type View } from "./readout.js";
import { svgElement } from "./svgElement.js";

/** What `lineChart` writes into its metadata. */
export interface LineData {
  readonly plot: readonly [number, number, number, number];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly labels: readonly [string, string];
  readonly locale: "en" | "es";
  readonly percent: boolean;
  readonly series: readonly {
    name: string;
    color: string;
    dashed: boolean;
    x?: number | readonly number[];
    values: readonly (number | null)[];
  }[];
}

export function lineView(chart: SVGSVGElement, data: LineData, hidden: ReadonlySet<number>): View<number> {
  const [left, top, right, bottom] = data.plot;
  const series = data.series.map((one) => ({ ...one, at: new Map(one.values.map((value, i) => [positionOf(one.x, i), value])) }));
  const positions = [...new Set(series.flatMap(({ at }) => [...at.keys()]))].toSorted((a, b) => a - b);
  const scaleX = (value: number): number => left + ((value - data.x[0]) / (data.x[1] - data.x[0])) * (right - left);
  const scaleY = (value: number): number => bottom - ((value - data.y[0]) / (data.y[1] - data.y[0])) * (bottom - top);
  const formatX = new Intl.NumberFormat(data.locale, { maximumSignificantDigits: 6 });
  const format = new Intl.NumberFormat(
    data.locale,
    data.percent ? { style: "percent", maximumFractionDigits: 2 } : { maximumSignificantDigits: 4 },
  );
  const layer = chart.appendChild(svgElement(chart, "g", { "pointer-events": "none" }));

  return {
    at(x, y) {
      if (x < left - 12 || x > right + 12 || y < top - 12 || y > bottom + 12) return undefined;
      return nearest(positions, data.x[0] + ((x - left) / (right - left)) * (data.x[1] - data.x[0]));
    },
    move(from, key) {
      const last = positions.length - 1;
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[key];
      if (step === undefined) return undefined;
      const start = from === undefined ? (step < 0 ? last + 1 : -1) : positions.indexOf(from);
      const next = from === undefined && Math.abs(step) === 10 ? 0 : start + step;
      return positions[Math.max(0, Math.min(last, next))];
    },
    show(position): Reading {
      const x = scaleX(position);
      const rows: (Row & { y: number })[] = [];
      for (const [i, { name, color, dashed, at }] of series.entries()) {
        const value = at.get(position);
        if (!hidden.has(i) && value !== undefined && value !== null)
          rows.push({ text: name, value: format.format(value), color, dashed, y: scaleY(value) });
      }
      const hairline = svgElement(chart, "line", {
        x1: x,
        x2: x,
        y1: top,
        y2: bottom,
        class: "tc-muted-line",
        stroke: "#57606a",
      });
      const dots = rows.map(({ y, color }) =>
        svgElement(chart, "circle", {
          cx: x,
          cy: y,
          r: 4.5,
          class: color!,
          fill: "none",
          stroke: "currentColor",
          "stroke-width": 2,
        }),
      );
      layer.replaceChildren(hairline, ...dots);
      const middle = rows.length === 0 ? (top + bottom) / 2 : rows.reduce((sum, { y }) => sum + y, 0) / rows.length;
      return { x, y: middle, heading: `${data.labels[0]} ${formatX.format(position)}`, rows: rows.toSorted((a, b) => a.y - b.y) };
    },
    hide: () => layer.replaceChildren(),
  };
}

/** One button per series; `hidden` follows them, and `changed` is called after each press. */
export function seriesSwitches(chart: SVGSVGElement, data: LineData, hidden: Set<number>, changed: () => void): HTMLElement {
  const page = chart.ownerDocument;
  const group = page.createElement("div");
  group.className = "tarea-chart-switches";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Series");
  for (const [i, { name, color, dashed }] of data.series.entries()) {
    const button = group.appendChild(page.createElement("button"));
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(swatch(page, color, dashed), page.createElement("bdi"));
    button.lastElementChild!.textContent = name;
    button.addEventListener("click", () => {
      if (!hidden.delete(i)) hidden.add(i);
      button.setAttribute("aria-pressed", String(!hidden.has(i)));
      for (const part of chart.querySelectorAll<SVGElement>(`[data-series="${i}"]`))
        part.style.display = hidden.has(i) ? "none" : "";
      changed();
    });
  }
  return group;
}

/**
 * Lets switches take the place of a legend of one row: the place of its first name, as a share of the chart's height, or undefined
 * where the chart has no such legend.
 */
export function legendPlace(chart: SVGSVGElement): string | undefined {
  const rows = new Set([...chart.querySelectorAll(".tc-keys text")].map((name) => name.getAttribute("y")));
  const height = Number(chart.getAttribute("viewBox")?.split(" ")[3]);
  const [row] = rows;
  return rows.size === 1 && height > 0 ? `${((Number(row) - 4) / height) * 100}%` : undefined;
}

/** A series' x are written in full, or as the first of consecutive numbers. */
function positionOf(x: number | readonly number[] | undefined, i: number): number {
  return typeof x === "object" ? x[i]! : (x ?? 0) + i;
}

function nearest(sorted: readonly number[], wanted: number): number | undefined {
  let best = sorted[0];
  for (const value of sorted) if (Math.abs(value - wanted) < Math.abs(best! - wanted)) best = value;
  return best;
}
