/** The shading of a heat map: one hue laid over the lowest colour, the more opaque the larger the value. */

import { element, round } from "./markup.js";
import { fill } from "./theme.js";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** One rectangle per cell, with a hairline of the page between neighbours. */
export function shadeOne(values: readonly (readonly number[])[], { left, top, cellWidth, cellHeight }: Box): string {
  const shades = values.map((row, r) =>
    row.map((value, c) =>
      value > 0
        ? element("rect", {
            x: left + c * cellWidth,
            y: top + r * cellHeight,
            width: cellWidth,
            height: cellHeight,
            "fill-opacity": value,
          })
        : "",
    ),
  );
  let gaps = "";
  for (let c = 1; c < (values[0]?.length ?? 0); c++)
    gaps += `M${round(left + c * cellWidth)} ${round(top)}v${round(values.length * cellHeight)}`;
  for (let r = 1; r < values.length; r++)
    gaps += `M${round(left)} ${round(top + r * cellHeight)}h${round((values[0]?.length ?? 0) * cellWidth)}`;
  return (
    element("g", fill("heatHigh"), ...shades.flat()) +
    element("path", { d: gaps || "M0 0", class: "tc-surface-line", stroke: "#ffffff", fill: "none" })
  );
}

/** One path per shade, for matrices of thousands of cells. */
export function shadeMany(values: readonly (readonly number[])[], { left, top, cellWidth, cellHeight }: Box): string {
  const paths = Array.from({ length: SHADES + 1 }, () => "");
  for (const [r, row] of values.entries()) {
    for (const [c, value] of row.entries()) {
      // A value above 0 never looks like 0.
      const shade = value > 0 ? Math.max(1, Math.round(value * SHADES)) : 0;
      if (shade > 0) paths[shade] += `M${c} ${r}h1v1h-1z`;
    }
  }
  const transform = `translate(${round(left)} ${round(top)}) scale(${cellWidth.toFixed(4)} ${cellHeight.toFixed(4)})`;
  const shades = paths.map((d, shade) => (d === "" ? "" : element("path", { d, "fill-opacity": shade / SHADES })));
  return element("g", { transform, ...fill("heatHigh") }, ...shades);
}

const SHADES = 32;
