/** Small grey pictures of images, by which they are compared. */

import type { NumericArray } from "@tarea/core";

/** No thumbnail is larger in either direction. */
const MOST_SIDE = 32;

export interface Thumbnails {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Writes the grey values of an image, `[height, width]`, into `to`. */
  read: (image: number, to: Float32Array) => void;
}

/**
 * Grey thumbnails of the images of several arrays `[N, H, W, C]`, counted through: the luma of three channels (0.299, 0.587, 0.114), else
 * the first channel, averaged over areas where an image is larger than 32 pixels.
 */
export function thumbnailsOf(arrays: readonly NumericArray[]): Thumbnails {
  const [, fullHeight, fullWidth, channels] = arrays[0]!.shape as [number, number, number, number];
  const height = Math.min(fullHeight, MOST_SIDE);
  const width = Math.min(fullWidth, MOST_SIDE);
  const shrinks = height < fullHeight || width < fullWidth;
  const grey = new Float32Array(shrinks ? fullHeight * fullWidth : 0);
  const shrink = shrinks ? areaAverage(fullHeight, fullWidth, height, width) : null;
  const imageSize = fullHeight * fullWidth * channels;
  const starts = arrays.map(({ shape }) => shape[0]!);
  return {
    count: starts.reduce((sum, count) => sum + count, 0),
    height,
    width,
    read: (image, to) => {
      let array = 0;
      let row = image;
      while (row >= starts[array]!) row -= starts[array++]!;
      toGrey(arrays[array]!.data, row * imageSize, channels, shrink === null ? to : grey);
      shrink?.(grey, to);
    },
  };
}

function toGrey(data: NumericArray["data"], start: number, channels: number, to: Float32Array): void {
  if (channels === 3) {
    for (let i = 0, at = start; i < to.length; i++, at += 3)
      to[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  } else for (let i = 0, at = start; i < to.length; i++, at += channels) to[i] = data[at]!;
}

/** Averages over areas: each of `height` by `width` cells is the mean of what it covers, pixels at its edges by their share. */
export function areaAverage(
  fromHeight: number,
  fromWidth: number,
  height: number,
  width: number,
): (from: Float32Array, to: Float32Array) => void {
  const columns = shares(fromWidth, width);
  const rows = shares(fromHeight, height);
  const half = new Float32Array(fromHeight * width);
  return (from, to) => {
    for (let y = 0; y < fromHeight; y++) {
      for (const [x, { first, weights }] of columns.entries()) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * from[y * fromWidth + first + k]!;
        half[y * width + x] = sum;
      }
    }
    for (const [y, { first, weights }] of rows.entries()) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * half[(first + k) * width + x]!;
        to[y * width + x] = sum;
      }
    }
  };
}

interface Share {
  readonly first: number;
  /** They sum to 1. */
  readonly weights: Float64Array;
}

/** Which pixels each of `cells` equal parts of a side of `length` pixels covers; parts may be smaller than a pixel. */
function shares(length: number, cells: number): Share[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = (cell * length) / cells;
    const to = ((cell + 1) * length) / cells;
    const first = Math.floor(from);
    const end = Math.min(length, Math.max(first + 1, Math.ceil(to - 1e-9)));
    const weights = Float64Array.from(
      { length: end - first },
      (__, k) => Math.min(to, first + k + 1) - Math.max(from, first + k),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
