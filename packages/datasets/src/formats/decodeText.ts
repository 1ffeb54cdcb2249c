/** Text files to strings: UTF-8 and nothing else, with or without a byte order mark. */

import { isUtf8 } from "node:buffer";
import { messageOf } from "@tarea/core";
import { formatError } from "./formatError.js";

/** Most bytes of a text file that is read as a whole; a string takes one or two bytes a character. */
const MAX_TEXT_BYTES = 2 ** 28;

/** A text and where its bytes are, for errors. */
export interface DecodedText {
  text: string;
  /** Byte offset in the file of a position in the text. */
  offsetOf: (position: number) => number;
}

/** @throws TareaError for bytes that are no UTF-8, and for more than `maxBytes`. */
export function decodeText(bytes: Uint8Array, file: string, maxBytes = MAX_TEXT_BYTES): DecodedText {
  if (bytes.length > maxBytes) {
    throw formatError({
      file,
      problem: "the file is too large to be read as text",
      expected: `at most ${maxBytes} bytes`,
      received: `${bytes.length} bytes`,
      hint: "Split it, or save the numbers as NPY.",
      offset: maxBytes,
    });
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw formatError({
      file,
      problem: "the text is UTF-16",
      expected: "UTF-8",
      received: "a byte order mark of UTF-16",
      hint: "Save it again as UTF-8.",
      offset: 0,
    });
  const markBytes = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(markBytes));
  } catch (error) {
    throw formatError({
      file,
      problem: "the text is not UTF-8",
      expected: "UTF-8",
      received: messageOf(error),
      hint: "Save it again as UTF-8.",
      offset: firstWrongByte(bytes, markBytes),
      cause: error,
    });
  }
  return { text, offsetOf: (position) => markBytes + Buffer.byteLength(text.slice(0, position)) };
}

/** By halving: where the first sequence begins that is no character. */
function firstWrongByte(bytes: Uint8Array, start: number): number {
  let right = start;
  let wrong = bytes.length;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isUtf8(bytes.subarray(start, characterStart(bytes, start, middle)))) right = middle;
    else wrong = middle;
  }
  return characterStart(bytes, start, right);
}

/** Where the character that the byte belongs to begins, if it is one: at most three bytes that continue it are passed over. */
function characterStart(bytes: Uint8Array, start: number, at: number): number {
  let first = at;
  while (first > start && at - first < 3 && (bytes[first]! & 0xc0) === 0x80) first--;
  return first;
}
