/** Texts as rows of word ids, as Keras numbers and pads them. */

import type { NumericArray } from "@tarea/core";
import { TEXT_IDS } from "../prepare/text.js";
import { WordTable } from "./wordTable.js";

/** Ids below `words`, rows of `length`, filled and cut at the start: what the course reports and Keras's examples use. */
export const PADDED_IDS = { words: 10_000, length: 500 } as const;

/**
 * `[texts, length]` int32: 0 pads, 1 starts a text, 2 is a word that is unknown or too rare, 4 is the most frequent word. The same as the
 * preparation step `textIds` gives, without a string for each word.
 *
 * @param vocabulary words, the most frequent first.
 */
export function paddedIds(texts: readonly string[], vocabulary: readonly string[]): NumericArray<"int32"> {
  const { words, length } = PADDED_IDS;
  const table = new WordTable(vocabulary.slice(0, words - TEXT_IDS.first));
  const data = new Int32Array(texts.length * length);
  for (const [row, text] of texts.entries()) {
    const count = table.look(text);
    const end = (row + 1) * length;
    const kept = Math.min(count, length);
    for (let i = 1; i <= kept; i++) {
      const rank = table.ranks[count - i]!;
      data[end - i] = rank < 0 ? TEXT_IDS.unknown : rank + TEXT_IDS.first;
    }
    if (count < length) data[end - count - 1] = TEXT_IDS.start;
  }
  return { dtype: "int32", shape: [texts.length, length], data };
}
