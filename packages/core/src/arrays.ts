/** Plain numeric arrays with a shape: what data sets and metrics speak instead of tensors. */

import { TareaError } from "./errors.js";

export type DataType = "uint8" | "int32" | "float32";

export interface NumericArrays {
  uint8: Uint8Array;
  int32: Int32Array;
  float32: Float32Array;
}

/** Row-major numbers and their shape; `data.length` is the product of `shape`. */
export interface NumericArray<D extends DataType = DataType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: NumericArrays[D];
}

/**
 * The number of elements of a shape.
 *
 * @throws TareaError when a size is negative, fractional, or the product passes 2^53.
 */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new TareaError({
        code: "shape",
        where: "sizeOf",
        problem: "a shape holds non-negative whole numbers",
        received: `[${shape.join(", ")}]`,
      });
    }
    size *= length;
    if (!Number.isSafeInteger(size)) {
      throw new TareaError({
        code: "shape",
        where: "sizeOf",
        problem: "the shape has more elements than can be counted",
        received: `[${shape.join(", ")}]`,
      });
    }
  }
  return size;
}

/** Copies the rows `indices` of the first axis, in that order. Shapes: `[N, ...]` -> `[indices.length, ...]`. */
export function takeRows<D extends DataType>(array: NumericArray<D>, indices: ArrayLike<number>): NumericArray<D> {
  const [rows = 0, ...rest] = array.shape;
  const rowSize = sizeOf(rest);
  const data = new (array.data.constructor as new (length: number) => NumericArrays[D])(indices.length * rowSize);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!;
    if (!(row >= 0 && row < rows)) {
      throw new TareaError({
        code: "shape",
        where: "takeRows",
        problem: `row ${row} is outside the array`,
        expected: `0 to ${rows - 1}`,
      });
    }
    data.set(array.data.subarray(row * rowSize, (row + 1) * rowSize), i * rowSize);
  }
  return { dtype: array.dtype, shape: [indices.length, ...rest], data };
}
