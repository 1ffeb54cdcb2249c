/** Words and their ids as Keras numbers them. */

/**
 * The words of a text: A to Z become small, the characters of `!"#$%&()*+,-./:;<=>?@[\]^_{|}~`, the backtick, tabs and line ends separate
 * words as spaces do, apostrophes stay.
 */
export function wordsOf(text: string): string[] {
  return text
    .replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
    .split(SEPARATORS)
    .filter((word) => word !== "");
}

const SEPARATORS = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n ]+/;

/** The `most` most frequent words, the most frequent first; of equals the one that came first. */
export function frequentWords(texts: readonly string[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([word]) => word);
}

/** Ids by word, the first word's being `first`. */
export function wordIds(vocabulary: readonly string[], first: number): Map<string, number> {
  return new Map(vocabulary.map((word, rank) => [word, rank + first]));
}

/** Ids that have no word in Keras's coding of IMDB, and the id of the most frequent word. */
export const TEXT_IDS = { padding: 0, start: 1, unknown: 2, first: 4 } as const;

export interface PadOptions {
  padding: "pre" | "post";
  truncating: "pre" | "post";
}

/** Writes ids into a row of zeros, filled or cut at the start or at the end. */
export function writePadded(row: Int32Array, ids: readonly number[], { padding, truncating }: PadOptions): void {
  const kept =
    ids.length <= row.length ? ids : truncating === "pre" ? ids.slice(ids.length - row.length) : ids.slice(0, row.length);
  row.set(kept, padding === "pre" ? row.length - kept.length : 0);
}
