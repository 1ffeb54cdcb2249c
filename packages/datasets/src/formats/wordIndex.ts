/** Keras's index of words: a JSON object of each word's rank, 1 for the most frequent. */

import { decodeText } from "./decodeText.js";
import { formatError } from "./formatError.js";
import { objectKeys } from "./jsonKeys.js";
import { messageOf, show } from "@tarea/core";

/** Ten times the published one. */
const MAX_INDEX_BYTES = 2 ** 24;

/**
 * The words, the most frequent first.
 *
 * @throws TareaError when the ranks are not 1 to the number of words, a word comes twice, or the file is larger than 16 MiB.
 */
export function parseWordIndex(bytes: Uint8Array, file: string): string[] {
  const { text } = decodeText(bytes, file, MAX_INDEX_BYTES);
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw formatError({
      file,
      problem: "the file is not JSON",
      expected: "an object of ranks",
      received: messageOf(error),
      offset: 0,
      cause: error,
    });
  }
  if (typeof index !== "object" || index === null || Array.isArray(index))
    throw formatError({
      file,
      problem: "the file holds no index of words",
      expected: "an object of ranks",
      received: show(index),
      offset: 0,
    });
  const entries = Object.entries(index as Record<string, unknown>);
  const keys = objectKeys(text);
  if (keys !== entries.length)
    throw formatError({
      file,
      problem: "a word comes twice",
      expected: `${keys} words`,
      received: `${entries.length}`,
      offset: 0,
    });
  const words = new Array<string | undefined>(entries.length);
  for (const [word, rank] of entries) {
    const at = typeof rank === "number" && Number.isInteger(rank) ? rank - 1 : -1;
    if (!(at >= 0 && at < entries.length) || words[at] !== undefined) {
      throw formatError({
        file,
        problem: `the rank of ${show(word)} is wrong`,
        expected: `each of 1 to ${entries.length} once`,
        received: show(rank),
        offset: 0,
      });
    }
    words[at] = word;
  }
  return words as string[];
}
