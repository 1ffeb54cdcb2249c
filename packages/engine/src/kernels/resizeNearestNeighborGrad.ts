/** The gradient of nearest-neighbour resizing, which up-sampling layers use. */

import type { TensorFlowJs } from "../tfjs.js";
import { unsortedSegmentSum } from "./unsortedSegmentSum.js";

type Tensor = import("@tensorflow/tfjs").Tensor;

export interface ResizeNearestNeighborAttributes {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

/**
 * Each pixel of the input collects the gradients of the pixels that were copied from it.
 *
 * @param shape the input's, `[B, H, W, C]`
 * @param dy the gradient of the output, `[B, OH, OW, C]`
 * @returns `[B, H, W, C]`, owned by the caller
 */
export function resizeNearestNeighborGrad(
  tf: TensorFlowJs,
  shape: readonly number[],
  dy: Tensor,
  attributes: ResizeNearestNeighborAttributes,
): Tensor {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const rows = sourcesOf(outHeight, height, attributes);
  const columns = sourcesOf(outWidth, width, attributes);
  const sources = new Int32Array(batch * outHeight * outWidth);
  for (let b = 0, i = 0; b < batch; b++)
    for (const row of rows) for (const column of columns) sources[i++] = (b * height + row) * width + column;
  return tf.tidy(() => {
    const pixels = tf.reshape(dy, [sources.length, channels]);
    return tf.reshape(unsortedSegmentSum(tf, pixels, tf.tensor1d(sources, "int32"), batch * height * width), [...shape]);
  });
}

/** Along one axis, the place in the input that each place of the output was copied from. */
function sourcesOf(
  outLength: number,
  length: number,
  { alignCorners, halfPixelCenters }: ResizeNearestNeighborAttributes,
): number[] {
  const aligned = alignCorners && outLength > 1;
  const scale = aligned ? (length - 1) / (outLength - 1) : length / outLength;
  return Array.from({ length: outLength }, (_, i) => {
    const at = scale * (halfPixelCenters ? i + 0.5 : i);
    return Math.min(length - 1, alignCorners ? Math.round(at) : Math.floor(at));
  });
}
