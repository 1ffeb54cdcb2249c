/** What the score of a class loses when a part of the sample is covered. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkNumber, TareaError } from "@tarea/core";
import { classOfInterest, type ClassOfInterest } from "./classOfInterest.js";
import { rangeOf, toImage, type InsightImage } from "./images.js";
import { inputShapeOf, sampleTensor, withoutTensors, type Samples } from "./modelParts.js";
import { mapSize, rowsOf } from "./saliencyMap.js";

export interface OcclusionMapOptions {
  /** Class whose score is watched; default: the one that the model predicts. */
  classId?: number;
  /** Side of the square patch in pixels, or length of the run of tokens or numbers. Default `OCCLUSION_MAP_DEFAULTS.size`. */
  size?: number;
  /** Steps between patches. Default `OCCLUSION_MAP_DEFAULTS.stride`. */
  stride?: number;
  /** What the patch is filled with, as the model sees it: 0 is black, or the token of padding. Default `OCCLUSION_MAP_DEFAULTS.fill`. */
  fill?: number;
  /** Covered samples that go through the model at a time. Default `OCCLUSION_MAP_DEFAULTS.batchSize`. */
  batchSize?: number;
}

export const OCCLUSION_MAP_DEFAULTS = {
  size: 4,
  stride: 2,
  fill: 0,
  batchSize: 64,
} as const satisfies OcclusionMapOptions;

export interface OcclusionMap extends ClassOfInterest {
  /** By row and column of the patch: the score of the whole sample less that of the covered one. Negative where covering helps. */
  drops: number[][];
  /** `drops` from 0, the least, to 1, the greatest; all 0 when they are equal. */
  values: number[][];
  /** The drops that 0 and 1 stand for. */
  range: [low: number, high: number];
  /** First pixel of each row and of each column of patches. */
  rowStarts: number[];
  columnStarts: number[];
  /** `values` as a picture, white for 1. */
  image: InsightImage;
}

/**
 * Covers the sample by a patch, place after place, and watches a class's score (Zeiler and Fergus, 2013). Patches lie inside the sample;
 * the last place of a row or column is at its end. A heat map draws `values`. Keeps no tensor.
 *
 * @throws TareaError for samples of another shape, patches larger than the sample, and classes that the model has not.
 * @example
 * const { drops, rowStarts, columnStarts } = occlusionMap(model, image, { size: 6 });
 */
export function occlusionMap(model: tf.LayersModel, sample: Samples, options: OcclusionMapOptions = {}): OcclusionMap {
  const where = "occlusionMap";
  const { classId, size, stride, fill, batchSize } = checkOptions(where, options);
  return withoutTensors(() => {
    const input = sampleTensor(where, model, sample);
    const inputShape = inputShapeOf(where, model);
    const [height, width] = mapSize(where, inputShape);
    const isRow = inputShape.length === 1;
    const rowStarts = isRow ? [0] : startsOf(where, height, { size, stride });
    const columnStarts = startsOf(where, width, { size, stride });
    const { scoreOf, ...chosen } = classOfInterest(where, model, { sample: input, classId });

    const pixels = input.dataSync();
    const channels = inputShape[2] ?? 1;
    const places = rowStarts.flatMap((top) => columnStarts.map((left) => ({ top, left })));
    const cover = ({ top, left }: { top: number; left: number }): Float32Array => {
      const covered = Float32Array.from(pixels);
      for (let row = top; row < top + (isRow ? 1 : size); row++) {
        covered.fill(fill, (row * width + left) * channels, (row * width + left + size) * channels);
      }
      return covered;
    };
    const drops: number[] = [];
    for (let from = 0; from < places.length; from += batchSize) {
      const covered = places.slice(from, from + batchSize).map(cover);
      const scores = tf.tidy(() => scoreOf(tf.tensor(concat(covered), [covered.length, ...inputShape])).dataSync());
      drops.push(...Array.from(scores, (score) => chosen.score - score));
    }

    const range = rangeOf(drops);
    const shares = drops.map((drop) => (range[1] > range[0] ? (drop - range[0]) / (range[1] - range[0]) : 0));
    const columns = columnStarts.length;
    const [values, dropRows] = [rowsOf(shares, columns), rowsOf(drops, columns)];
    const picture = { range, caption: [`class ${chosen.classId}`] };
    const image = toImage(drops, { height: rowStarts.length, width: columns, channels: 1 }, picture);
    return { ...chosen, drops: dropRows, values, range, rowStarts, columnStarts, image };
  });
}

type CheckedOptions = Required<Omit<OcclusionMapOptions, "classId">> & { classId: number | undefined };

function checkOptions(where: string, options: OcclusionMapOptions): CheckedOptions {
  checkKnownOptions(where, options, ["classId", ...Object.keys(OCCLUSION_MAP_DEFAULTS)]);
  const complete = { classId: undefined, ...OCCLUSION_MAP_DEFAULTS, ...options };
  for (const name of ["size", "stride", "batchSize"] as const) checkInteger(where, name, complete[name]);
  checkNumber(where, "fill", complete.fill);
  return complete;
}

function startsOf(where: string, length: number, { size, stride }: { size: number; stride: number }): number[] {
  if (size > length) {
    throw new TareaError({
      code: "shape",
      where,
      problem: "the patch is larger than the sample",
      expected: `size of at most ${length}`,
      received: String(size),
    });
  }
  const last = length - size;
  const starts = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
  return starts.at(-1) === last ? starts : [...starts, last];
}

function concat(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.length * arrays[0]!.length);
  for (const [i, array] of arrays.entries()) all.set(array, i * array.length);
  return all;
}
