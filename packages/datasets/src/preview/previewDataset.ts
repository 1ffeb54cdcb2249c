/** A page about a data set: what is in it, samples of each class, how labels and values are distributed. */

import { TareaError, checkInteger, checkKnownOptions } from "@tarea/core";
import type { Dataset, DatasetCard } from "../dataset.js";
import { valueSections } from "./distributions.js";
import { escapeHtml, htmlTable, paragraph, section } from "./html.js";
import { ChartIds, WIDE_CHART_WIDTH, CHART_WIDTH, type PreviewCharts } from "./previewCharts.js";
import { PREVIEW_STYLES } from "./previewStyles.js";
import { sampleSection } from "./samples.js";

export interface PreviewOptions {
  /** Draws the charts: `import * as charts from "@tarea/charts"`. */
  charts: PreviewCharts;
  /** Adds description, licence, citation and known flaws. */
  card?: DatasetCard | undefined;
  /** Samples shown of each class, 1 to 24; default `PREVIEW_DEFAULTS.samplesPerClass`, fewer where there are many classes. */
  samplesPerClass?: number | undefined;
}

export const PREVIEW_DEFAULTS = { samplesPerClass: 6 } as const;

/** More classes than this have no bars. */
const MOST_BARS = 24;

/**
 * A self-contained page of HTML that needs no script and no network, for screens and paper, light and dark. Nothing of the set is taken as
 * markup.
 *
 * @throws TareaError for a wrong option.
 * @example
 * import * as charts from "@tarea/charts";
 * await writeFile("mnist.html", previewDataset(await loadDataset("mnist"), { charts }));
 */
export function previewDataset(dataset: Dataset, options: PreviewOptions): string {
  const where = "previewDataset";
  checkKnownOptions(where, options, ["charts", "card", "samplesPerClass"]);
  const { charts, card } = options;
  if (typeof charts?.groupedBars !== "function" || typeof charts.imageGrid !== "function") {
    throw new TareaError({
      code: "option",
      where,
      problem: "charts must have groupedBars and imageGrid",
      hint: 'Pass all of "@tarea/charts".',
    });
  }
  const samplesPerClass = checkInteger(where, "samplesPerClass", options.samplesPerClass ?? PREVIEW_DEFAULTS.samplesPerClass, {
    max: 24,
  });
  const ids = new ChartIds();
  const body = [
    header(dataset, card),
    sampleSection(dataset, { charts, ids, samplesPerClass, card }),
    classSection(dataset, charts, ids),
    ...valueSections(dataset, { charts, ids, card }),
    cardSection(card),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(dataset.title)}: preview</title>
<style>${PREVIEW_STYLES}${charts.chartStyles}</style>
</head>
<body>
<main>
${body.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

function header(dataset: Dataset, card: DatasetCard | undefined): string {
  const { train, test } = dataset;
  const rows = [
    ["", "samples"],
    ...Object.entries({ train, test }).map(([part, { labels }]) => [part, labels.data.length.toLocaleString("en")]),
  ];
  return [
    `<header><h1>${escapeHtml(dataset.title)}</h1>`,
    dataset.synthetic
      ? '<p class="warning"><strong>Synthetic.</strong> These samples were drawn, they are not the published ones.</p>'
      : "",
    paragraph(card?.description ?? ""),
    `<p class="quiet">${escapeHtml(`${dataset.source} ${shapeSentence(dataset)}`)}</p>`,
    htmlTable("Parts", rows, [1]),
    "</header>",
  ].join("");
}

/** For example "10 classes; a sample is 28 × 28 × 1 pixels (uint8), its label a class id (uint8)." */
function shapeSentence({ train: { inputs, labels }, inputShape, classNames, task, modality }: Dataset): string {
  const values = { image: "pixels", text: "word ids", table: inputShape[0] === 1 ? "number" : "numbers" }[modality];
  const what = task === "classification" ? `${classNames.length} classes` : "Regression";
  const label = task === "classification" ? "class id" : "number";
  return `${what}; a sample is ${inputShape.join(" × ")} ${values} (${inputs.dtype}), its label a ${label} (${labels.dtype}).`;
}

function classSection({ classNames, task, train, test }: Dataset, charts: PreviewCharts, ids: ChartIds): string {
  if (task !== "classification" || classNames.length === 0) return "";
  const counts = [train, test].map(({ labels }) => {
    const each = new Array<number>(classNames.length).fill(0);
    for (const label of labels.data) each[label]!++;
    return each;
  });
  const rows = [
    ["class", "train", "test"],
    ...classNames.map((name, id) => [name, String(counts[0]![id]), String(counts[1]![id])]),
  ];
  const table = `<details><summary>The numbers</summary>${htmlTable("Samples per class", rows, [1, 2])}</details>`;
  if (classNames.length > MOST_BARS) return section("Classes", paragraph(spreadOf(counts[0]!, counts[1]!)), table);
  const chart = (width: number): string =>
    charts.groupedBars({
      title: "Samples per class",
      ariaDescription: "How many samples of each class the training and the test part have; the table below has the numbers.",
      idPrefix: ids.next(),
      width,
      embedStyles: false,
      xLabel: "Class",
      yLabel: "Samples",
      xTickLabels: [...classNames],
      series: [
        { name: "train", values: counts[0]! },
        { name: "test", values: counts[1]! },
      ],
    });
  const charted = `<div class="wide">${chart(WIDE_CHART_WIDTH)}</div><div class="narrow">${chart(CHART_WIDTH)}</div>`;
  return section("Classes", charted, table);
}

function spreadOf(train: readonly number[], test: readonly number[]): string {
  const range = (counts: readonly number[]): string => {
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    return least === most ? String(least) : `${least} to ${most}`;
  };
  return `${train.length} classes with ${range(train)} samples to train with and ${range(test)} to test with.`;
}

function cardSection(card: DatasetCard | undefined): string {
  if (card === undefined) return "";
  const flaws = card.knownFlaws.map((flaw) => `<li>${escapeHtml(flaw)}</li>`).join("");
  return section(
    "Source",
    paragraph(`${card.source}. Licence: ${card.licence}.`),
    paragraph(`Please cite: ${card.citation}`),
    flaws === "" ? "" : `<h3>Known flaws</h3><ul>${flaws}</ul>`,
  );
}
