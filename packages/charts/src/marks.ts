/** Vertical marks on a line chart: a dashed hairline with a label above the plot. */

import { element, round } from "./markup.js";
import { fittedLabel, TEXT } from "./svg.js";
import { fitText, textWidth } from "./text.js";
import { fill, stroke } from "./theme.js";

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Reserves one row above the plot per level of overlapping labels; at most `ROWS`, and labels that find no room are left to the table.
 */
export function markLabels(
  marks: readonly { x: number; label: string }[],
  top: number,
): { bottom: number; draw(x: (value: number) => number, area: Area): string } {
  const rows = Math.min(ROWS, marks.length);
  const bottom = marks.length === 0 ? top : top + 4 + rows * 15;
  return {
    bottom,
    draw(x, area) {
      const free = Array.from({ length: rows }, () => -Infinity);
      return [...marks]
        .sort((a, b) => a.x - b.x)
        .filter((mark) => x(mark.x) >= area.left - 0.5 && x(mark.x) <= area.right + 0.5)
        .map((mark) => {
          const at = round(x(mark.x));
          const shown = textWidth(fitText(mark.label, TEXT.tick, area.right - area.left), TEXT.tick);
          const start = Math.min(Math.max(at - shown / 2, area.left), area.right - shown);
          const row = free.findIndex((end) => end + 8 <= start);
          if (row >= 0) free[row] = start + shown;
          const rowY = bottom - 4 - Math.max(row, 0) * 15;
          const line = element("line", { x1: at, x2: at, y1: rowY + 4, y2: area.bottom, ...stroke("muted"), "stroke-dasharray": "2 3" });
          return line + (row < 0 ? "" : fittedLabel(mark.label, area.right - area.left, start, rowY, TEXT.tick, fill("muted")));
        })
        .join("");
    },
  };
}

const ROWS = 3;
