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
 * Reserves rows above the plot so that labels do not overlap; a label that finds no room in `MOST_ROWS` is left out.
 *
 * @param roughly where an x will lie, give or take the margins: the plot's own place depends on how many rows there are.
 */
export function markLabels(
  marks: readonly { x: number; label: string }[],
  top: number,
  roughly: (value: number) => number,
): { bottom: number; draw(x: (value: number) => number, area: Area): string } {
  const sorted = marks.toSorted((a, b) => a.x - b.x);
  const widths = sorted.map(({ label }) => textWidth(fitText(label, TEXT.tick, WIDEST), TEXT.tick));
  const rows = Math.max(
    0,
    ...stack(sorted.map(({ x }, i) => [roughly(x) * 0.75 - widths[i]! / 2, widths[i]!])).map((row) => row + 1),
  );
  const bottom = rows === 0 ? top : top + 4 + rows * ROW;
  return {
    bottom,
    draw(x, area) {
      const inside = sorted
        .map((mark, i) => ({ ...mark, at: round(x(mark.x)), width: widths[i]! }))
        .filter(({ at }) => at >= area.left - 0.5 && at <= area.right + 0.5);
      const starts = inside.map(({ at, width }): [number, number] => [
        Math.max(area.left, Math.min(at - width / 2, area.right - width)),
        width,
      ]);
      return stack(starts)
        .map((row, i) => {
          const { at, label } = inside[i]!;
          const y = bottom - 4 - Math.max(row, 0) * ROW;
          const line = element("line", {
            x1: at,
            x2: at,
            y1: row < 0 ? area.top : y + 4,
            y2: area.bottom,
            ...stroke("muted"),
            "stroke-dasharray": "2 3",
          });
          return line + (row < 0 || row >= rows ? "" : fittedLabel(label, WIDEST, starts[i]![0], y, TEXT.tick, fill("muted")));
        })
        .join("");
    },
  };
}

const ROW = 15;
const MOST_ROWS = 3;
const WIDEST = 140;

/** The first row in which each `[start, width]` is free, -1 for none; they come from left to right. */
function stack(spans: readonly (readonly [number, number])[]): number[] {
  const ends = Array.from({ length: MOST_ROWS }, () => -Infinity);
  return spans.map(([start, width]) => {
    const row = ends.findIndex((end) => end + 8 <= start);
    if (row >= 0) ends[row] = start + width;
    return row;
  });
}
