/** The sum of rows by segment, which is the gradient of a lookup: an embedding's weights collect the gradients of their words. */

import type { TensorFlowJs } from "../tfjs.js";

type Tensor = import("@tensorflow/tfjs").Tensor;

/**
 * `out[s]` is the sum of all `x[i]` with `segmentIds[i] == s`; ids outside `[0, numSegments)` are dropped.
 * `ScatterNd` adds up rows that share an index, so one scatter does it, with an extra row for what is dropped.
 *
 * @param x rows, `[N, ...]`
 * @param segmentIds int32, `[N]`, or as many leading axes of `x` as it has
 * @returns `[numSegments, ...]`, owned by the caller
 */
export function unsortedSegmentSum(tf: TensorFlowJs, x: Tensor, segmentIds: Tensor, numSegments: number): Tensor {
  return tf.tidy(() => {
    const rowShape = x.shape.slice(segmentIds.rank);
    const rowSize = rowShape.reduce((product, size) => product * size, 1);
    const rows = tf.reshape(x, [segmentIds.size, rowSize]); // [N, ...] -> [N, R]
    const ids = tf.reshape(segmentIds, [segmentIds.size]);
    const outside = tf.logicalOr(tf.less(ids, 0), tf.greaterEqual(ids, numSegments));
    const targets = tf.where(outside, tf.scalar(numSegments, "int32"), ids);
    const sums = tf.scatterND(tf.reshape(targets, [segmentIds.size, 1]), rows, [numSegments + 1, rowSize]); // [S + 1, R]
    return tf.reshape(tf.slice(sums, [0, 0], [numSegments, rowSize]), [numSegments, ...rowShape]);
  });
}
