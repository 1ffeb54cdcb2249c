/** Reads JSON lines, an object on each, into columns. */

import { checkInteger, checkKnownOptions, messageOf, show } from "@tarea/core";
import { checkBytes } from "../formats/checkBytes.js";
import { decodeText, type DecodedText } from "../formats/decodeText.js";
import { formatError } from "../formats/formatError.js";
import { objectKeys } from "../formats/jsonKeys.js";
import { readWhole } from "./readWhole.js";
import type { Table, TableColumn } from "./table.js";

export interface JsonLinesOptions {
  /** Most members of an object; default `JSON_LINES_DEFAULTS.maxColumns`. */
  maxColumns?: number | undefined;
  /** Most numbers in a list; default `JSON_LINES_DEFAULTS.maxListLength`. */
  maxListLength?: number | undefined;
}

export const JSON_LINES_DEFAULTS = { maxColumns: 10_000, maxListLength: 1_000_000 } as const;

/** `parseJsonLines` of a file. @throws TareaError as `parseJsonLines`, and when the file cannot be read. */
export async function readJsonLines(path: string, options: JsonLinesOptions = {}): Promise<Table> {
  return parseJsonLines(await readWhole(path), { ...options, file: path });
}

/** Room for the longest list of numbers. */
const MAX_LINE_LENGTH = 2 ** 25;

type Kind = "number" | "boolean" | "text" | "list";

/** Values of one member on all lines. */
interface Member {
  kind: Kind | null;
  values: unknown[];
  /** Length of its lists. */
  length: number;
  blanks: number;
}

/**
 * Reads UTF-8 text of one JSON object per line; every object has the members of the first. A member is a number, a boolean (uint8), a
 * text or a list of numbers of one length (`[rows, length]`) on all lines; `null` is a blank in a column of numbers. Whole numbers without
 * blanks become int32 when all fit, other numbers float32.
 *
 * Memory: the file (at most `MAX_TEXT_BYTES`), its text at two bytes a character, its values at up to 16 bytes each, and the columns.
 *
 * @throws TareaError with file, offset, expected and received: for a line that is no object, a member that is missing, new, named twice
 * or of another kind, and a number that its type cannot hold.
 */
export function parseJsonLines(bytes: Uint8Array, { file, ...options }: JsonLinesOptions & { file: string }): Table {
  checkBytes("parseJsonLines", bytes);
  checkKnownOptions("parseJsonLines", options, Object.keys(JSON_LINES_DEFAULTS));
  const maxColumns = checkInteger("parseJsonLines", "maxColumns", options.maxColumns ?? JSON_LINES_DEFAULTS.maxColumns);
  const maxListLength = checkInteger(
    "parseJsonLines",
    "maxListLength",
    options.maxListLength ?? JSON_LINES_DEFAULTS.maxListLength,
  );
  const decoded = decodeText(bytes, file);
  const members = new Map<string, Member>();
  let rows = 0;
  for (const { start, line, row } of linesOf(decoded, file)) {
    const at = { file, decoded, start, row };
    const object = parseLine(line, at);
    const keys = objectKeys(line);
    const entries = Object.entries(object);
    if (rows === 0) {
      if (entries.length > maxColumns || entries.length === 0)
        throw lineError(at, "has a wrong number of members", {
          expected: `1 to ${maxColumns}`,
          received: String(entries.length),
        });
      for (const [key] of entries) members.set(key, { kind: null, values: [], length: 0, blanks: 0 });
    }
    if (keys !== entries.length)
      throw lineError(at, "names a member twice", { expected: `${entries.length} members`, received: `${keys}` });
    if (entries.length < members.size) {
      const missing = [...members.keys()].find((key) => !Object.hasOwn(object, key));
      throw lineError(at, "lacks a member of the first", { expected: show(missing), received: "none" });
    }
    for (const [key, value] of entries) {
      const member = members.get(key);
      if (member === undefined)
        throw lineError(at, "has a member that the first lacks", { expected: "the members of the first", received: show(key) });
      addValue(member, value, maxListLength, { ...at, key });
    }
    rows++;
  }
  if (rows === 0)
    throw formatError({ file, problem: "the file is empty", expected: "at least one line", received: "none", offset: 0 });
  return { file, rows, columns: new Map([...members].map(([name, member]) => [name, toColumn(name, member, file)])) };
}

interface Place {
  file: string;
  decoded: DecodedText;
  start: number;
  /** Number of the line, blank ones counted. */
  row: number;
}

function* linesOf(decoded: DecodedText, file: string): Generator<{ start: number; line: string; row: number }> {
  const { text } = decoded;
  for (let start = 0, row = 0; start < text.length; row++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end - start > MAX_LINE_LENGTH)
      throw lineError({ file, decoded, start, row }, "is too long", {
        expected: `at most ${MAX_LINE_LENGTH} characters`,
        received: `${end - start}`,
      });
    const line = text.slice(start, end);
    if (line.trim() !== "") yield { start, line, row };
    start = end + 1;
  }
}

function parseLine(line: string, at: Place): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw lineError(at, "is not JSON", { expected: "an object", received: messageOf(error), cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw lineError(at, "holds no object", { expected: "an object", received: show(value) });
}

function addValue(member: Member, value: unknown, maxListLength: number, at: Place & { key: string }): void {
  const kind = kindOf(value);
  const name = `member ${show(at.key)}`;
  if (kind === undefined)
    throw lineError(at, `has a ${name} that is of no kind that is read`, {
      expected: "a number, text, boolean or list of numbers",
      received: show(value),
    });
  if (kind === null) member.blanks++;
  else if (member.kind === null) member.kind = kind;
  else if (kind !== member.kind)
    throw lineError(at, `has a ${name} of another kind`, { expected: `a ${member.kind}`, received: show(value) });
  if (kind === "number") checkExact(value as number, name, at);
  if (kind === "list") {
    const list = value as number[];
    if (member.values.length === member.blanks) member.length = list.length;
    if (list.length !== member.length || list.length > maxListLength)
      throw lineError(at, `has a ${name} of another length`, {
        expected: `${Math.min(member.length, maxListLength)} numbers`,
        received: `${list.length}`,
      });
    for (const item of list) checkExact(item, name, at);
  }
  member.values.push(value);
}

/** `null` for a blank, `undefined` for what no column can hold. */
function kindOf(value: unknown): Kind | null | undefined {
  if (value === null) return null;
  if (Array.isArray(value)) return value.every((item) => typeof item === "number") ? "list" : undefined;
  const kinds: Readonly<Record<string, Kind>> = { number: "number", boolean: "boolean", string: "text" };
  return kinds[typeof value];
}

/** JSON's numbers are read as doubles: whole ones beyond 2^53 and those beyond float32 are not what the file says. */
function checkExact(value: number, name: string, at: Place): void {
  if (Number.isFinite(Math.fround(value)) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return;
  throw lineError(at, `has a ${name} that float32 cannot hold`, {
    expected: "at most 3.4e38, whole numbers at most 2^53",
    received: String(value),
  });
}

function toColumn(name: string, { kind, values, length, blanks }: Member, file: string): TableColumn {
  if (blanks > 0 && kind !== "number" && kind !== null)
    throw formatError({
      file,
      problem: `member ${show(name)} is null on some lines`,
      expected: `a ${kind} on every line`,
      received: `${blanks} nulls`,
      offset: 0,
    });
  if (kind === "text") return { kind: "texts", values: values as string[] };
  if (kind === "boolean")
    return {
      kind: "numbers",
      values: { dtype: "uint8", shape: [values.length], data: Uint8Array.from(values as boolean[], Number) },
      blanks: 0,
    };
  const numbers = kind === "list" ? (values as number[][]).flat() : (values as (number | null)[]).map((value) => value ?? NaN);
  const shape = kind === "list" ? [values.length, length] : [values.length];
  if (blanks === 0 && numbers.every((value) => value === (value | 0)))
    return { kind: "numbers", values: { dtype: "int32", shape, data: Int32Array.from(numbers) }, blanks: 0 };
  const data = Float32Array.from(numbers);
  const rounded = numbers.find((value, i) => Number.isInteger(value) && data[i] !== value);
  if (rounded !== undefined)
    throw formatError({
      file,
      problem: `the whole numbers of member ${show(name)} would be rounded to float32`,
      expected: "at most 16777216, or int32 without blanks",
      received: String(rounded),
      offset: 0,
    });
  return { kind: "numbers", values: { dtype: "float32", shape, data }, blanks };
}

function lineError(
  { file, decoded, start, row }: Place,
  problem: string,
  more: { expected: string; received: string; cause?: unknown },
): Error {
  return formatError({ file, problem: `line ${row + 1} ${problem}`, offset: decoded.offsetOf(start), ...more });
}
