/** Names of series: at the ends of their lines where there is room, else in rows above the chart. */

import { symbol } from "d3-shape";
import { element, round } from "./markup.js";
import { DASHES, SHAPES, type LineStyle } from "./series.js";
import { spread } from "./spread.js";
import { fittedLabel, TEXT } from "./svg.js";
import { fitText, textWidth } from "./text.js";
import { fill, seriesArea, seriesColor } from "./theme.js";

export interface Key {
  readonly id: number;
  readonly name: string;
  readonly colorIndex: number;
  /** A line with a marker, or a filled box where it is left out. */
  readonly style?: LineStyle;
  readonly shape?: number;
}

const ROW = 18;

/** Rows of swatches and names, wrapped to `width`, starting below `top`. */
export function legend(keys: readonly Key[], width: number, top: number): { markup: string; bottom: number } {
  let x = 0;
  let y = top + 12;
  const items: string[] = [];
  for (const key of keys) {
    const swatch = key.style === undefined ? 12 : 26;
    const nameWidth = textWidth(fitText(key.name, TEXT.label, width - swatch - 8), TEXT.label);
    if (x > 0 && x + swatch + 6 + nameWidth > width) {
      x = 0;
      y += ROW;
    }
    const name = fittedLabel(key.name, width - swatch - 8, x + swatch + 6, y, TEXT.label, fill("ink"));
    items.push(element("g", { "data-series": key.id }, drawSwatch(key, x, y - 4), name));
    x += swatch + 6 + nameWidth + 16;
  }
  const markup = items.length === 0 ? "" : element("g", { class: "tc-keys" }, ...items);
  return { markup, bottom: keys.length === 0 ? top : y + 8 };
}

/** Room that labels at the ends of lines need to the right of the plot, at most `most`. */
export function labelMargin(keys: readonly Key[], most: number): number {
  const widest = Math.max(...keys.map(({ name }) => textWidth(fitText(name, TEXT.label, most), TEXT.label)));
  return Math.ceil(Math.min(most, widest)) + LABEL_OFFSET + 2;
}

const LABEL_OFFSET = 16;

/** Names beside the ends of lines, moved apart where they would overlap, with a hairline back to the end when moved. */
export function endLabels(
  keys: readonly Key[],
  ends: readonly ([number, number] | null)[],
  { right, top, bottom, width }: { right: number; top: number; bottom: number; width: number },
  gap: number,
): string {
  const shown = keys.filter(({ id }) => ends[id] !== null);
  const wanted = shown.map(({ id }) => Math.min(bottom, Math.max(top, ends[id]![1])));
  const places = spread(wanted, gap, top, bottom);
  const x = right + LABEL_OFFSET;
  return shown
    .map((key, i) => {
      const [endX, endY] = [ends[key.id]![0], wanted[i]!];
      const moved = Math.abs(places[i]! - endY) > 3 || right - endX > 2;
      const lead = moved
        ? element("path", {
            d: `M${round(endX + 5)} ${round(endY)}L${round(x - 3)} ${round(places[i]!)}`,
            stroke: "currentColor",
            "stroke-opacity": 0.55,
            fill: "none",
          })
        : "";
      const name = fittedLabel(key.name, width - x, x, round(places[i]! + 4), TEXT.label, { fill: "currentColor" });
      return element("g", { "data-series": key.id, ...seriesColor(key.colorIndex) }, lead, name);
    })
    .join("");
}

function drawSwatch({ style, shape, colorIndex }: Key, x: number, y: number): string {
  const color = seriesColor(colorIndex);
  if (style === undefined)
    return element("rect", { x: x + 0.5, y: y - 5, width: 10, height: 10, ...seriesArea(colorIndex), ...color });
  const stroke = element("path", {
    d: `M${round(x)} ${round(y)}h26`,
    stroke: "currentColor",
    "stroke-width": 2,
    "stroke-dasharray": DASHES[style],
    fill: "none",
  });
  const marker = element("path", {
    transform: `translate(${round(x + 13)} ${round(y)})`,
    d: symbol(SHAPES[shape ?? 0], 34).digits(1)() ?? "",
    fill: "currentColor",
  });
  return element("g", color, stroke, marker);
}
