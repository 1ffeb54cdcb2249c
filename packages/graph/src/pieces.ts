/** Matrices cut into pieces by an operation of our own: unlike TensorFlow's, it may read a weight that is updated in place. */

import * as tf from "@tensorflow/tfjs";
import { recordOperation } from "./recorder.js";

const SPLIT = "TareaSplit";

/** Traced `tf.split` of a matrix into `sizes` rows (axis 0) or columns (axis 1). */
export function splitMatrix(x: tf.Tensor, sizes: readonly number[], axis: 0 | 1): tf.Tensor[] {
  register(tf.getBackend());
  return tf.engine().runKernel<tf.Tensor[]>(SPLIT, { x }, { sizes: [...sizes], axis });
}

interface SplitCall {
  inputs: { x?: tf.TensorInfo };
  attrs?: { sizes?: number[]; axis?: 0 | 1 };
}

function register(backendName: string): void {
  if (tf.getKernel(SPLIT, backendName) !== undefined) return;
  tf.registerKernel({
    kernelName: SPLIT,
    backendName,
    kernelFunc({ inputs, attrs }: SplitCall) {
      const [x, sizes, axis] = [inputs.x as tf.Tensor, attrs!.sizes!, attrs!.axis!];
      const shapes = sizes.map((size) => x.shape.with(axis, size));
      return recordOperation(SPLIT, { ...attributesOf(sizes.length, axis), sizes: { ints: sizes } }, [x], shapes);
    },
  });
  if (tf.getGradient(SPLIT) !== undefined) return;
  tf.registerGradient({
    kernelName: SPLIT,
    gradFunc(dy, _, attrs) {
      const pieces = dy as tf.Tensor[];
      const axis = (attrs as unknown as { axis: 0 | 1 }).axis;
      const total = pieces.reduce((sum, piece) => sum + piece.shape[axis]!, 0);
      const shape = pieces[0]!.shape.with(axis, total);
      return { x: () => recordOperation("TareaJoin", attributesOf(pieces.length, axis), pieces, [shape])[0]! };
    },
  });
}

function attributesOf(count: number, axis: 0 | 1) {
  return { count: { int: count }, columns: { bool: axis === 1 } };
}
