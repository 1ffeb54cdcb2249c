/** Samples of each class, as pictures, excerpts or rows. */

import { sizeOf, type NumericArray } from "@tarea/core";
import type { Dataset, DatasetCard } from "../dataset.js";
import { escapeHtml, htmlTable, paragraph, section } from "./html.js";
import { CHART_WIDTH, type ChartIds, type ImagesOptions, type PreviewCharts } from "./previewCharts.js";

export interface SampleOptions {
  charts: PreviewCharts;
  ids: ChartIds;
  samplesPerClass: number;
  card: DatasetCard | undefined;
}

type GridImage = ImagesOptions["images"][number];

/** With more classes there is one picture of each, nine to a grid. */
const MOST_GRIDS = 24;
/** Largest side of a picture that charts take. */
const MOST_PIXELS = 512;
const TEXTS_PER_CLASS = 3;
const EXCERPT_LENGTH = 600;
const TABLE_ROWS = 10;

/** The first samples of each class of the training part. */
export function sampleSection(dataset: Dataset, options: SampleOptions): string {
  if (dataset.modality === "image") return section("Samples", imageSamples(dataset, options));
  return section("Samples", dataset.modality === "text" ? textSamples(dataset) : tableRows(dataset, options.card));
}

function imageSamples({ train, classNames }: Dataset, { charts, ids, samplesPerClass }: SampleOptions): string {
  const [, height = 0, width = 0, channels = 0] = train.inputs.shape;
  if (Math.max(height, width) > MOST_PIXELS || (channels !== 1 && channels !== 3)) {
    return paragraph(`Images of ${height} × ${width} × ${channels} are not drawn here.`);
  }
  const image = (row: number, caption: string[]): GridImage => ({
    pixels: pixelsOf(train.inputs, row),
    width,
    height,
    channels,
    caption,
  });
  const grid = (title: string, images: GridImage[]): string =>
    charts.imageGrid({
      title,
      ariaDescription: `Samples of the training part: ${title}.`,
      idPrefix: ids.next(),
      width: CHART_WIDTH,
      embedStyles: false,
      columns: 3,
      images,
    });
  const grids =
    classNames.length <= MOST_GRIDS
      ? firstRows(train.labels, classNames.length, samplesPerClass).map((rows, label) =>
          grid(
            classNames[label]!,
            rows.map((row) => image(row, [`row ${row}`])),
          ),
        )
      : inNines(firstRows(train.labels, classNames.length, 1)).map(({ first, lists }) =>
          grid(
            lists.length === 1 ? classNames[first]! : `${classNames[first]!} to ${classNames[first + lists.length - 1]!}`,
            lists.flatMap((rows, i) => rows.map((row) => image(row, [classNames[first + i]!]))),
          ),
        );
  return `<div class="grid">${grids.map((each) => `<div>${each}</div>`).join("")}</div>`;
}

function inNines(lists: readonly number[][]): { first: number; lists: readonly number[][] }[] {
  return Array.from({ length: Math.ceil(lists.length / 9) }, (_, i) => ({ first: i * 9, lists: lists.slice(i * 9, i * 9 + 9) }));
}

function textSamples({ train, classNames }: Dataset): string {
  const { texts } = train;
  if (texts === undefined) return "";
  const classes = firstRows(train.labels, classNames.length, TEXTS_PER_CLASS).map((rows, label) => {
    const excerpts = rows.map((row) => {
      const text = texts[row]!;
      return `<blockquote>${escapeHtml(text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text)}</blockquote>`;
    });
    return `<div><h3>${escapeHtml(classNames[label]!)}</h3>${excerpts.join("")}</div>`;
  });
  return `<div class="grid">${classes.join("")}</div>`;
}

function tableRows({ train, columnNames, classNames, task }: Dataset, card: DatasetCard | undefined): string {
  const { data } = train.inputs;
  const width = columnNames.length;
  const rows = Array.from({ length: Math.min(TABLE_ROWS, train.labels.data.length) }, (_, row) => [
    String(row),
    ...columnNames.map((__, column) => {
      const value = data[row * width + column]!;
      return card?.columns[column]?.categories?.[value] ?? cellText(value);
    }),
    task === "classification" ? classNames[train.labels.data[row]!]! : cellText(train.labels.data[row]!),
  ]);
  const label = task === "classification" ? "class" : (card?.target?.name ?? "target");
  return htmlTable(
    "First rows of the training part",
    [["row", ...columnNames, label], ...rows],
    [...columnNames.keys()].map((column) => column + 1),
  );
}

/** Seven digits, as many as float32 holds. */
function cellText(value: number): string {
  return Number.isNaN(value) ? "blank" : String(Number(value.toPrecision(7)));
}

/** For each class the numbers of its first rows. */
function firstRows({ data }: NumericArray, classes: number, most: number): number[][] {
  const found = Array.from({ length: classes }, (): number[] => []);
  let missing = classes;
  for (let row = 0; row < data.length && missing > 0; row++) {
    const rows = found[data[row]!]!;
    if (rows.length === most) continue;
    rows.push(row);
    if (rows.length === most) missing--;
  }
  return found;
}

/** An image's bytes; other numbers are spread from the image's lowest to its highest. */
function pixelsOf({ dtype, shape, data }: NumericArray, row: number): Uint8Array {
  const size = sizeOf(shape.slice(1));
  const values = data.subarray(row * size, (row + 1) * size);
  if (dtype === "uint8") return Uint8Array.from(values);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Uint8Array.from(values, (value) => (high > low ? Math.round((255 * (value - low)) / (high - low)) : 0));
}
