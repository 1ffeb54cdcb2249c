/** The outer element of every chart, its header, and the text elements inside it. */

import { element, escapeJson, escapeText, type Attributes } from "./markup.js";
import type { Frame } from "./options.js";
import { wordsOf } from "./locale.js";
import { chartStyles, fill, stroke } from "./theme.js";
import { fitText, wrapText } from "./text.js";

/** Sizes of text in pixels; `least` only where the narrow layout has no other way. */
export const TEXT = { title: 15, label: 12, tick: 11.5, least: 10 } as const;

/** Empty space round a chart in pixels, so that strokes and letters are never cut. */
export const PADDING = 8;

export interface Drawing {
  readonly kind: "line" | "heat" | "bars" | "images";
  readonly height: number;
  readonly body: readonly string[];
  /** What `@tarea/charts/hydrate` needs, written as JSON. */
  readonly data?: unknown;
}

/** The complete SVG of a chart: named, described, styled. */
export function svg(frame: Frame, drawing: Drawing): string {
  const { idPrefix, width } = frame;
  const height = Math.ceil(drawing.height);
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: `tarea-chart tarea-chart-${drawing.kind}`,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-labelledby": `${idPrefix}-title`,
      "aria-describedby": `${idPrefix}-desc`,
      direction: "ltr",
      "font-size": TEXT.tick,
    },
    element("title", { id: `${idPrefix}-title` }, escapeText(frame.ariaLabel)),
    element("desc", { id: `${idPrefix}-desc` }, escapeText(frame.ariaDescription)),
    frame.embedStyles ? element("style", {}, chartStyles) : "",
    drawing.data === undefined ? "" : element("metadata", {}, escapeJson(drawing.data)),
    ...drawing.body,
  );
}

/** The title, wrapped to two lines, and the y at which the chart below it may begin. */
export function header(frame: Frame): { markup: string; bottom: number } {
  if (!frame.showTitle || frame.title.trim() === "") return { markup: "", bottom: PADDING };
  const lines = wrapText(frame.title, TEXT.title, frame.width - 4, 2, true);
  const markup = lines.map((line, i) =>
    label(line, 0, 16 + 19 * i, { ...fill("ink"), "font-size": TEXT.title, "font-weight": 600 }),
  );
  return { markup: markup.join(""), bottom: 16 + 19 * (lines.length - 1) + 8 };
}

/** One line of text; its direction follows its own letters. */
export function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return element("text", { x, y, "unicode-bidi": "isolate", ...attributes }, escapeText(text));
}

/** A text cut to `width`; what was cut shows on hovering. */
export function fittedLabel(
  text: string,
  width: number,
  x: number,
  y: number,
  size: number,
  attributes: Attributes = {},
): string {
  const shown = fitText(text, size, width);
  const full = shown === text ? "" : element("title", {}, escapeText(text));
  return element("text", { x, y, "unicode-bidi": "isolate", ...attributes, "font-size": size }, escapeText(shown), full);
}

/** The chart of nothing: a frame that says so. */
export function emptyChart(frame: Frame, kind: Drawing["kind"]): string {
  const top = header(frame);
  const height = frame.height ?? top.bottom + 96;
  const middle = (top.bottom + height) / 2;
  const box = element("rect", {
    x: 0.5,
    y: top.bottom + 0.5,
    width: frame.width - 1,
    height: height - top.bottom - 1,
    rx: 4,
    ...stroke("grid"),
  });
  const words = label(wordsOf(frame.locale).noData, frame.width / 2, middle + 4, {
    ...fill("muted"),
    "text-anchor": "middle",
    "font-size": TEXT.label,
  });
  return svg(frame, { kind, height, body: [top.markup, box, words] });
}
