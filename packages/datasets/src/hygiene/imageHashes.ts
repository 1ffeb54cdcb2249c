/** 64-bit difference hashes of images, and the pairs that differ in few bits. */

import { areaAverage, type Thumbnails } from "./thumbnails.js";

/** The 64 bits of an image's hash: of 8 rows of 9 cells, whether cell x + 1 is brighter than cell x. */
export interface ImageHashes {
  /** 16 bits each, dealt out so that every band has its share of those that vary from image to image. */
  readonly bands: readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array];
  /** The 72 cells of each image less their mean, of length 1; zeros for an even image. */
  readonly cells: Float32Array;
}

export const CELLS = 72;
/** Of pairs that differ in no more bits than this, one of the four bands differs in at most one. */
export const MOST_DIFFERENT_BITS = 7;

export function hashImages(thumbnails: Thumbnails): ImageHashes {
  const { count, height, width } = thumbnails;
  const bits = new Uint8Array(count * 64);
  const cells = new Float32Array(count * CELLS);
  const grey = new Float32Array(height * width);
  const shrink = areaAverage(height, width, 8, 9);
  for (let image = 0; image < count; image++) {
    thumbnails.read(image, grey);
    const small = cells.subarray(image * CELLS, (image + 1) * CELLS);
    shrink(grey, small);
    for (let bit = 0; bit < 64; bit++) {
      const at = (bit >> 3) * 9 + (bit & 7);
      if (small[at + 1]! > small[at]!) bits[image * 64 + bit] = 1;
    }
    normalize(small);
  }
  return { bands: dealIntoBands(bits), cells };
}

/** Images have bits that are nearly always the same, such as those of an empty border: all in one band they would make it useless. */
function dealIntoBands(bits: Uint8Array): ImageHashes["bands"] {
  const count = bits.length / 64;
  const set = new Float64Array(64);
  for (let i = 0; i < bits.length; i++) set[i & 63]! += bits[i]!;
  const byBalance = [...set.keys()].toSorted((a, b) => Math.abs(set[a]! - count / 2) - Math.abs(set[b]! - count / 2));
  const bands = [new Uint16Array(count), new Uint16Array(count), new Uint16Array(count), new Uint16Array(count)] as const;
  for (const [rank, bit] of byBalance.entries()) {
    const band = bands[rank & 3]!;
    for (let image = 0; image < count; image++) band[image]! |= bits[image * 64 + bit]! << (rank >> 2);
  }
  return bands;
}

/** Takes the mean off and brings the length to 1; what does not vary becomes zeros. */
export function normalize(values: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  // An even image leaves rounding noise only.
  const scale = squares > 1e-6 * values.length ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) * scale;
}

/**
 * Calls `found` once for each pair of images, the smaller number first, whose hashes differ in at most `mostBits` bits (at most
 * `MOST_DIFFERENT_BITS`). Two such hashes have a band in which they differ by one bit or none, so for each band only the images in 17 of its 65,536 buckets are
 * compared.
 *
 * @returns false when `mostComparisons` hash comparisons were not enough and some pairs were not looked at.
 */
export function forEachClosePair(
  { bands }: ImageHashes,
  { mostBits, mostComparisons }: { mostBits: number; mostComparisons: number },
  found: (first: number, second: number) => void,
): boolean {
  let left = mostComparisons;
  const count = bands[0].length;
  const low = Uint32Array.from(bands[0], (word, image) => (word | (bands[1][image]! << 16)) >>> 0);
  const high = Uint32Array.from(bands[2], (word, image) => (word | (bands[3][image]! << 16)) >>> 0);
  for (const [own, band] of bands.entries()) {
    const { starts, order } = sortIntoBuckets(band);
    // Copies in the order of the buckets, so that memory is read straight through.
    const lowOf = Uint32Array.from(order, (image) => low[image]!);
    const highOf = Uint32Array.from(order, (image) => high[image]!);
    for (let first = 0; first < count; first++) {
      for (let probe = 0; probe < 17; probe++) {
        const bucket = probe === 16 ? band[first]! : band[first]! ^ (1 << probe);
        // Within a bucket images are in rising order; those before this one have met it already.
        for (let at = starts[bucket + 1]! - 1; at >= starts[bucket]! && order[at]! > first; at--) {
          if (--left < 0) return false;
          const lowBits = low[first]! ^ lowOf[at]!;
          const highBits = high[first]! ^ highOf[at]!;
          if (ones(lowBits) + ones(highBits) > mostBits || foundBefore(own, lowBits, highBits)) continue;
          found(first, order[at]!);
        }
      }
    }
  }
  return true;
}

/** Whether a band before `own` differs in one bit or none, so that the pair was found there. */
function foundBefore(own: number, lowBits: number, highBits: number): boolean {
  for (let band = 0; band < own; band++) {
    if (ones(((band < 2 ? lowBits : highBits) >>> ((band & 1) * 16)) & 0xffff) <= 1) return true;
  }
  return false;
}

/** Number of ones in a 32-bit word. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function sortIntoBuckets(band: Uint16Array): { starts: Uint32Array; order: Uint32Array } {
  const starts = new Uint32Array(65_537);
  for (const key of band) starts[key + 1]!++;
  for (let key = 0; key < 65_536; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice();
  const order = new Uint32Array(band.length);
  for (const [image, key] of band.entries()) order[next[key]!++] = image;
  return { starts, order };
}
