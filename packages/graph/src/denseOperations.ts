/** What dense layers compute, as operations of our own. */

import * as tf from "@tensorflow/tfjs";
import { isStock, type ActivatedLayer } from "./layerCalls.js";
import { recordOperation } from "./recorder.js";

/** The members of TensorFlow.js's dense layer that decide what it computes. */
export interface DenseLayer extends ActivatedLayer {
  trainable: boolean;
  kernel: { read(): tf.Tensor };
  bias: { read(): tf.Tensor } | null;
  kernelRegularizer: unknown;
  biasRegularizer: unknown;
  activityRegularizer: unknown;
}

/** The operation of a layer with a large kernel. */
export const LARGE_DENSE = "TareaDense";

/** The operation that gives a large kernel's gradient from `x` and the gradient of the layer's sums. */
export const KERNEL_GRADIENT = "TareaDenseKernelGradient";

/** Numbers in a kernel from which a layer is divided by its weights, not by its samples, and updated without a gradient in memory. */
const LARGE = 2 ** 18;

/** Whether a layer is one of TensorFlow.js's dense layers for inputs `[B, n]`. */
export function isFlatDense(layer: tf.layers.Layer): boolean {
  if (layer.getClassName() !== "Dense" || !isStock(layer)) return false;
  return layer.inboundNodes.every(({ inputTensors }) => inputTensors.every(({ shape }) => shape.length === 2));
}

/** Whether what a layer gives goes into a dense layer as it is, which shares its inputs out by columns, not by samples. */
export function feedsDense(layer: tf.layers.Layer): boolean {
  return layer.outboundNodes.some(
    ({ outboundLayer: next }) => isFlatDense(next) || (next.getClassName() === "Flatten" && feedsDense(next)),
  );
}

export function isLarge(layer: tf.layers.Layer): boolean {
  return (layer as unknown as DenseLayer).kernel.read().size >= LARGE;
}

export interface StackOptions {
  /** 1 for each layer that ends in a rectifier. */
  rectify: readonly number[];
  parts: number;
  /** Whether the parts have columns of `x` each, if it has many, not samples: as its gradients will be worked out. Default `true`. */
  columns?: boolean;
}

/** Layers one behind the other, each linear or rectified: what the last one gives. */
export function throughStack(
  x: tf.Tensor,
  kernels: readonly tf.Tensor[],
  biases: readonly tf.Tensor[],
  { rectify, parts, columns = true }: StackOptions,
): tf.Tensor {
  const attributes = { layers: { int: kernels.length }, rectify: { ints: rectify }, parts: { int: parts } };
  const compute = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as tf.GradSaveFunc;
    const inputs = args as tf.Tensor[];
    const outputs = recordOperation(
      "TareaDenseStack",
      { ...attributes, columns: { bool: columns } },
      inputs,
      kernels.map(({ shape }) => [x.shape[0], shape[1]!]),
    );
    save([...inputs.slice(0, 1 + kernels.length), ...outputs]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      recordOperation(
        "TareaDenseStackGradient",
        { ...attributes, inputs: { bool: true } },
        [dy, ...saved],
        [x.shape, ...kernels.map(({ shape }) => shape), ...biases.map(({ shape }) => shape)],
      );
    return { value: outputs.at(-1)!, gradFunc };
  });
  return compute(x, ...kernels, ...biases);
}

/**
 * One layer with a large kernel. `columns`: none, or one with the weights `[n, 1]` of another unit, whose sums become the last column of the
 * result as they are.
 */
export function throughLarge(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  columns: readonly tf.Tensor[],
  options: { rectify: boolean; parts: number },
): tf.Tensor {
  const rectify = { bool: options.rectify };
  const parts = { int: options.parts };
  const count = { int: columns.length };
  const column = { bool: columns.length > 0 };
  const shape = [x.shape[0], bias.size + columns.length];
  const compute = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [inputs, weights, offset, ...others] = args as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    const attributes = { rectify, parts, count, gathers: { int: 0 } };
    const [y] = recordOperation(LARGE_DENSE, attributes, [inputs, weights, offset, ...others], [shape]);
    save([inputs, weights, y!, ...others]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [before, w, after, ...rest] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
      const [dz, dbias] = recordOperation(
        "TareaDenseOutputGradient",
        { rectify, column, parts },
        [dy, after],
        [shape, bias.shape],
      );
      const [dx] = recordOperation("TareaDenseInputGradient", { count, parts }, [dz!, w, ...rest], [before.shape]);
      const shapes = [w.shape, ...rest.map((other) => other.shape)];
      const [dw, ...dcolumns] = recordOperation(KERNEL_GRADIENT, { column, parts }, [before, dz!], shapes);
      return [dx!, dw!, dbias!, ...dcolumns];
    };
    return { value: y!, gradFunc };
  });
  return compute(x, kernel, bias, ...columns);
}
