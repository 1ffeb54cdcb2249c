/** NPY, NumPy's format of one array: a magic number, a header written as a Python dictionary, then the numbers. */

import { type NumericArray } from "@tarea/core";
import { checkBytes } from "./checkBytes.js";
import { formatError } from "./formatError.js";
import { readNpyHeader, type NpyHeader } from "./npyHeader.js";
import { readNumbers } from "./npyNumbers.js";

export interface ParseNpyOptions {
  /** Named in errors. */
  file: string;
}

/**
 * Reads an NPY file of any byte order, row-major or Fortran-ordered, aligned or not. Booleans and unsigned bytes become uint8; integers
 * int32; halves, floats and doubles float32, doubles rounded to the nearest.
 *
 * Memory: at most the file and the result, plus as much again for a Fortran-ordered array.
 *
 * @throws TareaError with file, offset, expected and received: for an integer that int32 cannot hold, a double that float32 cannot,
 * object arrays (they are pickles, which can run code), texts, dates, complex and structured types, and for anything that is not
 * exactly one array.
 * @example
 * const { dtype, shape, data } = parseNpy(await readFile("x.npy"), { file: "x.npy" });
 */
export function parseNpy(bytes: Uint8Array, { file }: ParseNpyOptions): NumericArray {
  checkBytes("parseNpy", bytes);
  const header = readNpyHeader(bytes, file);
  const { shape, type, dataStart, fortranOrder } = header;
  checkSize(header, bytes.length, file);
  const numbers = readNumbers(bytes, { type, dataStart, file });
  const array = { ...numbers, shape } as NumericArray;
  return fortranOrder && shape.length > 1 ? toRowMajor(array) : array;
}

function checkSize({ shape, type, dataStart }: NpyHeader, fileBytes: number, file: string): void {
  let sizeBytes = type.itemBytes;
  // A later zero makes no such array possible either.
  for (const length of shape) {
    sizeBytes *= length;
    if (sizeBytes > Number.MAX_SAFE_INTEGER) break;
  }
  if (dataStart + sizeBytes === fileBytes) return;
  const cutShort = dataStart + sizeBytes > fileBytes;
  throw formatError({
    file,
    problem: cutShort ? "the file is cut short, or its header is wrong" : "bytes follow the end of the array",
    expected: `${dataStart + sizeBytes} bytes for [${shape.join(", ")}] of ${type.name}`,
    received: `${fileBytes} bytes`,
    offset: Math.min(fileBytes, dataStart + sizeBytes),
  });
}

/** Reorders an array whose first axis varies fastest. */
function toRowMajor(array: NumericArray): NumericArray {
  const { shape, data } = array;
  const target = new (data.constructor as new (length: number) => typeof data)(data.length);
  const steps: number[] = [];
  let step = 1;
  for (const length of shape) {
    steps.push(step);
    step *= length;
  }
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0, from = 0; to < data.length; to++) {
    target[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { ...array, data: target };
}
