/** The gradient of average pooling where windows reach over the edge. */

import type { TensorFlowJs } from "../tfjs.js";

type Tensor = import("@tensorflow/tfjs").Tensor;

export interface AvgPoolGradAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: "valid" | "same" | number;
}

/**
 * What the gradient `dy` of the output has to be multiplied with before TensorFlow.js's own kernel spreads it. Pooling takes the mean over
 * the part of a window that lies inside the image; that kernel divides by the whole window.
 *
 * @param shape the input's, `[B, H, W, C]`
 * @returns `[1, OH, OW, 1]`, owned by the caller; `undefined` when every window lies inside
 */
export function windowShares(
  tf: TensorFlowJs,
  shape: readonly number[],
  { filterSize, strides, pad }: AvgPoolGradAttributes,
): Tensor | undefined {
  const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad);
  const { top, left } = info.padInfo;
  const rows = insideLengths(info.outHeight, info.strideHeight, info.filterHeight, top, info.inHeight);
  const columns = insideLengths(info.outWidth, info.strideWidth, info.filterWidth, left, info.inWidth);
  const whole = info.filterHeight * info.filterWidth;
  const shares = Float32Array.from({ length: rows.length * columns.length }, (_, i) => {
    const inside = rows[Math.floor(i / columns.length)]! * columns[i % columns.length]!;
    return whole / inside;
  });
  return shares.every((share) => share === 1) ? undefined : tf.tensor(shares, [1, rows.length, columns.length, 1]);
}

/** How much of each window lies inside, along one axis. */
function insideLengths(windows: number, stride: number, filter: number, before: number, length: number): number[] {
  return Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before;
    return Math.min(length, start + filter) - Math.max(0, start);
  });
}
