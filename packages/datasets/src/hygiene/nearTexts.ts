/** Texts that are nearly the same: other punctuation, a sentence more, a corrected word. */

import type { NearPairs } from "./nearImages.js";
import { jaccard, shinglesOf, writeSignature } from "./textShingles.js";

/** Share of common word triples from which texts count as nearly the same. */
const LEAST_JACCARD = 0.7;
const BANDS = 16;
const ROWS = 4;
/** More texts in one bucket than this are compared with its first ones only. */
const MOST_IN_BUCKET = 200;

/**
 * Pairs of texts that share at least 70 % of their word triples. Candidates agree in one of 16 bands of 4 MinHash values: a pair at the
 * threshold is found with a probability of 98.8 %, one at 80 % with 99.98 %.
 */
export function nearTexts(texts: readonly string[]): NearPairs {
  const shingles = texts.map((text) => shinglesOf(text));
  const signatures = new Uint32Array(texts.length * BANDS * ROWS);
  for (const [i, set] of shingles.entries()) writeSignature(set, signatures.subarray(i * BANDS * ROWS, (i + 1) * BANDS * ROWS));
  const seen = new Set<number>();
  const pairs: [number, number][] = [];
  let complete = true;
  for (let band = 0; band < BANDS; band++) {
    const buckets = new Map<string, number[]>();
    for (const [row, set] of shingles.entries()) {
      if (set.length === 0) continue;
      const at = (row * BANDS + band) * ROWS;
      const key = String.fromCharCode(...halves(signatures.subarray(at, at + ROWS)));
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [row]);
        continue;
      }
      for (const first of bucket) {
        const id = first * texts.length + row;
        if (seen.has(id)) continue;
        seen.add(id);
        if (jaccard(shingles[first]!, set) >= LEAST_JACCARD) pairs.push([first, row]);
      }
      if (bucket.length < MOST_IN_BUCKET) bucket.push(row);
      else complete = false;
    }
  }
  const method = `Texts that share at least ${LEAST_JACCARD * 100} % of their word triples, found by MinHash (${BANDS} bands of ${ROWS}).`;
  return { pairs, complete, method };
}

function halves(words: Uint32Array): Uint16Array {
  return new Uint16Array(words.buffer, words.byteOffset, words.length * 2);
}
