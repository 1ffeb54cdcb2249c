import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listDatasets, loadDataset, previewDataset, type Dataset, type PreviewCharts } from "../../src/index.js";
import { histogram } from "../../src/preview/histogram.js";

/** Keeps what is asked for in place of drawing; charts have tests of their own. */
function recordingCharts(): PreviewCharts & { drawn: { kind: string; title: string; idPrefix: string; options: object }[] } {
  const drawn: { kind: string; title: string; idPrefix: string; options: object }[] = [];
  const draw = (kind: string) => (options: { title: string; idPrefix: string }) => {
    drawn.push({ kind, title: options.title, idPrefix: options.idPrefix, options });
    return `<svg data-kind="${kind}"></svg>`;
  };
  return { drawn, groupedBars: draw("bars"), imageGrid: draw("images"), chartStyles: ".chart{}" };
}

const small = { source: "synthetic", synthetic: { trainCount: 200, testCount: 30 } } as const;
const card = (name: string) => listDatasets().find((each) => each.name === name)!;

describe("previewDataset", () => {
  it("shows pictures of each class, the classes' sizes and the values, says that a twin is synthetic, and needs no script or network", async () => {
    const charts = recordingCharts();
    const page = previewDataset(await loadDataset("mnist", small), { charts, card: card("mnist") });
    expect(charts.drawn.filter(({ kind }) => kind === "images").map(({ title }) => title)).toEqual([..."0123456789"]);
    expect(charts.drawn.filter(({ kind }) => kind === "bars").map(({ title }) => title)).toEqual([
      "Samples per class",
      "Samples per class",
      "Pixel values",
    ]);
    expect(new Set(charts.drawn.map(({ idPrefix }) => idPrefix)).size).toBe(charts.drawn.length);
    expect(page).toContain("<strong>Synthetic.</strong>");
    expect(page).toContain("CC BY-SA 3.0");
    expect(page).not.toMatch(/<script|<link|src="http|@import|url\(/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  it("shows one picture of each class where there are many", async () => {
    const charts = recordingCharts();
    previewDataset(await loadDataset("cifar100", { source: "synthetic", synthetic: { trainCount: 600, testCount: 100 } }), {
      charts,
    });
    const grids = charts.drawn.filter(({ kind }) => kind === "images");
    expect(grids).toHaveLength(12);
    expect(grids[0]!.title).toBe("apple to bicycle");
    expect(charts.drawn.map(({ title }) => title)).not.toContain("Samples per class");
  });

  it("shows the rows and a histogram of each column of a table, by class or for all", async () => {
    const charts = recordingCharts();
    const page = previewDataset(await loadDataset("pima_diabetes", { source: "synthetic" }), { charts });
    const names = card("pima_diabetes").columns.map((column) => column.name);
    expect(charts.drawn.map(({ title }) => title)).toEqual(expect.arrayContaining(names));
    for (const name of names) expect(page).toContain(`>${name}</th>`);
    previewDataset(await loadDataset("boston_housing", { source: "synthetic" }), { charts });
    expect(charts.drawn.map(({ title }) => title)).toContain("Target");
  });

  it("names categories, the target and its unit where there is a card, and says what a sample is", async () => {
    const charts = recordingCharts();
    const set = await loadDataset("california_housing", small);
    const page = previewDataset(set, { charts, card: card("california_housing") });
    const drawn = (title: string): object => charts.drawn.find((each) => each.title === title)!.options;
    expect(drawn("ocean_proximity")).toMatchObject({ xLabel: "Category" });
    expect(drawn("ocean_proximity")).toHaveProperty("xTickLabels", expect.arrayContaining(["INLAND", "NEAR BAY"]));
    expect(drawn("median_house_value")).toMatchObject({ xLabel: `Value from, ${card("california_housing").target!.unit}` });
    expect(page).toMatch(/<td[^>]*>INLAND<\/td>/);
    expect(page).toContain("Regression; a sample is 9 numbers (float32), its label a number (float32).");
  });

  it("takes nothing of a set as markup", () => {
    const evil = `</style><script>alert("1")</script>&'\u0000`;
    const set: Dataset = {
      name: "own",
      title: evil,
      task: "classification",
      modality: "text",
      synthetic: false,
      fingerprint: "",
      source: evil,
      inputShape: [1],
      classNames: [evil],
      columnNames: [],
      train: {
        inputs: { dtype: "int32", shape: [1, 1], data: Int32Array.of(1) },
        labels: { dtype: "uint8", shape: [1], data: Uint8Array.of(0) },
        texts: [evil],
      },
      test: {
        inputs: { dtype: "int32", shape: [0, 1], data: new Int32Array(0) },
        labels: { dtype: "uint8", shape: [0], data: new Uint8Array(0) },
        texts: [],
      },
    };
    const page = previewDataset(set, { charts: recordingCharts() });
    expect(page).not.toContain("<script");
    expect(page).not.toContain("\u0000");
    expect(page.split("</style>")).toHaveLength(2);
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\ufffd");
  });

  it("refuses wrong options", async () => {
    const set = await loadDataset("xor");
    expect(() => previewDataset(set, {} as never)).toThrow('Pass all of "@tarea/charts".');
    expect(() => previewDataset(set, { charts: recordingCharts(), samplesPerClass: 0 })).toThrow(
      "samplesPerClass must be a positive",
    );
  });
});

describe("histogram", () => {
  it("counts every number once, blanks apart", () => {
    const numbers = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(fc.array(numbers, { maxLength: 60 }), { minLength: 1, maxLength: 3 }), (series) => {
        const { labels, counts } = histogram(series);
        for (const [i, each] of series.entries()) {
          expect(counts[i]).toHaveLength(labels.length);
          expect(counts[i]!.reduce((sum, count) => sum + count, 0)).toBe(each.filter((value) => !Number.isNaN(value)).length);
        }
      }),
      { seed: 20260107, numRuns: 200 },
    );
  });

  it("has a bin for each of a few whole numbers, else twelve", () => {
    expect(histogram([[3, 1, 3]])).toEqual({ labels: ["1", "3"], counts: [[1, 2]] });
    expect(histogram([[0, 0.5, 24]]).labels).toEqual(["0", "2", "4", "6", "8", "10", "12", "14", "16", "18", "20", "22"]);
    expect(histogram([[0.5, 0.5]]).counts).toEqual([[2]]);
  });
});
