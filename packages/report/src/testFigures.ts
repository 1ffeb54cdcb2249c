/** The figures of a final run: confusion matrix, scores per class, misclassified images. */

import {
  groupedBars,
  groupedBarsTable,
  heatMap,
  heatMapTable,
  imageGrid,
  imageGridTable,
  type GroupedBarsOptions,
  type HeatMapOptions,
  type ImageGridOptions,
} from "@tarea/charts";
import { readSamples, type Run } from "@tarea/runs";
import { formatCount, formatPercent } from "./format.js";
import type { Panel, PanelOptions } from "./learningCurves.js";
import { stringsFor } from "./strings.js";
import type { TestResults } from "./testResults.js";

/** Widths of the drawings in pixels: the text's own, and a phone's. */
const WIDE = 672;
const NARROW = 340;

/** Counts and percentages of the row in each cell, shaded by row. */
export function confusionFigure(
  { matrix, classNames }: TestResults,
  experiment: string,
  { locale, idPrefix }: PanelOptions,
): Panel {
  const strings = stringsFor(locale);
  const options: HeatMapOptions = {
    title: strings.confusionTitle(experiment),
    ariaDescription: strings.confusionDescription(formatCount(matrix.samples, locale)),
    locale,
    idPrefix,
    width: WIDE,
    showTitle: false,
    embedStyles: false,
    xLabel: strings.predictedClass,
    yLabel: strings.trueClass,
    xTickLabels: classNames,
    yTickLabels: classNames,
    values: matrix.values,
    cellLines: matrix.counts.map((row, t) =>
      row.map((count, p) => [formatCount(count, locale), formatPercent(matrix.values[t]![p]!, locale)]),
    ),
  };
  return { svg: heatMap(options), table: heatMapTable(options), title: options.title };
}

/** Precision, recall and F1 per class: one drawing for the text's width and one for a phone. */
export function classBarsFigure(
  { report }: TestResults,
  experiment: string,
  { locale, idPrefix }: PanelOptions,
): Panel & { narrowSvg: string } {
  const strings = stringsFor(locale);
  const options: GroupedBarsOptions = {
    title: strings.barsTitle(experiment),
    ariaDescription: strings.barsDescription(formatCount(report.classes.length, locale)),
    locale,
    idPrefix,
    width: WIDE,
    showTitle: false,
    embedStyles: false,
    xLabel: strings.className,
    yLabel: strings.score,
    xTickLabels: report.classes.map(({ name }) => name),
    series: (["precision", "recall", "f1"] as const).map((measure) => ({
      name: strings[measure],
      values: report.classes.map((scores) => scores[measure]),
    })),
    yDomain: scoreDomain(report.classes.flatMap(({ precision, recall, f1 }) => [precision, recall, f1])),
  };
  const narrowSvg = groupedBars({ ...options, width: NARROW, idPrefix: `${idPrefix}-narrow` });
  return { svg: groupedBars(options), narrowSvg, table: groupedBarsTable(options), title: options.title };
}

/** Scores near 1 cannot be told apart on an axis from 0: it then starts at the tenth below the lowest, and the chart says so. */
export function scoreDomain(scores: readonly number[]): [number, number] {
  const lowest = Math.min(...scores.filter((score) => Number.isFinite(score)));
  return lowest >= 0.7 && lowest <= 1 ? [Math.min(0.9, Math.floor(lowest * 10 - 1e-9) / 10), 1] : [0, 1];
}

/**
 * The first misclassified images of a run in test-set order with true and predicted class.
 *
 * @returns `"none"` when the run misclassified nothing, null when it kept no images or they cannot be read
 */
export async function misclassifiedFigure(run: Run, options: PanelOptions & { count: number }): Promise<Panel | "none" | null> {
  const { locale, idPrefix, count } = options;
  const strings = stringsFor(locale);
  const sheet = await readSamples(run, "misclassified").catch(() => null);
  if (sheet === null || (sheet.channels !== 1 && sheet.channels !== 3)) return null;
  const { width, height, channels, pixels, items } = sheet;
  if (items.length === 0) return "none";
  const size = width * height * channels;
  const order = items.map((item, place) => ({ item, place })).toSorted((a, b) => a.item.index - b.item.index);
  const first = order.slice(0, count);
  const nameOf = (classId: number): string => run.record.data.classNames?.[classId] ?? String(classId);
  const captions = first.map(({ item }) => strings.imageCaption(nameOf(item.label), nameOf(item.prediction)));
  const grid: ImageGridOptions = {
    title: strings.imagesTitle(formatCount(first.length, locale), run.record.experiment.id),
    ariaDescription: strings.imagesDescription(captions.map((caption) => caption.join(", ")).join("; ")),
    locale,
    idPrefix,
    width: 400,
    columns: 3,
    showTitle: false,
    embedStyles: false,
    images: first.map(({ place }, i) => ({
      pixels: pixels.slice(place * size, (place + 1) * size),
      width,
      height,
      channels,
      caption: captions[i]!,
    })),
  };
  return { svg: imageGrid(grid), table: imageGridTable(grid), title: grid.title };
}
