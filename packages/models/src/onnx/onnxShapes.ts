/** What TensorFlow.js and ONNX lay out differently: kernels, and the padding that keeps a size. */

import { sizeOf } from "@tarea/core";
import type { NamedArray } from "../files/safetensors.js";

/** A convolution's kernel `[...field, C, F]` as `[F, C, ...field]`. */
export function kernelFirst({ name, shape, data }: NamedArray): NamedArray {
  const field = shape.slice(0, -2);
  const [channels, filters] = shape.slice(-2) as [number, number];
  const places = sizeOf(field);
  const moved = new Float32Array(data.length);
  for (let place = 0, from = 0; place < places; place++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) moved[(filter * channels + channel) * places + place] = data[from++]!;
    }
  }
  return { name, shape: [filters, channels, ...field], data: moved };
}

interface Window {
  padding: string;
  sizes: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
}

/** Zeros before and after each axis of an input `[..., C]`; with `same` the odd one comes after. */
export function poolPads(inputShape: readonly number[], { padding, sizes, strides, dilations }: Window): number[] {
  const totals = sizes.map((size, i) => {
    if (padding !== "same") return 0;
    const [length, stride] = [inputShape[i]!, strides[i]!];
    const covered = (Math.ceil(length / stride) - 1) * stride + (size - 1) * dilations[i]! + 1;
    return Math.max(0, covered - length);
  });
  const before = totals.map((total) => Math.floor(total / 2));
  return [...before, ...totals.map((total, i) => total - before[i]!)];
}
