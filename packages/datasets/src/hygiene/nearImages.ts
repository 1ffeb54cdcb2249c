/** Images that show the same picture: brightened, recoloured, sharpened or stored anew. */

import type { NumericArray } from "@tarea/core";
import { CELLS, MOST_DIFFERENT_BITS, forEachClosePair, hashImages, normalize } from "./imageHashes.js";
import { thumbnailsOf, type Thumbnails } from "./thumbnails.js";

export interface NearPairs {
  /** Rows, counted through both parts, the smaller first. */
  pairs: [number, number][];
  /** False when the set is so large, or so alike, that not all pairs could be looked at. */
  complete: boolean;
  /** How the pairs were found, in one sentence. */
  method: string;
}

/** Pictures count as the same when 1 - correlation is at most this … */
const LARGEST_DISTANCE = 0.03;
/** … and at most this share of the distance that a usual image has to its nearest neighbour. */
const LARGEST_SHARE_OF_USUAL = 1 / 12;
const PROBES = 64;
const NEIGHBOURS = 4096;
/** About a minute of comparisons. */
const MOST_COMPARISONS = 10_000_000_000;
/** More pairs say only that everything is alike. */
const MOST_PAIRS = 2_000_000;

/**
 * Pairs of images `[N, H, W, C]` whose grey thumbnails (at most 32 by 32) correlate almost perfectly. Candidates are pairs whose 64-bit
 * difference hashes differ in at most 7 bits, fewer where pictures have to be nearer. How much correlation is "almost perfect" depends on the set: silhouettes on black resemble one
 * another far more than photographs do, so the distance must also be a twelfth of what 64 images have, in the median, to the nearest of 4,096.
 */
export function nearImages(arrays: readonly NumericArray[]): NearPairs {
  const thumbnails = thumbnailsOf(arrays);
  const hashes = hashImages(thumbnails);
  const distance = Math.min(LARGEST_DISTANCE, LARGEST_SHARE_OF_USUAL * usualDistance(thumbnails));
  // What is added to a picture grows with the root of the distance, and with it the bits that turn.
  const mostBits = Math.round(MOST_DIFFERENT_BITS * Math.sqrt(distance / LARGEST_DISTANCE));
  const size = thumbnails.height * thumbnails.width;
  const [one, two] = [new Float32Array(size), new Float32Array(size)];
  const candidates = new PairsByFirst();
  const complete = forEachClosePair(hashes, { mostBits, mostComparisons: MOST_COMPARISONS }, (first, second) => {
    // The cells smooth what differs, so they are at least about as much alike as the thumbnails.
    if (dot(hashes.cells, first * CELLS, hashes.cells, second * CELLS, CELLS) >= 1 - 2 * distance) candidates.add(first, second);
  });
  const pairs: [number, number][] = [];
  for (const [first, seconds] of candidates.rows) {
    readNormalized(thumbnails, first, one);
    for (const second of seconds) {
      readNormalized(thumbnails, second, two);
      if (dot(one, 0, two, 0, size) >= 1 - distance) pairs.push([first, second]);
    }
  }
  const method = `Grey pictures of at most 32 by 32 pixels with a correlation of at least ${(1 - distance).toFixed(4)}, among pairs whose 64-bit difference hashes differ in at most ${mostBits} bits.`;
  return { pairs, complete: complete && !candidates.full, method };
}

/** Median over some images of the distance (1 - correlation) to the nearest of some others, both evenly spread over the set; 1 for a single image. */
function usualDistance(thumbnails: Thumbnails): number {
  const { count, height, width } = thumbnails;
  const size = height * width;
  const others = Math.min(NEIGHBOURS, count);
  const neighbours = new Float32Array(others * size);
  const numbers = Array.from({ length: others }, (_, i) => Math.floor((i * count) / others));
  for (const [i, image] of numbers.entries()) readNormalized(thumbnails, image, neighbours.subarray(i * size, (i + 1) * size));
  const probe = new Float32Array(size);
  const nearest = Array.from({ length: Math.min(PROBES, count) }, (_, i) => {
    const image = Math.floor(((i + 0.5) * count) / Math.min(PROBES, count));
    readNormalized(thumbnails, image, probe);
    let best = 0;
    for (const [k, other] of numbers.entries()) {
      if (other !== image) best = Math.max(best, dot(probe, 0, neighbours, k * size, size));
    }
    return 1 - best;
  });
  return nearest.toSorted((a, b) => a - b)[nearest.length >> 1] ?? 1;
}

function readNormalized(thumbnails: Thumbnails, image: number, to: Float32Array): void {
  thumbnails.read(image, to);
  normalize(to);
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  // Two sums at once take half the time; all lengths used here are even but for odd pictures, whose last number is added below.
  let [even, odd] = [0, 0];
  const end = length - (length % 2);
  for (let i = 0; i < end; i += 2) {
    even += a[aStart + i]! * b[bStart + i]!;
    odd += a[aStart + i + 1]! * b[bStart + i + 1]!;
  }
  return length % 2 === 0 ? even + odd : even + odd + a[aStart + end]! * b[bStart + end]!;
}

/** Pairs gathered by their first row, so that its thumbnail is made once. */
class PairsByFirst {
  readonly rows = new Map<number, number[]>();
  full = false;
  #count = 0;

  add(first: number, second: number): void {
    if (this.#count === MOST_PAIRS) {
      this.full = true;
      return;
    }
    this.#count++;
    const row = this.rows.get(first);
    if (row === undefined) this.rows.set(first, [second]);
    else row.push(second);
  }
}
