import { describe, expect, test } from "vitest";
import {
  chartStyles,
  groupedBars,
  groupedBarsTable,
  heatMap,
  heatMapTable,
  imageGrid,
  imageGridTable,
  lineChart,
  lineChartTable,
} from "../src/index.js";
import { textWidth } from "../src/text.js";
import { parseXml } from "./xml.js";

const common = { title: "T", ariaDescription: "D", idPrefix: "p", xLabel: "Epoch", yLabel: "Loss" };
const texts = (svg: string): string[] =>
  parseXml(svg)
    .filter(({ name }) => name === "text")
    .map(({ text }) => text);

describe("A line chart", () => {
  test("names epochs by whole numbers, the first one included", () => {
    const values = Array.from({ length: 20 }, (_, i) => 1 / (i + 1));
    expect(texts(lineChart({ ...common, series: [{ name: "a", values }] }))).toEqual(
      expect.arrayContaining(["1", "5", "10", "15", "20"]),
    );
    for (const epochs of [2, 3, 5, 7]) {
      const shown = texts(lineChart({ ...common, yFormat: ".2e", series: [{ name: "a", values: values.slice(0, epochs) }] }));
      expect(shown.filter((text) => /^\d+\.\d+$/.test(text))).toEqual([]);
    }
  });

  test("dashes the second series of a colour by default", () => {
    const series = [
      { name: "a", values: [1, 2], colorIndex: 3 },
      { name: "b", values: [2, 3], colorIndex: 3 },
      { name: "c", values: [3, 4], colorIndex: 4 },
    ];
    const lines = parseXml(lineChart({ ...common, series })).filter(({ attributes }) => attributes["stroke-width"] === "2");
    expect(lines.map(({ attributes }) => attributes["stroke-dasharray"] !== undefined)).toEqual([false, true, false]);
  });

  test("keeps labels at line ends at least a line apart, inside the picture", () => {
    const series = Array.from({ length: 12 }, (_, i) => ({ name: `model number ${i}`, values: [0.5, 0.9 + i / 1e4] }));
    const svg = parseXml(lineChart({ ...common, series }));
    const labels = svg.filter(({ name, text }) => name === "text" && text.startsWith("model"));
    const heights = labels.map(({ attributes }) => Number(attributes.y)).toSorted((a, b) => a - b);
    expect(labels).toHaveLength(12);
    for (let i = 1; i < heights.length; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(14.9);
    for (const { attributes, text } of labels) expect(Number(attributes.x) + textWidth(text, 12)).toBeLessThanOrEqual(641);
  });

  test("leaves the style sheet out where the page has it", () => {
    const series = [{ name: "a", values: [1, 2] }];
    expect(lineChart({ ...common, series })).toContain(chartStyles.slice(0, 80));
    expect(lineChart({ ...common, series, embedStyles: false })).not.toContain("<style");
  });

  test("lists its numbers in a table, gaps as dashes", () => {
    const table = lineChartTable({
      ...common,
      locale: "es",
      series: [
        { name: "a & b", values: [0.5, null] },
        { name: "c", values: [1.25], x: [2] },
      ],
    });
    expect(cells(table)).toEqual([
      ["Epoch", "a & b", "c"],
      ["1", "0,5", "–"],
      ["2", "–", "1,25"],
    ]);
  });
});

describe("A heat map", () => {
  const matrix = {
    ...common,
    xTickLabels: ["no", "yes"],
    yTickLabels: ["no", "yes"],
    values: [
      [0.9, 0.1],
      [0, 1],
    ],
    cellLines: [
      [
        ["90%", "9"],
        ["10%", "1"],
      ],
      [
        ["0%", "0"],
        ["100%", "5"],
      ],
    ],
  };

  test("shades each cell by its value", () => {
    const opacities = parseXml(heatMap(matrix))
      .map(({ attributes }) => attributes["fill-opacity"])
      .filter((opacity) => opacity !== undefined);
    expect(opacities).toEqual(["0.9", "0.1", "1"]);
  });

  test("leaves out lines that do not fit, never overlapping its neighbours", () => {
    const classes = Array.from({ length: 25 }, (_, i) => String(i));
    const many = {
      ...common,
      xTickLabels: classes,
      yTickLabels: classes,
      values: classes.map(() => classes.map(() => 0.5)),
      cellLines: classes.map(() => classes.map(() => ["a long first line", "7x"])),
    };
    expect(texts(heatMap(many)).filter((text) => text === "7x")).toHaveLength(625);
    expect(texts(heatMap(many))).not.toContain("a long first line");
    expect(texts(heatMap({ ...many, width: 240 })).filter((text) => text === "7x")).toHaveLength(0);
  });

  test("of a hundred classes stays below 120 kB and shows the smallest share", () => {
    const classes = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    const svg = heatMap({
      ...common,
      xTickLabels: classes,
      yTickLabels: classes,
      values: classes.map((_, r) => classes.map((__, c) => (r === c ? 0.7 : c % 3 === 0 ? 0.001 : 0))),
      cellLines: classes.map(() => classes.map(() => [])),
    });
    expect(svg.length).toBeLessThan(120_000);
    expect(svg).toContain('fill-opacity="0.03"');
  });

  test("lists its cells in a table, rows first", () => {
    expect(cells(heatMapTable(matrix))).toEqual([
      ["Loss \\ Epoch", "no", "yes"],
      ["no", "90% · 9", "10% · 1"],
      ["yes", "0% · 0", "100% · 5"],
    ]);
  });
});

describe("Grouped bars", () => {
  const bars = { ...common, xTickLabels: ["a", "b"], series: [{ name: "F1", values: [0.9, 0.95] }] };

  test("start at 0", () => {
    expect(texts(groupedBars(bars))).toContain("0.0");
    expect(groupedBars(bars)).not.toContain("starts at");
  });

  test("say so in words when the axis leaves 0 out", () => {
    expect(texts(groupedBars({ ...bars, yDomain: [0.8, 1] }))).toContain("Vertical axis starts at 0.80, not at 0");
    expect(texts(groupedBars({ ...bars, yDomain: [0.8, 1], locale: "es" }))).toContain(
      "El eje vertical empieza en 0,80, no en 0",
    );
  });

  test("carry their values where there is room", () => {
    expect(texts(groupedBars(bars))).toEqual(expect.arrayContaining(["0.900", "0.950"]));
  });

  test("list their numbers in a table", () => {
    expect(cells(groupedBarsTable({ ...bars, series: [{ name: "F1", values: [0.9, null] }] }))).toEqual([
      ["Epoch", "F1"],
      ["a", "0.9"],
      ["b", "–"],
    ]);
  });
});

describe("An image grid", () => {
  const image = { pixels: new Uint8Array(12), width: 2, height: 2, channels: 3 as const, caption: ["true 4 · predicted 9"] };

  test("has as many columns as asked for, where they fit", () => {
    const columns = (width: number): number =>
      new Set(
        parseXml(imageGrid({ ...common, width, columns: 5, images: Array.from({ length: 5 }, () => image) }))
          .filter(({ name }) => name === "image")
          .map(({ attributes }) => attributes.x),
      ).size;
    expect(columns(640)).toBe(5);
    expect(columns(360)).toBe(3);
  });

  test("lists its captions in a table", () => {
    expect(cells(imageGridTable({ ...common, locale: "es", columns: 1, images: [image] }))).toEqual([
      ["Imagen", "Leyenda"],
      ["1", "true 4 · predicted 9"],
    ]);
  });
});

function cells(table: string): string[][] {
  const rows: string[][] = [];
  for (const { name, text } of parseXml(table)) {
    if (name === "tr") rows.push([]);
    if (name === "td" || name === "th") rows.at(-1)!.push(text);
  }
  return rows;
}
