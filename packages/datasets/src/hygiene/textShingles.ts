/** Sets of hashed word sequences that stand for texts, and MinHash signatures of them. */

/** Words in a row that make a shingle. */
const SHINGLE_WORDS = 3;

/**
 * 32-bit hashes of every three words in a row, each once, rising. Words are runs of letters, digits and apostrophes, capitals A to Z made small, so
 * that punctuation and mark-up do not count; a shorter text is one shingle.
 */
export function shinglesOf(text: string): Uint32Array {
  const words = wordHashes(text);
  if (words.length === 0) return new Uint32Array(0);
  const count = Math.max(1, words.length - SHINGLE_WORDS + 1);
  const hashes = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let hash = OFFSET;
    for (let k = i; k < Math.min(i + SHINGLE_WORDS, words.length); k++) hash = mix(hash ^ words[k]!);
    hashes[i] = hash;
  }
  hashes.sort();
  let kept = 0;
  for (const hash of hashes) if (kept === 0 || hashes[kept - 1] !== hash) hashes[kept++] = hash;
  return hashes.slice(0, kept);
}

/** Share of the shingles of two texts that both have; both sets rising. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      shared++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 1 : shared / all;
}

/** Writes the smallest value that each of `to.length` hash functions takes on the set; equal sets give equal signatures. */
export function writeSignature(shingles: Uint32Array, to: Uint32Array): void {
  to.fill(0xffffffff);
  for (const shingle of shingles) {
    for (let k = 0; k < to.length; k++) {
      const hash = mix(Math.imul(shingle ^ (k * 0x9e3779b9), 0x85ebca6b)) >>> 0;
      if (hash < to[k]!) to[k] = hash;
    }
  }
}

const OFFSET = 0x811c9dc5;

/** The last steps of MurmurHash3, which spread every bit over all. */
function mix(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  return hash ^ (hash >>> 16);
}

function wordHashes(text: string): number[] {
  const hashes: number[] = [];
  let hash = OFFSET;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    const isWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 39 || code > 127;
    if (isWord) {
      hash = Math.imul(hash ^ code, 0x01000193);
      inside = true;
    } else if (inside) {
      hashes.push(hash);
      hash = OFFSET;
      inside = false;
    }
  }
  if (inside) hashes.push(hash);
  return hashes;
}
