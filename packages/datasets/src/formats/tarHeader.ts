/** The 512-byte headers of tar (ustar, with GNU's long names) and the records of pax headers. */

import { formatError } from "./formatError.js";

export const TAR_BLOCK_BYTES = 512;

export interface TarHeader {
  name: string;
  sizeBytes: number;
  /** `pax` and `longName` speak of the entry after them; `ignored` is neither a file nor anything that matters to one. */
  kind: "file" | "folder" | "link" | "special file" | "pax" | "longName" | "ignored";
}

const KINDS: Readonly<Record<string, TarHeader["kind"]>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "link",
  "2": "link",
  "3": "special file",
  "4": "special file",
  "5": "folder",
  "6": "special file",
  x: "pax",
  L: "longName",
  K: "ignored",
  g: "ignored",
};

export function isEndOfTar(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** @throws TareaError when the checksum or a number is wrong, or the kind is unknown. */
export function readTarHeader(block: Uint8Array, file: string, offset: number): TarHeader {
  const sum = readOctal(block, 148, 8, "checksum", file, offset);
  const actual = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum !== actual) {
    throw formatError({
      file,
      problem: "this is no tar header",
      expected: `the checksum ${actual}`,
      received: String(sum),
      offset: offset + 148,
    });
  }
  const type = String.fromCharCode(block[156]!);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) {
    throw formatError({
      file,
      problem: "unknown kind of tar entry",
      expected: `one of ${Object.keys(KINDS).join(" ").replace("\0", "NUL")}`,
      received: JSON.stringify(type),
      offset: offset + 156,
    });
  }
  const prefix = readText(block, 257, 5) === "ustar" && block[262] === 0 ? readText(block, 345, 155) : "";
  const name = readText(block, 0, 100);
  const hasContent = kind !== "link" && kind !== "folder" && kind !== "special file";
  const sizeBytes = readOctal(block, 124, 12, "size", file, offset);
  return { name: prefix === "" ? name : `${prefix}/${name}`, sizeBytes: hasContent ? sizeBytes : 0, kind };
}

/** The name and size that a pax header gives the entry after it. @throws TareaError when a record is damaged. */
export function readPaxRecords(content: Uint8Array, file: string, offset: number): { name?: string; sizeBytes?: number } {
  const found: { name?: string; sizeBytes?: number } = {};
  for (let at = 0; at < content.length;) {
    const head = /^(\d{1,6}) /.exec(Buffer.from(content.subarray(at, at + 8)).toString("latin1"));
    const length = Number(head?.[1] ?? 0);
    const end = at + length;
    if (head === null || length <= head[0].length || end > content.length || content[end - 1] !== 0x0a)
      throw formatError({
        file,
        problem: "a pax header is damaged",
        expected: "records of length, key and value",
        received: JSON.stringify(Buffer.from(content.subarray(at, at + 40)).toString("latin1")),
        offset,
      });
    const record = new TextDecoder().decode(content.subarray(at + head[0].length, end - 1));
    const equals = record.indexOf("=");
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === "path") found.name = value;
    if (key === "size") {
      if (!/^\d{1,15}$/.test(value))
        throw formatError({
          file,
          problem: "a pax header gives a wrong size",
          expected: "a whole number",
          received: JSON.stringify(value.slice(0, 40)),
          offset,
        });
      found.sizeBytes = Number(value);
    }
    at = end;
  }
  return found;
}

function readText(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** An octal number, or GNU's base 256 for what octal cannot hold. */
function readOctal(block: Uint8Array, start: number, length: number, what: string, file: string, offset: number): number {
  if (block[start]! & 0x80) {
    let value = block[start]! & 0x7f;
    for (let i = 1; i < length && value <= Number.MAX_SAFE_INTEGER; i++) value = value * 256 + block[start + i]!;
    if (value <= Number.MAX_SAFE_INTEGER) return value;
  }
  const text = readText(block, start, length).trim();
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  throw formatError({
    file,
    problem: `this is no tar header: its ${what} is no octal number`,
    expected: "digits from 0 to 7",
    received: JSON.stringify(text),
    offset: offset + start,
  });
}
