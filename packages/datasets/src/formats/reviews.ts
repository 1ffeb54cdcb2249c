/** The reviews of IMDB as lines of text: number and rating, a tab, and the review. */

import { isUtf8 } from "node:buffer";
import { decodeText } from "./decodeText.js";
import { formatError } from "./formatError.js";
import { gunzipAtMost, isGzip } from "./gunzip.js";

/** Each of the four files unpacks to 17 MB. */
const MAX_UNPACKED_BYTES = 2 ** 27;
const NEWLINE = 10;
const TAB = 9;
/** Longest `<number>_<rating>`. */
const MAX_KEY_BYTES = 24;

/**
 * The reviews of one file, plain or gzipped, in its order.
 *
 * @param ratings lowest and highest rating that belongs into the file.
 * @throws TareaError for a line that is no review or whose rating belongs elsewhere, for text that is no UTF-8, and for a file that
 * unpacks to more than 128 MiB.
 */
export function parseReviews(bytes: Uint8Array, file: string, ratings: readonly [number, number]): string[] {
  const packed = isGzip(bytes);
  const content = packed ? gunzipAtMost(bytes, file, MAX_UNPACKED_BYTES) : bytes;
  if (!isUtf8(content)) decodeText(content, file);
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const texts: string[] = [];
  for (let at = 0; at < buffer.length;) {
    const newline = buffer.indexOf(NEWLINE, at);
    const end = newline < 0 ? buffer.length : newline;
    const tab = buffer.subarray(at, Math.min(end, at + MAX_KEY_BYTES)).indexOf(TAB);
    const key = tab < 0 ? "" : buffer.toString("latin1", at, at + tab);
    const rating = /^\d+_(\d{1,2})$/.exec(key)?.[1];
    if (rating === undefined || Number(rating) < ratings[0] || Number(rating) > ratings[1]) {
      throw formatError({
        file,
        problem: `line ${texts.length + 1} is no review of this file`,
        expected: `a number, _, a rating from ${ratings[0]} to ${ratings[1]}, a tab and a text`,
        received: JSON.stringify(buffer.toString("latin1", at, Math.min(end, at + 40))),
        offset: at,
        ...(packed && { hint: "The offset counts unpacked bytes." }),
      });
    }
    texts.push(buffer.toString("utf8", at + tab + 1, end));
    at = end + 1;
  }
  if (texts.length > 0) return texts;
  throw formatError({ file, problem: "the file is empty", expected: "at least one review", received: "none", offset: 0 });
}
