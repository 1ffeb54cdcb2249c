/** Reads a zip archive into memory: the central directory decides, every claim is checked before anything is allocated. */

import { crc32, inflateRawSync } from "node:zlib";
import { messageOf } from "@tarea/core";
import { formatError } from "./formatError.js";
import { MAX_DEFLATE_RATIO } from "./gunzip.js";
import { safeEntryName } from "./safeEntryName.js";

export interface ReadZipOptions {
  /** Named in errors. */
  file: string;
  /** Most bytes that all entries together may unpack to; default `MAX_ZIP_BYTES`. */
  maxBytes?: number;
}

/** Two gigabytes. */
const MAX_ZIP_BYTES = 2 ** 31;
const MAX_ENTRIES = 65_535;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MADE_BY_UNIX = 3;
const LINK_MODE = 0xa000;

interface Entry {
  name: string;
  method: number;
  crc: number;
  packedBytes: number;
  sizeBytes: number;
  /** Where its local header lies. */
  offset: number;
}

/**
 * All files by name; folders are left out.
 *
 * @throws TareaError when the archive is damaged, encrypted or larger than allowed, when entries share bytes or names, or when a name
 * leads out of the archive.
 */
export function readZip(bytes: Uint8Array, { file, maxBytes = MAX_ZIP_BYTES }: ReadZipOptions): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(view, file);
  const total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total > maxBytes) {
    throw formatError({
      file,
      problem: "the archive holds more than it may",
      expected: `at most ${maxBytes} bytes`,
      received: `${total} bytes`,
      offset: 0,
    });
  }
  const files = new Map<string, Uint8Array>();
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset < end)
      throw formatError({
        file,
        problem: `${JSON.stringify(entry.name)} shares bytes with another entry`,
        expected: `a beginning from ${end} on`,
        received: String(entry.offset),
        offset: entry.offset,
      });
    const start = contentStart(view, entry, file);
    end = start + entry.packedBytes;
    if (entry.name.endsWith("/")) continue;
    if (files.has(entry.name))
      throw formatError({
        file,
        problem: "a name comes twice",
        expected: "names that differ",
        received: JSON.stringify(entry.name),
        offset: entry.offset,
      });
    files.set(entry.name, unpack(bytes.subarray(start, end), entry, file, start));
  }
  return files;
}

function readDirectory(view: DataView, file: string): Entry[] {
  const end = findEnd(view, file);
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count)
    throw formatError({
      file,
      problem: "archives in several parts are not read",
      expected: `all ${count} entries in one part`,
      received: `${view.getUint16(end + 8, true)} in part ${view.getUint16(end + 4, true)}`,
      offset: end + 4,
    });
  if (count === MAX_ENTRIES || directory === 0xffffffff)
    throw formatError({
      file,
      problem: "archives in the zip64 format are not read",
      expected: "less than 4 GiB and 65,535 entries",
      received: `${count} entries and a directory at ${directory}`,
      offset: end,
    });
  const entries: Entry[] = [];
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== 0x02014b50)
      throw formatError({
        file,
        problem: `entry ${i} of the directory is damaged`,
        expected: "a directory entry before its end",
        received: at + CENTRAL_BYTES > end ? `${Math.max(0, end - at)} bytes` : `0x${view.getUint32(at, true).toString(16)}`,
        offset: at,
      });
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end)
      throw formatError({
        file,
        problem: `entry ${i} of the directory is cut short`,
        expected: `${next - at} bytes`,
        received: `${end - at} bytes`,
        offset: at,
      });
    entries.push(readEntry(view, at, nameBytes, file));
    at = next;
  }
  return entries;
}

function readEntry(view: DataView, at: number, nameBytes: number, file: string): Entry {
  const entry: Entry = {
    name: safeEntryName(textAt(view, at + CENTRAL_BYTES, nameBytes), file, at),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    sizeBytes: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  const name = JSON.stringify(entry.name);
  if (view.getUint16(at + 8, true) & 1)
    throw formatError({ file, problem: `${name} is encrypted`, expected: "no password", received: "one", offset: at + 8 });
  if (entry.packedBytes === 0xffffffff || entry.sizeBytes === 0xffffffff)
    throw formatError({
      file,
      problem: `${name} is in the zip64 format, which is not read`,
      expected: "less than 4 GiB",
      received: "4 GiB or more",
      offset: at,
    });
  const unixMode = view.getUint8(at + 5) === MADE_BY_UNIX ? view.getUint16(at + 40, true) : 0;
  if ((unixMode & 0xf000) === LINK_MODE)
    throw formatError({ file, problem: `${name} is a link`, expected: "a plain file", received: "a link", offset: at + 38 });
  if (entry.method !== 0 && entry.method !== 8) {
    throw formatError({
      file,
      problem: `${name} is packed by an unknown method`,
      expected: "0 (stored) or 8 (deflate)",
      received: String(entry.method),
      offset: at + 10,
    });
  }
  const most = entry.method === 0 ? entry.packedBytes : entry.packedBytes * MAX_DEFLATE_RATIO;
  if (entry.sizeBytes > most || (entry.method === 0 && entry.sizeBytes !== most)) {
    throw formatError({
      file,
      problem: `${name} announces a size that its bytes cannot have`,
      expected: `${entry.method === 0 ? "" : "at most "}${most} bytes from ${entry.packedBytes}`,
      received: `${entry.sizeBytes} bytes`,
      offset: at + 24,
    });
  }
  return entry;
}

/** The end record is the last thing in the file but for a comment. */
function findEnd(view: DataView, file: string): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw formatError({
    file,
    problem: "this is no zip archive, or it is cut short",
    expected: "a directory at its end",
    received: `${view.byteLength} bytes without one`,
    offset: Math.max(0, last),
  });
}

function contentStart(view: DataView, { name, offset, packedBytes }: Entry, file: string): number {
  const damaged = (expected: string, received: string): never => {
    throw formatError({ file, problem: `the local header of ${JSON.stringify(name)} is damaged`, expected, received, offset });
  };
  if (offset + LOCAL_BYTES > view.byteLength) damaged(`${LOCAL_BYTES} bytes`, `${Math.max(0, view.byteLength - offset)} bytes`);
  const magic = view.getUint32(offset, true);
  if (magic !== 0x04034b50) damaged("0x4034b50", `0x${magic.toString(16)}`);
  const nameBytes = view.getUint16(offset + 26, true);
  const start = offset + LOCAL_BYTES + nameBytes + view.getUint16(offset + 28, true);
  if (start + packedBytes > view.byteLength)
    damaged(`${packedBytes} bytes of content`, `${Math.max(0, view.byteLength - start)}`);
  const localName = safeEntryName(textAt(view, offset + LOCAL_BYTES, nameBytes), file, offset);
  if (localName !== name) damaged(JSON.stringify(name), JSON.stringify(localName));
  return start;
}

function unpack(packed: Uint8Array, { name, method, sizeBytes, crc }: Entry, file: string, offset: number): Uint8Array {
  let content = packed;
  if (method === 8) {
    try {
      content = inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      const received = tooLarge ? `more than ${sizeBytes} bytes` : messageOf(error);
      throw formatError({
        file,
        problem: `${JSON.stringify(name)} is damaged`,
        expected: `${sizeBytes} bytes unpacked`,
        received,
        offset,
        cause: error,
      });
    }
  }
  if (content.length !== sizeBytes || crc32(content) !== crc) {
    throw formatError({
      file,
      problem: `${JSON.stringify(name)} is damaged`,
      expected: `${sizeBytes} bytes with CRC-32 ${crc.toString(16)}`,
      received: `${content.length} bytes with CRC-32 ${crc32(content).toString(16)}`,
      offset,
    });
  }
  return content;
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}
