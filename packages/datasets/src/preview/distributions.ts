/** How the values of a set are distributed: pixels, words, columns, targets. */

import type { NumericArray } from "@tarea/core";
import type { Column, Dataset, DatasetCard, Samples } from "../dataset.js";
import { wordsOf } from "../prepare/text.js";
import { section } from "./html.js";
import { histogram } from "./histogram.js";
import { CHART_WIDTH, type ChartIds, type PreviewCharts } from "./previewCharts.js";

interface DistributionOptions {
  charts: PreviewCharts;
  ids: ChartIds;
  card: DatasetCard | undefined;
}

/** With more classes, all samples make one series. */
const MOST_SERIES = 3;
/** Columns drawn; those of a wider table are in `tarea data check`. */
const MOST_COLUMNS = 30;

/** Sections with charts of the training part. */
export function valueSections(dataset: Dataset, options: DistributionOptions): string[] {
  const { train, modality, task } = dataset;
  const column = options.card?.target ?? undefined;
  const series = [{ name: "Samples", values: train.labels.data }];
  const target = task === "regression" ? [bars(column?.name ?? "Target", valueLabel(column), series, options)] : [];
  return [
    section("Target", grid(target)),
    ...(modality === "image" ? [section("Values", grid([pixelBars(train.inputs, options)]))] : []),
    ...(modality === "text" ? [section("Lengths", grid(lengthBars(dataset, options)))] : []),
    ...(modality === "table" ? [section("Columns", grid(columnBars(dataset, options)))] : []),
  ];
}

interface Series {
  name: string;
  values: ArrayLike<number>;
}

function valueLabel(column: Column | undefined): string {
  return column?.unit === undefined ? "Value from" : `Value from, ${column.unit}`;
}

function bars(
  title: string,
  xLabel: string,
  series: readonly Series[],
  { charts, ids }: DistributionOptions,
  categories?: readonly string[],
): string {
  const { labels, counts } = histogram(series.map(({ values }) => values));
  return charts.groupedBars({
    title,
    ariaDescription: `Histogram of the training part: ${title}.`,
    idPrefix: ids.next(),
    width: CHART_WIDTH,
    embedStyles: false,
    xLabel,
    yLabel: "Samples",
    xTickLabels: categories === undefined ? labels : labels.map((id) => categories[Number(id)] ?? id),
    // Empty bins stay without a label.
    series: series.map(({ name }, i) => ({ name, values: counts[i]!.map((count) => count || null) })),
  });
}

function pixelBars({ data, shape }: NumericArray, { charts, ids }: DistributionOptions): string {
  const channels = shape.at(-1)!;
  const names =
    channels === 3
      ? ["red", "green", "blue"]
      : Array.from({ length: channels }, (_, channel) => (channels === 1 ? "grey" : `channel ${channel}`));
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    low = Math.min(low, data[i]!);
    high = Math.max(high, data[i]!);
  }
  const width = (high - low) / PIXEL_BINS || 1;
  const counts = names.map(() => new Array<number>(PIXEL_BINS).fill(0));
  for (let i = 0, channel = 0; i < data.length; i++) {
    counts[channel]![Math.min(PIXEL_BINS - 1, Math.floor((data[i]! - low) / width))]!++;
    if (++channel === channels) channel = 0;
  }
  const pixels = data.length / channels;
  return charts.groupedBars({
    title: "Pixel values",
    ariaDescription: "Share of pixels of the training part in eight ranges of brightness, for each channel.",
    idPrefix: ids.next(),
    width: CHART_WIDTH,
    embedStyles: false,
    xLabel: "Value from",
    yLabel: "Percent of pixels",
    xTickLabels: Array.from({ length: PIXEL_BINS }, (_, bin) => String(Number((low + bin * width).toPrecision(3)))),
    series: names.map((name, channel) => ({ name, values: counts[channel]!.map((count) => (100 * count) / pixels) })),
  });
}

const PIXEL_BINS = 8;

function lengthBars({ train, classNames }: Dataset, options: DistributionOptions): string[] {
  if (train.texts === undefined) return [];
  const lengths = train.texts.map((text) => wordsOf(text).length);
  return [bars("Words in a text", "Words from", byClass(train, classNames, lengths), options)];
}

function columnBars({ train, columnNames, classNames, task }: Dataset, options: DistributionOptions): string[] {
  const { data } = train.inputs;
  const width = columnNames.length;
  return columnNames.slice(0, MOST_COLUMNS).map((name, column) => {
    const values = Array.from({ length: train.labels.data.length }, (_, row) => data[row * width + column]!);
    const series = task === "classification" ? byClass(train, classNames, values) : [{ name: "Samples", values }];
    const facts = options.card?.columns[column];
    return bars(name, facts?.categories ? "Category" : valueLabel(facts), series, options, facts?.categories);
  });
}

/** One series a class when there are few. */
function byClass({ labels }: Samples, classNames: readonly string[], values: readonly number[]): Series[] {
  if (classNames.length > MOST_SERIES) return [{ name: "Samples", values }];
  return classNames.map((name, label) => ({ name, values: values.filter((_, row) => labels.data[row] === label) }));
}

function grid(items: readonly string[]): string {
  return items.length === 0 ? "" : `<div class="grid">${items.map((item) => `<div>${item}</div>`).join("")}</div>`;
}
