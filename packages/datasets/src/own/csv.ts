/** Reads delimited text into columns. */

import { TareaError, checkInteger, checkKnownOptions, checkOneOf, show } from "@tarea/core";
import { CONTENT_HEAD_BYTES, describeContent } from "@tarea/files";
import { checkBytes } from "../formats/checkBytes.js";
import { decodeText, type DecodedText } from "../formats/decodeText.js";
import { scanFields, type FieldOptions } from "../formats/delimited.js";
import { formatError } from "../formats/formatError.js";
import { isDecimal } from "../formats/numberText.js";
import { readWhole } from "./readWhole.js";
import type { Table, TableColumn } from "./table.js";

export type ColumnType = "int32" | "float32" | "text";

export interface CsvOptions {
  /** One character, or `"spaces"` for runs of spaces and tabs; default `","`. */
  separator?: string | undefined;
  /** `"first line"` (default), or the names themselves for a file without a header. */
  columnNames?: "first line" | readonly string[] | undefined;
  /** Types of columns by name; the others are found out: int32 for whole numbers without blanks, float32 for numbers, else text. */
  types?: ReadonlyMap<string, ColumnType> | Readonly<Record<string, ColumnType>> | undefined;
  /** What counts as blank besides an empty field, for example `["NA", "?"]`; default none. */
  blanks?: readonly string[] | undefined;
  /** Default `CSV_DEFAULTS.maxColumns`. */
  maxColumns?: number | undefined;
  /** Most fields of columns of texts, which take about 40 bytes each besides their characters; default `CSV_DEFAULTS.maxTexts`. */
  maxTexts?: number | undefined;
}

export const CSV_DEFAULTS = { separator: ",", columnNames: "first line", maxColumns: 10_000, maxTexts: 2 ** 24 } as const;

/** Whole numbers beyond this are not all float32 numbers. */
const MAX_FLOAT32_INTEGER = 2 ** 24;

const TYPES: readonly ColumnType[] = ["int32", "float32", "text"];

/** `parseCsv` of a file. @throws TareaError as `parseCsv`, and when the file cannot be read. */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  return parseCsv(await readWhole(path), { ...options, file: path });
}

/**
 * Reads UTF-8 text with a fixed number of fields in each line: quotes as in RFC 4180 (line ends inside them are kept), any kind of line
 * end, with or without a byte order mark. Numbers are decimal and not quoted: `0x10`, `1_000`, `Infinity` and `"5"` are texts unless
 * `types` says otherwise; an empty field is a blank.
 *
 * Memory: the file (at most `MAX_TEXT_BYTES`), its text at two bytes a character, the numbers at four bytes each, and at most `maxTexts`
 * texts.
 *
 * @throws TareaError with file, offset, expected and received.
 * @example
 * const table = parseCsv(bytes, { file: "houses.csv" });
 * const price = table.columns.get("price");
 */
export function parseCsv(bytes: Uint8Array, { file, ...options }: CsvOptions & { file: string }): Table {
  checkBytes("parseCsv", bytes);
  const settings = checkOptions(options);
  refuseOtherKinds(bytes, file);
  const decoded = decodeText(bytes, file);
  const fields: FieldOptions = { file, separator: settings.separator, maxColumns: settings.maxColumns };
  const hasHeader = settings.columnNames === "first line";
  const names: string[] = hasHeader ? [] : [...settings.columnNames];
  const found: Findings[] = [];
  const { rows, columns } = scanFields(decoded, fields, (row, column, start, end, quoted) => {
    if (row === 0) {
      found.push(new Findings());
      if (hasHeader) names.push(unquote(decoded.text.slice(start, end), quoted));
    }
    if (row > 0 || !hasHeader)
      found[column]!.add(unquote(decoded.text.slice(start, end), quoted), quoted, settings.blanks, start);
  });
  if (rows === 0)
    throw formatError({ file, problem: "the file is empty", expected: "at least one line", received: "none", offset: 0 });
  checkNames(names, columns, file);
  const count = rows - (hasHeader ? 1 : 0);
  const types = names.map((name, column) => settings.types.get(name) ?? found[column]!.type(name, decoded, file));
  for (const name of settings.types.keys()) {
    if (!names.includes(name)) throw optionError(file, `types names a column that is not there`, show(name));
  }
  const texts = types.filter((type) => type === "text").length * count;
  if (texts > settings.maxTexts)
    throw formatError({
      file,
      problem: "the columns of texts hold more than may be read",
      expected: `at most ${settings.maxTexts} texts`,
      received: `${texts}`,
      offset: null,
    });
  const filled = types.map((type) => new Filling(type, count));
  scanFields(decoded, fields, (row, column, start, end, quoted) => {
    const sample = hasHeader ? row - 1 : row;
    if (sample < 0) return;
    const text = unquote(decoded.text.slice(start, end), quoted);
    if (filled[column]!.add(sample, text, settings.blanks)) return;
    throw unfitting({ file, decoded, start }, row, names[column]!, types[column]!, text);
  });
  return { file, rows: count, columns: new Map(names.map((name, column) => [name, filled[column]!.column()])) };
}

/** What a first pass finds out about a column. */
class Findings {
  #numbers = true;
  #whole = true;
  #blank = false;
  #values = false;
  #largest = 0;
  #largestAt = 0;

  add(text: string, quoted: boolean, blanks: ReadonlySet<string>, start: number): void {
    const trimmed = text.trim();
    if (!quoted && blanks.has(trimmed)) {
      this.#blank = true;
      return;
    }
    this.#values = true;
    if (!this.#numbers) return;
    if (quoted || !isDecimal(trimmed)) {
      this.#numbers = false;
      return;
    }
    const value = Number(trimmed);
    if (/[.eE]/.test(trimmed)) this.#whole = false;
    else if (Math.abs(value) > this.#largest) {
      this.#largest = Math.abs(value);
      this.#largestAt = start;
    }
  }

  /** @throws TareaError for whole numbers that neither type can hold. */
  type(name: string, { offsetOf }: DecodedText, file: string): ColumnType {
    if (!this.#values || !this.#numbers) return this.#values ? "text" : "float32";
    if (this.#whole && !this.#blank && this.#largest < 2 ** 31) return "int32";
    if (!this.#whole || this.#largest <= MAX_FLOAT32_INTEGER) return "float32";
    throw formatError({
      file,
      problem: `the whole numbers of column ${JSON.stringify(name)} would be rounded`,
      expected: this.#blank ? `at most ${MAX_FLOAT32_INTEGER} next to blanks` : "at most 2147483647",
      received: String(this.#largest),
      offset: offsetOf(this.#largestAt),
      hint: `Say what it is: types: { ${JSON.stringify(name)}: "text" }, or "float32" to have it rounded.`,
    });
  }
}

/** A column being filled. */
class Filling {
  readonly #type: ColumnType;
  readonly #numbers: Int32Array | Float32Array;
  readonly #texts: string[] = [];
  #blanks = 0;

  constructor(type: ColumnType, rows: number) {
    this.#type = type;
    this.#numbers = type === "int32" ? new Int32Array(rows) : new Float32Array(type === "text" ? 0 : rows);
  }

  /** False when the text does not fit the column's type. */
  add(row: number, text: string, blanks: ReadonlySet<string>): boolean {
    if (this.#type === "text") {
      this.#texts.push(text);
      return true;
    }
    const trimmed = text.trim();
    if (blanks.has(trimmed)) {
      this.#blanks++;
      this.#numbers[row] = NaN;
      return this.#type === "float32";
    }
    const value = Number(trimmed);
    this.#numbers[row] = value;
    return (
      isDecimal(trimmed) && Number.isFinite(this.#numbers[row]) && (this.#type === "float32" || this.#numbers[row] === value)
    );
  }

  column(): TableColumn {
    if (this.#type === "text") return { kind: "texts", values: this.#texts };
    const data = this.#numbers;
    const shape = [data.length];
    const values =
      data instanceof Int32Array ? ({ dtype: "int32", shape, data } as const) : ({ dtype: "float32", shape, data } as const);
    return { kind: "numbers", values, blanks: this.#blanks };
  }
}

function unquote(text: string, quoted: boolean): string {
  return quoted && text.includes('"') ? text.replaceAll('""', '"') : text;
}

function unfitting(
  { file, decoded, start }: { file: string; decoded: DecodedText; start: number },
  row: number,
  name: string,
  type: ColumnType,
  text: string,
): TareaError {
  const blank = text.trim() === "";
  return formatError({
    file,
    problem: `record ${row + 1} of column ${JSON.stringify(name)} is no ${type === "int32" ? "whole number that int32 holds" : "number that float32 holds"}`,
    expected: type === "int32" ? "-2147483648 to 2147483647" : "a decimal number or nothing",
    received: blank ? "a blank" : show(text),
    offset: decoded.offsetOf(start),
    ...(blank && { hint: "Columns with blanks are float32." }),
  });
}

function checkNames(names: readonly string[], columns: number, file: string): void {
  if (names.length !== columns)
    throw formatError({
      file,
      problem: "columnNames does not name all columns",
      expected: `${names.length} columns`,
      received: `${columns}`,
      offset: 0,
    });
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw formatError({
        file,
        problem: "two columns have the same name",
        expected: "names that differ",
        received: show(name),
        offset: 0,
      });
    seen.add(name);
  }
}

interface CsvSettings {
  separator: string;
  columnNames: "first line" | readonly string[];
  types: ReadonlyMap<string, ColumnType>;
  blanks: ReadonlySet<string>;
  maxColumns: number;
  maxTexts: number;
}

/** A page of HTML reads as a table of one odd column. */
function refuseOtherKinds(bytes: Uint8Array, file: string): void {
  const kind = bytes.length === 0 ? undefined : describeContent(bytes.subarray(0, CONTENT_HEAD_BYTES), file);
  if (kind === undefined) return;
  throw formatError({ file, problem: "the content is of another kind", expected: "a table as CSV", received: kind, offset: 0 });
}

function checkOptions(options: CsvOptions): CsvSettings {
  const where = "parseCsv";
  checkKnownOptions(where, options, ["separator", "columnNames", "types", "blanks", "maxColumns", "maxTexts"]);
  const { separator, columnNames, maxColumns, maxTexts } = { ...CSV_DEFAULTS, ...dropUndefined(options) };
  if (separator !== "spaces" && (typeof separator !== "string" || separator.length !== 1 || /["\r\n]/.test(separator)))
    throw optionError(where, 'separator must be one character other than a quote or a line end, or "spaces"', show(separator));
  const isNames = Array.isArray(columnNames) && columnNames.every((name) => typeof name === "string");
  if (columnNames !== "first line" && !isNames)
    throw optionError(where, 'columnNames must be "first line" or a list of names', show(columnNames));
  const types = new Map(options.types instanceof Map ? options.types : Object.entries(options.types ?? {}));
  for (const type of types.values()) checkOneOf(where, "type of a column", type, TYPES);
  checkInteger(where, "maxColumns", maxColumns);
  checkInteger(where, "maxTexts", maxTexts);
  return { separator, columnNames, types, blanks: new Set(["", ...(options.blanks ?? [])]), maxColumns, maxTexts };
}

function dropUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function optionError(where: string, problem: string, received: string): TareaError {
  return new TareaError({ code: "option", where, problem, received });
}
