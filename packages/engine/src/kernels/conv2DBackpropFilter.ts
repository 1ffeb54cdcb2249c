/** The gradient of a 2D convolution with respect to its filter, composed from kernels that every backend has. */

import type { TensorFlowJs } from "../tfjs.js";

type Tensor = import("@tensorflow/tfjs").Tensor;
type Tensor4D = import("@tensorflow/tfjs").Tensor4D;
type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

export interface Conv2DBackpropFilterAttributes {
  strides: [number, number] | number;
  pad: "valid" | "same" | number | ExplicitPadding;
  dataFormat: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
  filterShape: [number, number, number, number];
}

/**
 * The filter's gradient is itself a convolution: over the input with batch and channels exchanged, with the output's gradient as its
 * filter, dilated by the stride.
 *
 * @param x the input, `[B, H, W, C]`
 * @param dy the gradient of the output, `[B, OH, OW, F]`
 * @returns `[KH, KW, C, F]`, owned by the caller
 */
export function conv2DBackpropFilter(
  tf: TensorFlowJs,
  x: Tensor,
  dy: Tensor,
  attributes: Conv2DBackpropFilterAttributes,
): Tensor {
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attributes;
  if (dataFormat !== "NHWC") throw new Error(`Conv2DBackpropFilter: dataFormat must be NHWC, got ${dataFormat}.`);
  if (dy.size === 0) return tf.zeros(filterShape);
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    "channelsLast",
  );
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, inHeight, inWidth } = info;
  const { top, left } = info.padInfo;
  // Rows and columns that the filter reaches: the last stride may leave some of the input untouched, or need padding beyond it.
  const height = (outHeight - 1) * strideHeight + filterHeight;
  const width = (outWidth - 1) * strideWidth + filterWidth;
  return tf.tidy(() => {
    const bottom = Math.max(0, height - inHeight - top);
    const right = Math.max(0, width - inWidth - left);
    const padded = tf.pad4d(x as Tensor4D, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const reached = tf.slice(padded, [0, 0, 0, 0], [x.shape[0], height, width, x.shape[3]!]);
    const images = tf.transpose(reached, [3, 1, 2, 0]); // [B, h, w, C] -> [C, h, w, B]
    const filter = tf.transpose(dy, [1, 2, 0, 3]); // [B, OH, OW, F] -> [OH, OW, B, F]
    const gradient = tf.conv2d(images, filter as Tensor4D, 1, "valid", "NHWC", [strideHeight, strideWidth]); // [C, KH, KW, F]
    return tf.transpose(gradient, [1, 2, 0, 3]); // [C, KH, KW, F] -> [KH, KW, C, F]
  });
}
