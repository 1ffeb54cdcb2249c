/** Names of equal bands along an axis: upright in one or two lines, else slanted, else only every few of them. */

import { fittedLabel, label, TEXT } from "./svg.js";
import { fitText, textWidth, wrapText } from "./text.js";
import { fill } from "./theme.js";

export interface Bands {
  readonly names: readonly string[];
  /** Centre of band `i` in pixels. */
  center(i: number): number;
  /** Distance of neighbouring centres. */
  readonly step: number;
}

/** Names below a horizontal axis at `top`; `height` is the room that they take. */
export function namesBelow({ names, center, step }: Bands, top: number): { markup: string; height: number } {
  const size = TEXT.tick;
  const wrapped = names.map((name) => wrapText(name, size, step - 4, 2));
  const whole = wrapped.every((lines) => lines.every((line) => !line.endsWith("…")));
  if (whole) {
    const rows = Math.max(1, ...wrapped.map((lines) => lines.length));
    const markup = wrapped.map((lines, i) =>
      lines
        .map((line, row) => label(line, center(i), top + 13 + 13 * row, { ...fill("muted"), "text-anchor": "middle" }))
        .join(""),
    );
    return { markup: markup.join(""), height: 4 + 13 * rows };
  }
  const every = everyFew(step, 15);
  const shown = names.map((name, i) => ({ name, i })).filter(({ i }) => i % every === 0);
  if (every > 1 && shown.every(({ name }) => textWidth(name, size) <= step * every - 6)) {
    return {
      markup: shown
        .map(({ name, i }) => label(name, center(i), top + 13, { ...fill("muted"), "text-anchor": "middle" }))
        .join(""),
      height: 17,
    };
  }
  const longest = Math.min(LONGEST_SLANTED, Math.max(...shown.map(({ name }) => textWidth(name, size))));
  const markup = shown.map(({ name, i }) => {
    const room = Math.min(LONGEST_SLANTED, (center(i) + 4) / COSINE);
    return fittedLabel(name, room, center(i) + 4, top + 10, size, {
      ...fill("muted"),
      "text-anchor": "end",
      transform: `rotate(-40 ${Math.round(center(i) + 4)} ${Math.round(top + 10)})`,
    });
  });
  return { markup: markup.join(""), height: Math.ceil(longest * SINE + 16) };
}

const LONGEST_SLANTED = 110;
const COSINE = Math.cos((40 * Math.PI) / 180);
const SINE = Math.sin((40 * Math.PI) / 180);

/** Room in pixels that names left of a vertical axis take, at most `most`. */
export function namesWidth(names: readonly string[], most: number): number {
  return Math.ceil(Math.max(0, ...names.map((name) => textWidth(fitText(name, TEXT.tick, most), TEXT.tick))));
}

/** Names to the left of a vertical axis, ending at `right`; every few of them where bands are lower than a line. */
export function namesBeside({ names, center, step }: Bands, right: number, room: number): string {
  const every = everyFew(step, 13);
  return names
    .map((name, i) =>
      i % every === 0 ? fittedLabel(name, room, right, center(i) + 4, TEXT.tick, { ...fill("muted"), "text-anchor": "end" }) : "",
    )
    .join("");
}

/** 1 where bands are at least `least` pixels apart, else the round number of bands that are. */
function everyFew(step: number, least: number): number {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((few) => few * step >= (few === 1 ? least : least + 4)) ?? 1000;
}
