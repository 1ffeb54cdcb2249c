import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TareaError } from "@tarea/core";
import {
  groupedBars,
  groupedBarsTable,
  heatMap,
  heatMapTable,
  imageGrid,
  imageGridTable,
  lineChart,
  lineChartTable,
} from "../src/index.js";
import { parseXml, type XmlElement } from "./xml.js";

const FIXED = { seed: 20240607, numRuns: 120 };

/** Any string at all, and those that go wrong elsewhere. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    " ",
    "<script>alert(1)</script>",
    "]]>",
    "&amp;",
    "\ud800",
    "\u0000\u0008",
    "\ufffe",
    "‮abc",
    "שלום",
    "👩🏽‍🔬",
    "--> <!--",
    "x".repeat(5000),
    "javascript:1",
  ),
);
const value = fc.oneof(
  fc.constant(null),
  fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, 5e-324, 1e300, -1e300),
  fc.double({ min: 0, max: 1 }),
);
const shared = {
  title: text,
  ariaDescription: text,
  width: fc.integer({ min: 240, max: 1200 }),
  locale: fc.constantFrom("en" as const, "es" as const),
  idPrefix: fc.constant("p"),
  embedStyles: fc.boolean(),
  showTitle: fc.boolean(),
};

const lines = fc.record({
  ...shared,
  xLabel: text,
  yLabel: text,
  series: fc.array(fc.record({ name: text, values: fc.array(value, { maxLength: 30 }) }), { maxLength: 30 }),
  marks: fc.array(fc.record({ x: fc.double({ min: -50, max: 50, noNaN: true }), label: text }), { maxLength: 5 }),
});

const matrices = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })).chain(([rows, columns]) => {
  const exactly = <T>(one: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
    fc.array(one, { minLength: length, maxLength: length });
  return fc.record({
    ...shared,
    xLabel: text,
    yLabel: text,
    note: text,
    xTickLabels: exactly(text, columns),
    yTickLabels: exactly(text, rows),
    values: exactly(exactly(fc.double({ min: 0, max: 1 }), columns), rows),
    cellLines: exactly(exactly(fc.array(text, { maxLength: 3 }), columns), rows),
  });
});

const bars = fc.integer({ min: 0, max: 40 }).chain((groups) =>
  fc.record({
    ...shared,
    xLabel: text,
    yLabel: text,
    xTickLabels: fc.array(text, { minLength: groups, maxLength: groups }),
    series: fc.array(fc.record({ name: text, values: fc.array(value, { minLength: groups, maxLength: groups }) }), {
      maxLength: 12,
    }),
  }),
);

const grids = fc.record({
  ...shared,
  columns: fc.integer({ min: 1, max: 20 }),
  images: fc.array(
    fc
      .tuple(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1 as const, 3 as const),
        fc.array(text, { maxLength: 3 }),
      )
      .map(([width, height, channels, caption]) => ({
        width,
        height,
        channels,
        caption,
        pixels: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) & 255),
      })),
    { maxLength: 12 },
  ),
});

describe("Any data and any texts give a safe, well-formed chart and table", () => {
  test("of lines", () =>
    fc.assert(
      fc.property(lines, (options) => soundChart(lineChart(options), lineChartTable(options))),
      FIXED,
    ));
  test("of a matrix", () =>
    fc.assert(
      fc.property(matrices, (options) => soundChart(heatMap(options), heatMapTable(options))),
      FIXED,
    ));
  test("of bars", () =>
    fc.assert(
      fc.property(bars, (options) => soundChart(groupedBars(options), groupedBarsTable(options))),
      FIXED,
    ));
  test("of images", () =>
    fc.assert(
      fc.property(grids, (options) => soundChart(imageGrid(options), imageGridTable(options))),
      FIXED,
    ));
});

test("A line chart is the same whatever came before it", () => {
  fc.assert(
    fc.property(lines, (options) => {
      expect(lineChart(options)).toBe(lineChart(structuredClone(options)));
    }),
    { ...FIXED, numRuns: 20 },
  );
});

test("A wrong option is named, not drawn", () => {
  const line = {
    title: "t",
    ariaDescription: "d",
    idPrefix: "p",
    xLabel: "x",
    yLabel: "y",
    series: [{ name: "a", values: [1, 2] }],
  };
  const bar = { ...line, xTickLabels: ["a", "b"] };
  const matrix = { ...line, xTickLabels: ["a"], yTickLabels: ["b"], values: [[0.5]], cellLines: [[["50%"]]] };
  const image = { pixels: new Uint8Array(4), width: 2, height: 2, channels: 1 as const, caption: [] };
  const wrong: [() => string, string][] = [
    [
      () => lineChart({ ...line, width: -640 }),
      "lineChart: width must be a finite number at least 240 and at most 2000, got -640.",
    ],
    [
      () => lineChart({ ...line, height: Number.NaN }),
      "lineChart: height must be a finite number at least 120 and at most 4000, got NaN.",
    ],
    [
      () => lineChart({ ...line, idPrefix: '"><script>' }),
      'lineChart: idPrefix must start with a letter and hold letters, digits, - and _ only, got "\\"><script>".',
    ],
    [() => lineChart({ ...line, locale: "fr" as "es" }), 'lineChart: unknown locale, expected one of en, es, got "fr".'],
    [
      () => lineChart({ ...line, series: [{ name: "a", values: [1, 2], x: [1] }] }),
      "lineChart: series[0].x has the wrong length, expected 2, got 1.",
    ],
    [
      () => lineChart({ ...line, series: [{ name: "a", values: [1, 2], x: [2, 1] }] }),
      "lineChart: series[0].x must ascend, got 1 after 2.",
    ],
    [
      () => lineChart({ ...line, series: [{ name: "a", values: ["1"] as unknown as number[] }] }),
      'lineChart: series[0].values[0] must be a number of at most 1e+300 or null, got "1".',
    ],
    [
      () => lineChart({ ...line, yDomain: [1, 0] }),
      "lineChart: yDomain must be two finite numbers, the smaller first, got [1, 0].",
    ],
    [
      () => lineChart({ ...line, yFormat: "%%%" }),
      'lineChart: yFormat is not a number format, got "%%%". Use a d3-format specifier such as ".2f" or ".1%".',
    ],
    [() => lineChart({ ...line, title: 7 as unknown as string }), "lineChart: title must be a text, got 7."],
    [() => groupedBars({ ...bar, xTickLabels: ["a"] }), "groupedBars: series[0].values has the wrong length, expected 1, got 2."],
    [() => heatMap({ ...matrix, values: [[0.5, 0.5]] }), "heatMap: values[0] has the wrong length, expected 1, got 2."],
    [
      () => heatMap({ ...matrix, values: [[1.5]] }),
      "heatMap: values[0][0] must be a finite number at least 0 and at most 1, got 1.5.",
    ],
    [
      () => imageGrid({ ...line, columns: 0, images: [] }),
      "imageGrid: columns must be a positive integer and at most 20, got 0.",
    ],
    [
      () => imageGrid({ ...line, columns: 1, images: [{ ...image, height: 3 }] }),
      "imageGrid: images[0].pixels does not match its size, expected a Uint8Array of 6 bytes, got 4 bytes.",
    ],
    [
      () => imageGrid({ ...line, columns: 1, images: [{ ...image, width: 1e9 }] }),
      "imageGrid: images[0].width must be a positive integer and at most 512, got 1000000000.",
    ],
  ];
  for (const [draw, message] of wrong) {
    expect(draw).toThrow(TareaError);
    expect(draw).toThrow(message);
  }
});

function soundChart(chart: string, table: string): void {
  const elements = parseXml(chart);
  parseXml(table);
  expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  expect(table).not.toMatch(/<script/);
  for (const element of elements) {
    expect(ALLOWED).toContain(element.name);
    for (const key of Object.keys(element.attributes)) expect(key).not.toMatch(/^on/);
    expectInside(element, elements[0]!);
  }
}

const ALLOWED = [
  "svg",
  "title",
  "desc",
  "style",
  "metadata",
  "g",
  "path",
  "line",
  "rect",
  "text",
  "clipPath",
  "image",
  "linearGradient",
  "stop",
];

/** Upright texts start inside the picture. */
function expectInside({ name, attributes }: XmlElement, svg: XmlElement): void {
  if (name !== "text") return;
  const [width, height] = svg.attributes.viewBox!.split(" ").slice(2).map(Number) as [number, number];
  expect(Number(attributes.x)).toBeGreaterThanOrEqual(-2);
  expect(Number(attributes.x)).toBeLessThanOrEqual(width);
  expect(Number(attributes.y)).toBeGreaterThan(0);
  expect(Number(attributes.y)).toBeLessThanOrEqual(height);
}
