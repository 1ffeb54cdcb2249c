/** The binary format of CIFAR: records of label bytes, then 32 by 32 pixels, all red ones first, then green, then blue. */

import type { Samples } from "../dataset.js";
import { formatError } from "./formatError.js";

const SIDE = 32;
const PIXELS = SIDE * SIDE;

export interface CifarOptions {
  /** Label bytes in front of each record; 1 in CIFAR-10, 2 (coarse, fine) in CIFAR-100. */
  labelBytes: number;
  /** Which of them is the label. */
  labelIndex: number;
  classes: number;
}

/**
 * Reads the files one after the other as one part. A single file is rearranged in its own memory, which then belongs to the result.
 * Shapes: inputs uint8 `[N, 32, 32, 3]`, labels uint8 `[N]`.
 *
 * @throws TareaError when a file does not consist of whole records or a label is no class.
 */
export function parseCifar(
  files: readonly { name: string; bytes: Uint8Array }[],
  { labelBytes, labelIndex, classes }: CifarOptions,
): Samples<"uint8", "uint8"> {
  const recordBytes = labelBytes + 3 * PIXELS;
  for (const { name, bytes } of files) checkRecords(name, bytes, recordBytes);
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / recordBytes, 0);
  const single = files.length === 1 ? files[0]!.bytes : null;
  const inputs = single
    ? new Uint8Array(single.buffer, single.byteOffset, count * 3 * PIXELS)
    : new Uint8Array(count * 3 * PIXELS);
  const labels = new Uint8Array(count);
  let sample = 0;
  for (const { name, bytes } of files) {
    for (let record = 0; record < bytes.length; record += recordBytes, sample++) {
      const label = bytes[record + labelIndex]!;
      if (label >= classes) {
        throw formatError({
          file: name,
          problem: `the label of record ${record / recordBytes} is not a class`,
          expected: `0 to ${classes - 1}`,
          received: String(label),
          offset: record + labelIndex,
        });
      }
      labels[sample] = label;
      planes.set(bytes.subarray(record + labelBytes, record + recordBytes));
      interleave(inputs, sample * 3 * PIXELS);
    }
  }
  return {
    inputs: { dtype: "uint8", shape: [count, SIDE, SIDE, 3], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

function checkRecords(file: string, bytes: Uint8Array, recordBytes: number): void {
  if (bytes.length > 0 && bytes.length % recordBytes === 0) return;
  throw formatError({
    file,
    problem: "the file does not consist of whole records",
    expected: `a multiple of ${recordBytes} bytes`,
    received: `${bytes.length} bytes`,
    offset: bytes.length - (bytes.length % recordBytes),
  });
}

/** The pixels of the record at hand, as they lie in the file; its place may be written over. */
const planes = new Uint8Array(3 * PIXELS);

function interleave(to: Uint8Array, start: number): void {
  for (let pixel = 0, at = start; pixel < PIXELS; pixel++, at += 3) {
    to[at] = planes[pixel]!;
    to[at + 1] = planes[pixel + PIXELS]!;
    to[at + 2] = planes[pixel + 2 * PIXELS]!;
  }
}
