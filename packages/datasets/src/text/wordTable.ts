/** Finds the words of texts in a vocabulary without making a string of each. */

import { wordsOf } from "../prepare/text.js";

/** What becomes of each character below 128: 0 for those that separate words, else the code that counts as its own. */
const CODES = Uint8Array.from({ length: 128 }, (_, code) => wordsOf(String.fromCharCode(code))[0]?.charCodeAt(0) ?? 0);

const FIRST_HASH = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

export class WordTable {
  /** Ranks of the words that `look` found last; -1 for one that is not in the vocabulary. */
  ranks = new Int32Array(4096);
  readonly #words: readonly string[];
  readonly #mask: number;
  /** Rank + 1 of the word in each slot; 0 for an empty one. */
  readonly #slots: Int32Array;

  constructor(words: readonly string[]) {
    this.#words = words;
    const size = 2 ** Math.ceil(Math.log2(4 * words.length + 4));
    this.#mask = size - 1;
    this.#slots = new Int32Array(size);
    for (const [rank, word] of words.entries()) {
      let hash = FIRST_HASH;
      for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), HASH_FACTOR);
      let slot = spread(hash) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = rank + 1;
    }
  }

  /** Puts the ranks of the text's words into `ranks` and returns how many there are. */
  look(text: string): number {
    let count = 0;
    let start = -1;
    let hash = FIRST_HASH;
    for (let at = 0; at <= text.length; at++) {
      const raw = at < text.length ? text.charCodeAt(at) : 32;
      const code = raw < 128 ? CODES[raw]! : raw;
      if (code !== 0) {
        if (start < 0) start = at;
        hash = Math.imul(hash ^ code, HASH_FACTOR);
      } else if (start >= 0) {
        if (count === this.ranks.length) this.#grow();
        this.ranks[count++] = this.#find(text, start, at, hash);
        start = -1;
        hash = FIRST_HASH;
      }
    }
    return count;
  }

  #find(text: string, start: number, end: number, hash: number): number {
    for (let slot = spread(hash) & this.#mask; this.#slots[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const rank = this.#slots[slot]! - 1;
      if (isWord(this.#words[rank]!, text, start, end)) return rank;
    }
    return -1;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.ranks.length);
    larger.set(this.ranks);
    this.ranks = larger;
  }
}

function isWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) {
    const raw = text.charCodeAt(start + i);
    if ((raw < 128 ? CODES[raw] : raw) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** The low bits of the hash depend on few characters; those of this do not. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
