/** IDX, the format of MNIST: two zero bytes, a type, a count of axes, big-endian axis lengths, then the numbers. */

import type { NumericArray } from "@tarea/core";
import { checkBytes } from "./checkBytes.js";
import { formatError } from "./formatError.js";
import { gunzipExactly, gunzipHead, isGzip } from "./gunzip.js";

export interface ParseIdxOptions {
  /** Named in errors. */
  file: string;
}

/** Two gigabytes: most that the numbers may take, in the file and in memory. */
const MAX_IDX_BYTES = 2 ** 31;
/** More axes than any real file has, and few enough that the header stays small. */
const MAX_IDX_AXES = 8;

interface IdxType {
  name: string;
  itemBytes: number;
  /** Bytes of a number in memory. */
  resultBytes: number;
  toArray: (bytes: Uint8Array, shape: number[]) => NumericArray;
}

const TYPES: Record<number, IdxType> = {
  0x08: { name: "uint8", itemBytes: 1, resultBytes: 1, toArray: (bytes, shape) => ({ dtype: "uint8", shape, data: bytes }) },
  0x09: { name: "int8", itemBytes: 1, resultBytes: 4, toArray: integers((view, offset) => view.getInt8(offset), 1) },
  0x0b: { name: "int16", itemBytes: 2, resultBytes: 4, toArray: integers((view, offset) => view.getInt16(offset), 2) },
  0x0c: { name: "int32", itemBytes: 4, resultBytes: 4, toArray: integers((view, offset) => view.getInt32(offset), 4) },
  0x0d: { name: "float32", itemBytes: 4, resultBytes: 4, toArray: floats },
};

/**
 * Reads an IDX file, plain or gzipped. Unsigned bytes become uint8 (a view, not a copy, of the unpacked bytes), signed
 * integers int32, floats float32; doubles are refused because float32 would lose digits.
 *
 * Memory: the file, what it unpacks to and the result, each at most `MAX_IDX_BYTES`; a header that announces more is refused.
 *
 * @throws TareaError with file, offset, expected and received for anything that is not exactly one IDX array.
 */
export function parseIdx(bytes: Uint8Array, { file }: ParseIdxOptions): NumericArray {
  checkBytes("parseIdx", bytes);
  const packed = isGzip(bytes);
  const { type, shape, headerBytes } = readHeader(packed ? gunzipHead(bytes, file) : bytes, file);
  const sizeBytes = headerBytes + contentBytes(type, shape, file);
  const content = packed ? gunzipExactly(bytes, file, sizeBytes) : exactly(bytes, sizeBytes, file);
  return type.toArray(new Uint8Array(content.buffer, content.byteOffset + headerBytes, sizeBytes - headerBytes), shape);
}

function readHeader(head: Uint8Array, file: string): { type: IdxType; shape: number[]; headerBytes: number } {
  if (head.length < 4)
    throw formatError({
      file,
      problem: "the file is too short for an IDX header",
      expected: "at least 4 bytes",
      received: `${head.length} bytes`,
      offset: 0,
    });
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = `0x${view.getUint32(0).toString(16).padStart(8, "0")}`;
  if (view.getUint16(0) !== 0)
    throw formatError({
      file,
      problem: "this is not an IDX file",
      expected: "a magic number that begins with two zero bytes",
      received: magic,
      offset: 0,
    });
  const type = TYPES[view.getUint8(2)];
  if (type === undefined) {
    const double = view.getUint8(2) === 0x0e;
    throw formatError({
      file,
      problem: double ? "numbers in double precision are not read" : "unknown IDX type",
      expected: Object.entries(TYPES)
        .map(([code, { name }]) => `0x${Number(code).toString(16).padStart(2, "0")} (${name})`)
        .join(", "),
      received: `magic number ${magic}`,
      offset: 2,
    });
  }
  const axes = view.getUint8(3);
  if (axes < 1 || axes > MAX_IDX_AXES)
    throw formatError({
      file,
      problem: "wrong number of axes",
      expected: `1 to ${MAX_IDX_AXES}`,
      received: `${axes} (magic number ${magic})`,
      offset: 3,
    });
  const headerBytes = 4 + 4 * axes;
  if (head.length < headerBytes)
    throw formatError({
      file,
      problem: "the header is cut short",
      expected: `${headerBytes} bytes`,
      received: `${head.length} bytes`,
      offset: head.length,
    });
  return { type, shape: Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis)), headerBytes };
}

function contentBytes(type: IdxType, shape: number[], file: string): number {
  let items = 1;
  for (const length of shape) {
    items *= length;
    // A later zero makes no such array possible either.
    if (items * type.resultBytes > MAX_IDX_BYTES) {
      throw formatError({
        file,
        problem: "the header announces more than is read",
        expected: `at most ${MAX_IDX_BYTES} bytes`,
        received: `[${shape.join(", ")}] of ${type.name}`,
        offset: 4,
      });
    }
  }
  return items * type.itemBytes;
}

function exactly(bytes: Uint8Array, sizeBytes: number, file: string): Uint8Array {
  if (bytes.length === sizeBytes) return bytes;
  const problem = bytes.length < sizeBytes ? "the file is cut short" : "bytes follow the end of the array";
  throw formatError({
    file,
    problem,
    expected: `${sizeBytes} bytes, as its header says`,
    received: `${bytes.length} bytes`,
    offset: Math.min(bytes.length, sizeBytes),
  });
}

function integers(read: (view: DataView, offset: number) => number, itemBytes: number): IdxType["toArray"] {
  return (bytes, shape) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      dtype: "int32",
      shape,
      data: Int32Array.from({ length: bytes.length / itemBytes }, (_, i) => read(view, i * itemBytes)),
    };
  };
}

function floats(bytes: Uint8Array, shape: number[]): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { dtype: "float32", shape, data: Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4)) };
}
