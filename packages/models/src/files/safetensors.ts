/**
 * The safetensors format: a length, a JSON header, then the numbers. Nothing is allocated for a tensor before its place in the file
 * is known to be right: no gap, no overlap, as many bytes as its shape says.
 */

import { checkList, sizeOf } from "@tarea/core";
import { halfFloat } from "./halfFloat.js";
import { checkBytes } from "../arguments.js";
import { checkLimits, fileError, type FileLimits } from "./fileError.js";
import { isObject, parseStrictJson, type Json, type JsonObject } from "./strictJson.js";

export interface NamedArray {
  name: string;
  shape: readonly number[];
  data: Float32Array;
}

export interface SafetensorsFile {
  /** In the order of their bytes. Numbers of half or double precision come as float32. */
  tensors: NamedArray[];
  metadata: Record<string, string>;
}

const WHERE = "safetensors";
const PREFIX_BYTES = 8;
const ALIGNMENT = 8;

/**
 * Writes tensors as float32, in the order given.
 *
 * @throws TareaError when a name comes twice, or data do not fit their shape.
 */
export function encodeSafetensors(tensors: readonly NamedArray[], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  checkList("encodeSafetensors", "tensors", tensors);
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  for (const { name, shape, data } of tensors) {
    if (Object.hasOwn(header, name) || name === METADATA) throw fileError(WHERE, `the name ${JSON.stringify(name)} is taken`);
    if (sizeOf(shape) !== data.length) {
      throw fileError(WHERE, `the data of ${name} do not fit its shape`, {
        expected: `${sizeOf(shape)} numbers`,
        received: String(data.length),
      });
    }
    const begin = offset;
    offset += 4 * data.length;
    Object.defineProperty(header, name, { value: { dtype: "F32", shape, data_offsets: [begin, offset] }, enumerable: true });
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(PREFIX_BYTES + headerBytes + offset).fill(
    0x20,
    PREFIX_BYTES + json.length,
    PREFIX_BYTES + headerBytes,
  );
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, PREFIX_BYTES);
  let position = PREFIX_BYTES + headerBytes;
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(position, value, true);
      position += 4;
    }
  }
  return file;
}

/**
 * Reads a whole file.
 *
 * @throws TareaError for files that are cut short, claim more than they hold, have gaps, overlaps or names twice, or exceed a limit.
 */
export function decodeSafetensors(bytes: Uint8Array, limits: FileLimits = {}): SafetensorsFile {
  checkBytes(WHERE, bytes);
  const { jsonBytes, weightBytes, tensors: mostTensors } = checkLimits(WHERE, limits);
  const headerEnd = readHeaderEnd(bytes, jsonBytes);
  const { [METADATA]: metadata, ...entries } = readHeader(bytes.subarray(PREFIX_BYTES, headerEnd));
  const body = bytes.subarray(headerEnd);
  const names = Object.keys(entries);
  if (names.length > mostTensors)
    throw fileError(WHERE, `it has more than ${mostTensors} tensors`, { received: String(names.length) });
  if (body.length > weightBytes)
    throw fileError(WHERE, `it has more than ${weightBytes} bytes of weights`, { received: String(body.length) });
  const places = names.map((name) => readPlace(name, entries[name])).toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const place of places) {
    if (place.begin !== end) throw fileError(WHERE, `the bytes of ${JSON.stringify(place.name)} do not follow those before`);
    end = place.end;
  }
  if (end !== body.length) {
    throw fileError(WHERE, "the tensors do not fill the file", { expected: `${end} bytes`, received: String(body.length) });
  }
  return { tensors: places.map((place) => readTensor(place, body)), metadata: readMetadata(metadata) };
}

interface Place {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

type Reader = (view: DataView, position: number) => number;

/** Bytes of a number, and how it is read. */
const TYPES: Readonly<Record<string, { bytes: number; read: Reader }>> = {
  F64: { bytes: 8, read: (view, position) => view.getFloat64(position, true) },
  F32: { bytes: 4, read: (view, position) => view.getFloat32(position, true) },
  F16: { bytes: 2, read: (view, position) => halfFloat(view.getUint16(position, true)) },
  BF16: { bytes: 2, read: brainFloat },
};

const METADATA = "__metadata__";

function readHeaderEnd(bytes: Uint8Array, most: number): number {
  if (bytes.length < PREFIX_BYTES) throw fileError(WHERE, "it is cut short", { received: `${bytes.length} bytes` });
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(most, bytes.length - PREFIX_BYTES))) {
    const room = Math.min(most, bytes.length - PREFIX_BYTES);
    throw fileError(WHERE, "the header is longer than the file or its limit", {
      expected: `at most ${room} bytes`,
      received: String(headerBytes),
    });
  }
  return PREFIX_BYTES + Number(headerBytes);
}

function readHeader(bytes: Uint8Array): JsonObject {
  if (bytes[0] !== 0x7b) throw fileError(WHERE, "the header does not begin as a JSON object");
  const header = parseStrictJson(decodeUtf8(bytes), `${WHERE}: header`);
  if (!isObject(header)) throw fileError(WHERE, "the header is no JSON object");
  return header;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw fileError(WHERE, "the header is not UTF-8", { cause: error });
  }
}

function readPlace(name: string, entry: Json | undefined): Place {
  const place = isObject(entry) ? entry : {};
  const { dtype, shape, data_offsets: offsets } = place;
  const known = typeof dtype === "string" && Object.hasOwn(TYPES, dtype) ? TYPES[dtype]! : undefined;
  if (known === undefined) {
    const expected = Object.keys(TYPES).join(", ");
    throw fileError(WHERE, `the type of ${JSON.stringify(name)} is not one of weights`, {
      expected,
      received: JSON.stringify(dtype),
    });
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw fileError(WHERE, `the entry of ${JSON.stringify(name)} is damaged`);
  const [begin, end] = offsets as [number, number];
  const expected = known.bytes * sizeOf(shape);
  if (end - begin !== expected) {
    const received = `${end - begin}`;
    throw fileError(WHERE, `the bytes of ${JSON.stringify(name)} do not fit its shape`, { expected: `${expected}`, received });
  }
  return { name, dtype: dtype as string, shape, begin, end };
}

function isCounts(value: Json | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function readTensor({ name, dtype, shape, begin, end }: Place, body: Uint8Array): NamedArray {
  const { bytes, read } = TYPES[dtype]!;
  const view = new DataView(body.buffer, body.byteOffset + begin, end - begin);
  const data = new Float32Array((end - begin) / bytes);
  for (let i = 0; i < data.length; i++) data[i] = read(view, i * bytes);
  return { name, shape, data };
}

function readMetadata(value: Json | undefined): Record<string, string> {
  if (value === undefined) return {};
  const isTexts = isObject(value) && Object.values(value).every((text) => typeof text === "string");
  if (!isTexts) throw fileError(WHERE, "the metadata are not texts");
  return value as Record<string, string>;
}

/** The upper half of a float32. */
function brainFloat(view: DataView, position: number): number {
  const word = new DataView(new ArrayBuffer(4));
  word.setUint16(2, view.getUint16(position, true), true);
  return word.getFloat32(0, true);
}
