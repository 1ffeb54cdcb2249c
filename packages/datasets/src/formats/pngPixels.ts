/** From the unpacked content of a PNG picture to its pixels. */

import type { NumericArray } from "@tarea/core";
import { formatError } from "./formatError.js";
import type { PngHeader } from "./png.js";

/**
 * Undoes the filter of each row, in place; each is one byte for the filter and then `rowBytes`.
 *
 * @param step bytes from a byte to the one to its left.
 * @throws TareaError for an unknown filter.
 */
export function unfilterPng(content: Uint8Array, rowBytes: number, step: number, file: string): Uint8Array {
  for (let start = 1; start < content.length; start += rowBytes + 1) {
    const filter = content[start - 1]!;
    if (filter > 4)
      throw formatError({
        file,
        problem: `row ${(start - 1) / (rowBytes + 1)} of the unpacked content has an unknown filter`,
        expected: "0 to 4",
        received: String(filter),
        offset: start - 1,
      });
    for (let at = start; at < start + rowBytes; at++) {
      const left = at - step >= start ? content[at - step]! : 0;
      const above = start > 1 ? content[at - rowBytes - 1]! : 0;
      const corner = start > 1 && at - step >= start ? content[at - rowBytes - 1 - step]! : 0;
      content[at]! += predict(filter, left, above, corner);
    }
  }
  return content;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** @throws TareaError for a pixel that is not opaque or not in the palette. */
export function unpackPixels(
  rows: Uint8Array,
  rowBytes: number,
  { width, height, depth, color, samples }: PngHeader,
  palette: Uint8Array | null,
  file: string,
): NumericArray<"uint8"> {
  const channels = color === 0 || color === 4 ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  const mask = (1 << depth) - 1;
  for (let y = 0, to = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    for (let x = 0; x < width; x++, to += channels) {
      const bit = x * samples * depth;
      const at = start + (bit >> 3);
      const value = depth === 8 ? rows[at]! : (rows[at]! >> (8 - depth - (bit & 7))) & mask;
      if (samples % 2 === 0 && rows[at + samples - 1] !== 255)
        throw formatError({
          file,
          problem: `the pixel at ${x}, ${y} of the unpacked content is not opaque`,
          expected: "alpha 255",
          received: `${rows[at + samples - 1]}`,
          hint: "Save it again without transparency.",
          offset: at + samples - 1,
        });
      if (color === 3) {
        if (3 * value >= palette!.length)
          throw formatError({
            file,
            problem: `the pixel at ${x}, ${y} of the unpacked content is not in the palette`,
            expected: `0 to ${palette!.length / 3 - 1}`,
            received: `${value}`,
            offset: at,
          });
        data.set(palette!.subarray(3 * value, 3 * value + 3), to);
      } else {
        data[to] = depth === 8 ? value : (value * 255) / mask;
        if (channels === 3) {
          data[to + 1] = rows[at + 1]!;
          data[to + 2] = rows[at + 2]!;
        }
      }
    }
  }
  return { dtype: "uint8", shape: [height, width, channels], data };
}
