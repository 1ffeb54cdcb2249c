/** Goes through the fields of delimited text (RFC 4180, every kind of line end) without building anything. */

import type { DecodedText } from "./decodeText.js";
import { formatError } from "./formatError.js";

export interface FieldOptions {
  file: string;
  /** One character, or `spaces` for runs of spaces and tabs, with none needed at the ends of a line. */
  separator: string;
  /** Most fields in a line. */
  maxColumns: number;
}

/** `quoted` fields lose their quotes and keep everything else, line ends included. */
export type OnField = (row: number, column: number, start: number, end: number, quoted: boolean) => void;

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;

/**
 * Calls `onField` for each field in order, with positions in the text; lines without any character at the end are left out. Every line has
 * as many fields as the first.
 *
 * @returns the number of lines and of fields in each.
 * @throws TareaError for a line of another length, too many columns, and quotes that open or close in the wrong place.
 */
export function scanFields(decoded: DecodedText, options: FieldOptions, onField: OnField): { rows: number; columns: number } {
  const { text, offsetOf } = decoded;
  const { file, separator, maxColumns } = options;
  const bySpaces = separator === "spaces";
  const separatorCode = bySpaces ? SPACE : separator.charCodeAt(0);
  const isSeparator = (code: number): boolean => code === separatorCode || (bySpaces && code === TAB);
  const length = trimmedLength(text, bySpaces);
  const fail = (problem: string, position: number, more: { expected: string; received: string; hint?: string }): Error =>
    formatError({ file, problem, offset: offsetOf(position), ...more });
  let columns = 0;
  let row = 0;
  for (let at = 0; at < length; row++) {
    let column = 0;
    const lineStart = at;
    for (let more = true; more; column++) {
      if (column === maxColumns)
        throw fail(`record ${row + 1} has too many columns`, at, {
          expected: `at most ${maxColumns}`,
          received: "more",
          hint: "Is this the right separator?",
        });
      if (bySpaces) while (at < length && isSeparator(text.charCodeAt(at))) at++;
      const start = at;
      let end: number;
      const quoted = text.charCodeAt(at) === QUOTE;
      if (quoted) {
        end = closingQuote(text, at + 1, length);
        if (end < 0)
          throw fail("a quote is never closed", at, { expected: 'a closing " before the end of the file', received: "none" });
        at = end + 1;
      } else {
        let code = 0;
        while (at < length && !isSeparator((code = text.charCodeAt(at))) && code !== NEWLINE && code !== RETURN) {
          if (code === QUOTE)
            throw fail(`a quote inside a field of record ${row + 1}`, at, {
              expected: "quotes around the whole field, doubled inside",
              received: excerpt(text, start),
              hint: 'Write "" for a quote inside quotes.',
            });
          if (code === 0) throw fail("the file is no text", at, { expected: "text", received: "a zero byte" });
          at++;
        }
        end = at;
      }
      if (bySpaces) while (at < length && isSeparator(text.charCodeAt(at))) at++;
      const next = at < length ? text.charCodeAt(at) : NEWLINE;
      const atLineEnd = next === NEWLINE || next === RETURN;
      if (!atLineEnd && !isSeparator(next) && !(bySpaces && at > end))
        throw fail(`text after the closing quote of a field of record ${row + 1}`, at, {
          expected: "a separator or the end of the line",
          received: excerpt(text, at),
        });
      more = !atLineEnd;
      if (row > 0 && (column >= columns || (atLineEnd && column !== columns - 1))) {
        throw fail(`record ${row + 1} has ${column >= columns ? "more" : "fewer"} fields than the first`, lineStart, {
          expected: String(columns),
          received: column >= columns ? `more than ${columns}` : String(column + 1),
        });
      }
      onField(row, column, quoted ? start + 1 : start, end, quoted);
      if (more && !bySpaces) at++;
    }
    if (row === 0) columns = column;
    at += text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE ? 2 : 1;
  }
  return { rows: row, columns };
}

function excerpt(text: string, start: number): string {
  return JSON.stringify(text.slice(start, start + 40));
}

/** Without empty lines at the end. */
function trimmedLength(text: string, bySpaces: boolean): number {
  let length = text.length;
  for (; length > 0; length--) {
    const code = text.charCodeAt(length - 1);
    if (code !== NEWLINE && code !== RETURN && !(bySpaces && (code === SPACE || code === TAB))) break;
  }
  return length;
}

/** The position of the quote that closes a field, or -1. */
function closingQuote(text: string, from: number, length: number): number {
  for (let at = text.indexOf('"', from); at >= 0 && at < length; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}
