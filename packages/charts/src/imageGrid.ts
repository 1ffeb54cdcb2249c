/** Image grids: small pictures with captions, for example the misclassified ones. */

import { checkInteger, checkOneOf, show, sizeOf, TareaError } from "@tarea/core";
import { element, escapeText, round } from "./markup.js";
import { checkArray, checkChartOptions, checkTexts, optionError, type ChartOptions, type Frame } from "./options.js";
import { pngDataUrl } from "./png.js";
import { emptyChart, header, label, PADDING, svg, TEXT } from "./svg.js";
import { textWidth, wrapText } from "./text.js";
import { fill, stroke } from "./theme.js";

export interface GridImage {
  /** `[height, width, channels]`, row by row, 0 to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  /** 1 is grey, 3 is red, green, blue. */
  channels: 1 | 3;
  /** Lines below the image. */
  caption: string[];
}

export interface ImageGridOptions extends ChartOptions {
  /** Images per row, 1 to 20; the narrow layout halves it where captions would not fit. */
  columns: number;
  images: GridImage[];
}

/** Images larger than this many pixels in either direction are refused. */
const MOST_PIXELS = 512;
/** Images are not drawn larger than this, in pixels. */
const MOST_SIZE = 112;
const LEAST_CELL = 92;
const GAP = 14;
const LINE = 15;

/**
 * Draws images in rows, each with its caption below, enlarged without smoothing.
 *
 * @returns a complete `<svg>` element; the images are inside as PNG.
 * @throws TareaError when an image's pixels do not match its size.
 */
export function imageGrid(options: ImageGridOptions): string {
  const frame = checkChartOptions("imageGrid", options);
  const { columns: wanted, images } = checkImages(frame, options);
  if (images.length === 0) return emptyChart(frame, "images");

  const top = header(frame);
  const fitting = Math.max(1, Math.floor((frame.width + GAP) / (LEAST_CELL + GAP)));
  const columns = Math.min(wanted, fitting, images.length);
  const cell = Math.min((frame.width + GAP) / columns, MOST_CELL) - GAP;
  const captions = images.map(({ caption }) => caption.flatMap((line, i) => captionLines(line, cell, i)));
  const box = Math.min(MOST_SIZE, cell);
  const rowHeight = box + Math.max(...captions.map((lines) => lines.length)) * LINE + 20;
  const body = images.map((image, i) => {
    const x = (i % columns) * (cell + GAP);
    const y = top.bottom + 4 + Math.floor(i / columns) * rowHeight;
    return drawImage(image, captions[i]!, { x, y, box });
  });
  const height = top.bottom + 4 + Math.ceil(images.length / columns) * rowHeight - 12 + PADDING;
  return svg(frame, { kind: "images", height, body: [top.markup, ...body] });
}

const MOST_CELL = 190;

/** @throws TareaError */
export function checkImages({ where }: Frame, options: ImageGridOptions): { columns: number; images: readonly GridImage[] } {
  const columns = checkInteger(where, "columns", options.columns, { min: 1, max: 20 });
  checkArray(where, "images", options.images);
  for (const [i, image] of options.images.entries()) {
    const name = `images[${i}]`;
    if (typeof image !== "object" || image === null) throw optionError(where, `${name} must be an object`, show(image));
    checkInteger(where, `${name}.width`, image.width, { max: MOST_PIXELS });
    checkInteger(where, `${name}.height`, image.height, { max: MOST_PIXELS });
    checkOneOf(where, `${name}.channels`, String(image.channels), ["1", "3"]);
    checkTexts(where, `${name}.caption`, image.caption);
    const expected = sizeOf([image.height, image.width, image.channels]);
    if (!(image.pixels instanceof Uint8Array) || image.pixels.length !== expected) {
      const received = image.pixels instanceof Uint8Array ? `${image.pixels.length} bytes` : show(image.pixels);
      throw new TareaError({
        code: "shape",
        where,
        problem: `${name}.pixels does not match its size`,
        expected: `a Uint8Array of ${expected} bytes`,
        received,
      });
    }
  }
  return { columns, images: options.images };
}

interface CaptionLine {
  readonly text: string;
  readonly role: "ink" | "muted";
}

/** A line of a caption; where it is wider than its cell it is broken at its dots, else at spaces. */
function captionLines(line: string, width: number, i: number): CaptionLine[] {
  const parts = textWidth(line, TEXT.label) > width ? line.split(" · ").slice(0, 3) : [line];
  return parts.flatMap((part) => wrapText(part, TEXT.label, width, 2)).map((text) => ({ text, role: i === 0 ? "ink" : "muted" }));
}

function drawImage(
  image: GridImage,
  caption: readonly CaptionLine[],
  { x, y, box }: { x: number; y: number; box: number },
): string {
  const scale = box / Math.max(image.width, image.height);
  // Whole multiples keep all pixels of an image equally large.
  const zoom = scale >= 1 ? Math.floor(scale * 2) / 2 : scale;
  const [width, height] = [image.width * zoom, image.height * zoom];
  const top = y + (box - height);
  const name = image.caption.join(", ");
  const picture = element(
    "image",
    { x, y: top, width, height, href: pngDataUrl(image), "image-rendering": "pixelated", preserveAspectRatio: "none" },
    name === "" ? "" : element("title", {}, escapeText(name)),
  );
  const border = element("rect", {
    x: round(x - 0.5),
    y: round(top - 0.5),
    width: width + 1,
    height: height + 1,
    ...stroke("axis"),
    "stroke-opacity": 0.6,
  });
  const lines = caption.map(({ text, role }, i) =>
    label(text, x, y + box + 16 + i * LINE, { ...fill(role), "font-size": TEXT.label }),
  );
  return picture + border + lines.join("");
}
