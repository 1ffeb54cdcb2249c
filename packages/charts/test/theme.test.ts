import { describe, expect, test } from "vitest";
import { chartStyles, DARK_THEME, LIGHT_THEME } from "../src/index.js";
import { HEAT_TEXT_SWITCH, TINT } from "../src/theme.js";

type Color = readonly [number, number, number];

describe.each([
  { name: "light", theme: LIGHT_THEME },
  { name: "dark", theme: DARK_THEME },
])("The $name theme", ({ theme }) => {
  const surface = parse(theme.surface);

  test("has text of a contrast of 4.5 on the page", () => {
    for (const color of [theme.ink, theme.muted]) expect(contrast(parse(color), surface)).toBeGreaterThanOrEqual(4.5);
  });

  test("has series that can label their own lines and carry text: 4.5 against the page", () => {
    for (const color of theme.series) expect(contrast(parse(color), surface), color).toBeGreaterThanOrEqual(4.5);
  });

  test("has text of a contrast of 4.5 on tinted bars", () => {
    for (const color of theme.series) {
      expect(contrast(parse(theme.ink), blend(surface, parse(color), TINT)), color).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("has axes of a contrast of 3", () => {
    expect(contrast(parse(theme.axis), surface)).toBeGreaterThanOrEqual(3);
  });

  test("has text of a contrast of 4.5 on every shade of a heat map", () => {
    for (let shade = 0; shade <= 1; shade += 1 / 1024) {
      const cell = blend(parse(theme.heatLow), parse(theme.heatHigh), shade);
      const text = shade <= HEAT_TEXT_SWITCH ? theme.heatTextLow : theme.heatTextHigh;
      expect(contrast(parse(text), cell), `shade ${shade}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(parse(theme.muted), parse(theme.heatLow))).toBeGreaterThanOrEqual(4.5);
  });

  test("has shades of one hue whose lightness only rises or only falls", () => {
    const steps = Array.from({ length: 65 }, (_, i) => luminance(blend(parse(theme.heatLow), parse(theme.heatHigh), i / 64)));
    const signs = steps.slice(1).map((step, i) => Math.sign(step - steps[i]!));
    expect(new Set(signs).size).toBe(1);
  });

  test("keeps the first three series apart for people who are colour-blind and on grey paper", () => {
    for (const see of [...Object.values(VISION), grey]) {
      const seen = theme.series.slice(0, 3).map((color) => lab(see(parse(color))));
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < i; j++) expect(distance(seen[i]!, seen[j]!)).toBeGreaterThanOrEqual(see === grey ? 7 : 12);
    }
  });
});

test("The style sheet sets every colour from a property that a page can override", () => {
  for (const name of ["ink", "muted", "grid", "axis", "surface", "heat-low", "heat-high", "series-1", "series-8"]) {
    expect(chartStyles).toContain(`var(--tarea-${name},`);
  }
  expect(chartStyles).not.toMatch(/url\(|@import|</);
});

function parse(color: string): Color {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255) as unknown as Color;
}

/** What `fill-opacity` does: a mix of the encoded values. */
function blend(low: Color, high: Color, share: number): Color {
  return low.map((value, i) => value + share * (high[i]! - value)) as unknown as Color;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** WCAG 2.2, relative luminance. */
function luminance([r, g, b]: Color): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(a: Color, b: Color): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function grey(color: Color): Color {
  const value = luminance(color);
  const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return [encoded, encoded, encoded];
}

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const VISION = Object.fromEntries(
  Object.entries({
    protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  }).map(([name, m]) => [
    name,
    (color: Color): Color => {
      const rgb = color.map(linear);
      return [0, 3, 6].map((row) => {
        const value = Math.min(1, Math.max(0, m[row]! * rgb[0]! + m[row + 1]! * rgb[1]! + m[row + 2]! * rgb[2]!));
        return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
      }) as unknown as Color;
    },
  ]),
);

function lab(color: Color): Color {
  const [r, g, b] = color.map(linear) as [number, number, number];
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976: about 2.3 is just noticeable. */
function distance(a: Color, b: Color): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
