/** The number types of NPY and how each becomes one of ours. */

import { endianness } from "node:os";
import type { DataType, NumericArrays } from "@tarea/core";
import { formatError } from "./formatError.js";

export interface NpyType {
  name: string;
  itemBytes: number;
  /** What it becomes. */
  dtype: DataType;
  read: (view: DataView, at: number) => number;
  /** The bytes, when aligned, are already the result. */
  native: boolean;
}

type Read = (view: DataView, at: number, little: boolean) => number;

/** 64-bit integers that a double cannot hold are far outside int32 either way. */
const NUMBERS: Readonly<Record<string, { name: string; dtype: DataType; read: Read; native?: true }>> = {
  b1: { name: "bool", dtype: "uint8", read: (view, at) => view.getUint8(at), native: true },
  u1: { name: "uint8", dtype: "uint8", read: (view, at) => view.getUint8(at), native: true },
  i1: { name: "int8", dtype: "int32", read: (view, at) => view.getInt8(at) },
  u2: { name: "uint16", dtype: "int32", read: (view, at, little) => view.getUint16(at, little) },
  i2: { name: "int16", dtype: "int32", read: (view, at, little) => view.getInt16(at, little) },
  u4: { name: "uint32", dtype: "int32", read: (view, at, little) => view.getUint32(at, little) },
  i4: { name: "int32", dtype: "int32", read: (view, at, little) => view.getInt32(at, little), native: true },
  u8: { name: "uint64", dtype: "int32", read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { name: "int64", dtype: "int32", read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { name: "float16", dtype: "float32", read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { name: "float32", dtype: "float32", read: (view, at, little) => view.getFloat32(at, little), native: true },
  f8: { name: "float64", dtype: "float32", read: (view, at, little) => view.getFloat64(at, little) },
};

/** By NumPy's description, for example `<f8`; single bytes have no order. */
export const NPY_TYPES: ReadonlyMap<string, NpyType> = new Map(
  Object.entries(NUMBERS).flatMap(([code, { name, dtype, read, native = false }]) => {
    const itemBytes = Number(code[1]);
    return (itemBytes === 1 ? ["|", "<", ">"] : ["<", ">"]).map((order) => {
      const little = order !== ">";
      const isNative = native && (itemBytes === 1 || little === (endianness() === "LE"));
      return [`${order}${code}`, { name, itemBytes, dtype, read: (view, at) => read(view, at, little), native: isNative }];
    });
  }),
);

const ARRAYS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** All numbers from `dataStart` to the end. @throws TareaError for one that the result's type cannot hold. */
export function readNumbers(
  bytes: Uint8Array,
  { type, dataStart, file }: { type: NpyType; dataStart: number; file: string },
): { dtype: DataType; data: NumericArrays[DataType] } {
  const { dtype, itemBytes, native, read } = type;
  const count = (bytes.length - dataStart) / itemBytes;
  if (native) {
    // A copy is aligned and keeps no file alive.
    const copy = new Uint8Array(bytes.subarray(dataStart));
    const data = new ARRAYS[dtype](copy.buffer, copy.byteOffset, count);
    if (type.name === "bool") checkBooleans(copy, file, dataStart);
    return { dtype, data };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new ARRAYS[dtype](count);
  for (let i = 0, at = dataStart; i < count; i++, at += itemBytes) {
    const value = read(view, at);
    data[i] = value;
    const lost = dtype === "int32" ? data[i] !== value : !Number.isFinite(data[i]!) && Number.isFinite(value);
    if (lost) {
      throw formatError({
        file,
        problem: `element ${i} does not fit ${dtype}`,
        expected: dtype === "int32" ? "-2147483648 to 2147483647" : "at most 3.4e38 in size",
        received: String(value),
        offset: at,
      });
    }
  }
  return { dtype, data };
}

function checkBooleans(bytes: Uint8Array, file: string, dataStart: number): void {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong < 0) return;
  throw formatError({
    file,
    problem: `element ${wrong} is no boolean`,
    expected: "0 or 1",
    received: String(bytes[wrong]),
    offset: dataStart + wrong,
  });
}

/** IEEE 754 binary16. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
