/** Writes samples in the publishers' file formats, so that the twins can go through the parsers. */

import { gzipSync } from "node:zlib";
import type { NumericArray } from "@tarea/core";
import type { Samples } from "../../src/index.js";
import { idxBytes } from "./idxBytes.js";
import { npyBytes } from "./npyBytes.js";
import { zipBytes } from "./zipBytes.js";

export type Contents = Map<string, Uint8Array>;

/** Two gzipped IDX files. */
export function idxFiles(images: string, labels: string, samples: Samples): Contents {
  const [count, height, width] = samples.inputs.shape as [number, number, number];
  return new Map([
    [images, gzipSync(idxBytes(0x08, [count, height, width], samples.inputs.data as Uint8Array))],
    [labels, gzipSync(idxBytes(0x08, [count], samples.labels.data as Uint8Array))],
  ]);
}

/** Records of labels and planes; `labelsOf` gives the label bytes of a sample. */
export function cifarBytes({ inputs, labels }: Samples, labelsOf: (label: number) => number[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const [row, label] of labels.data.entries()) {
    const pixels = inputs.data.subarray(row * 3072, (row + 1) * 3072);
    const planes = Uint8Array.from({ length: 3072 }, (_, i) => pixels[(i % 1024) * 3 + Math.floor(i / 1024)]!);
    pieces.push(Uint8Array.from(labelsOf(label)), planes);
  }
  return Buffer.concat(pieces);
}

/** Lines of numbers, the label last; `show` may write a value otherwise. */
export function tableText(
  { inputs, labels }: Samples,
  {
    separator = ",",
    header = "",
    show = String,
  }: { separator?: string; header?: string; show?: (value: number, column: number) => string } = {},
): Uint8Array {
  const width = inputs.shape[1]!;
  let text = header;
  for (const [row, label] of labels.data.entries()) {
    const values = [...inputs.data.subarray(row * width, (row + 1) * width), label];
    text += `${values.map((value, column) => show(value, column)).join(separator)}\n`;
  }
  return new TextEncoder().encode(text);
}

/** An npz file of `x` and `y`, as doubles. */
export function npzBytes({ inputs, labels }: Samples): Uint8Array {
  const npy = ({ data, shape }: NumericArray): Uint8Array =>
    npyBytes({ descr: "<f8", shape, content: new Uint8Array(Float64Array.from(data).buffer) });
  return zipBytes([
    { name: "y.npy", content: npy(labels) },
    { name: "x.npy", content: npy(inputs) },
  ]);
}

/** The lines of the reviews with one label, gzipped. */
export function reviewLines({ texts, labels }: Samples, label: number): Uint8Array {
  const lines = texts!.filter((_, row) => labels.data[row] === label).map((text, i) => `${i}_${label === 1 ? 9 : 2}\t${text}\n`);
  return gzipSync(lines.join(""));
}
