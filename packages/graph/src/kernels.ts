/** Kernels of the recording backend where TensorFlow.js's own cannot be written down, or leave a slower graph behind. */

import * as tf from "@tensorflow/tfjs";
import { nativeBinding, type TFEOpAttr } from "@tarea/engine/native";
import { typeOf } from "./graph.js";
import type { Recorder } from "./recorder.js";

interface KernelCall {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: Recorder;
}

/** Replaces the copied kernels of the backend `backendName`. */
export function registerOwnKernels(backendName: string): void {
  for (const [kernelName, kernelFunc] of Object.entries(KERNELS)) {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as unknown as tf.KernelFunc });
  }
}

const KERNELS: Record<string, (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[]> = {
  /** TensorFlow.js reads the indices to check them, which a trace cannot; TensorFlow checks them too. */
  GatherV2({ inputs, attrs, backend }) {
    const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = attrs as { axis: number; batchDims: number };
    const attributes = [
      type("Tparams", x.dtype),
      type("Tindices", indices.dtype),
      type("Taxis", "int32"),
      int("batch_dims", batchDims),
    ];
    return withTensor(tf.scalar(axis, "int32"), (axisTensor) =>
      backend.executeSingleOutput("GatherV2", attributes, [x, indices, axisTensor]),
    );
  },

  /** TensorFlow.js leaves out the type, which a graph needs. */
  ExpandDims({ inputs, attrs, backend }) {
    const { input } = inputs as { input: tf.TensorInfo };
    const at = attrs["dim"] as number;
    const shape = input.shape.toSpliced(at < 0 ? input.shape.length + 1 + at : at, 0, 1);
    return reshape(backend, input, shape);
  },

  /** One plain product is a `MatMul`, which TensorFlow fuses with what follows. */
  BatchMatMul({ inputs, attrs, backend }) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const outer = (x: tf.TensorInfo) => x.shape.slice(0, -2).reduce((product, size) => product * size, 1);
    if (outer(a) !== 1 || outer(b) !== 1) {
      const attributes = [type("T", a.dtype), bool("adj_x", transposeA), bool("adj_y", transposeB)];
      return backend.executeSingleOutput("BatchMatMulV2", attributes, [a, b]);
    }
    const attributes = [type("T", a.dtype), bool("transpose_a", transposeA), bool("transpose_b", transposeB)];
    const rank = Math.max(a.shape.length, b.shape.length);
    const flat = (x: tf.TensorInfo) => (x.shape.length === 2 ? x : reshape(backend, x, x.shape.slice(-2)));
    const product = backend.executeSingleOutput("MatMul", attributes, [flat(a), flat(b)]);
    return rank === 2 ? product : reshape(backend, product, [...Array<number>(rank - 2).fill(1), ...product.shape]);
  },

  /**
   * A vector added to the last axis is `BiasAdd`, which fuses with products and convolutions. Leading axes of length 1 are dropped:
   * TensorFlow takes what has them for a bias, too, and then fails since it is no vector.
   */
  Add({ inputs, backend }) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const [full, bias] = isVector(a) && !isVector(b) ? [b, a] : [a, b];
    const channels = bias.shape.at(-1)!;
    if (!isVector(bias) || full.dtype !== "float32" || channels !== full.shape.at(-1) || bias.shape.length > full.shape.length)
      return backend.executeSingleOutput("AddV2", [type("T", a.dtype)], [a, b]);
    const vector = reshape(backend, bias, [channels]);
    if (isVector(full)) {
      const sum = backend.executeSingleOutput("AddV2", [type("T", a.dtype)], [reshape(backend, full, [channels]), vector]);
      return reshape(backend, sum, full.shape);
    }
    const attributes = [type("T", a.dtype), text("data_format", "NHWC")];
    return reshape(backend, backend.executeSingleOutput("BiasAdd", attributes, [unreshaped(backend, full), vector]), full.shape);
  },

  /** The sum over all axes but the last is the gradient of a bias. */
  Sum({ inputs, attrs, backend }) {
    const { x } = inputs as { x: tf.TensorInfo };
    const { axis, keepDims } = attrs as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const isBiasGradient =
      x.dtype === "float32" &&
      !keepDims &&
      x.shape.length > 1 &&
      axes.length === x.shape.length - 1 &&
      axes.every((a, i) => a === i);
    if (isBiasGradient)
      return backend.executeSingleOutput(
        "BiasAddGrad",
        [type("T", x.dtype), text("data_format", "NHWC")],
        [unreshaped(backend, x)],
      );
    return withTensor(tf.tensor1d(axes, "int32"), (axesTensor) =>
      backend.executeSingleOutput("Sum", backend.createReductionOpAttrs(x, keepDims), [x, axesTensor]),
    );
  },

  /** A batch that was put together is not cut up again. */
  SplitV({ inputs, attrs, backend }) {
    const { x } = inputs as { x: tf.TensorInfo };
    const axis = tf.util.parseAxisParam(attrs["axis"] as number, x.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(x, attrs["numOrSizeSplits"] as number[] | number, axis);
    const attributes = [int("num_split", sizes.length), type("T", x.dtype), type("Tlen", "int32")];
    const results = withTensor(tf.tensor1d(sizes, "int32"), (sizesTensor) =>
      withTensor(tf.scalar(axis, "int32"), (axisTensor) =>
        backend.executeMultipleOutputs("SplitV", attributes, [x, sizesTensor, axisTensor], sizes.length),
      ),
    );
    if (axis === 0) backend.recording?.simplifySplit(results, x);
    return results;
  },

  Reshape: ({ inputs, attrs, backend }) => reshape(backend, inputs["x"]!, attrs["shape"] as number[]),
};

/** Whether all axes but the last have length 1. */
function isVector({ shape, dtype }: tf.TensorInfo): boolean {
  return dtype === "float32" && shape.length > 0 && shape.slice(0, -1).every((length) => length === 1);
}

/** The tensor before it was reshaped, if its last axis was the same: what works along that axis can work on it directly. */
function unreshaped(backend: Recorder, x: tf.TensorInfo): tf.TensorInfo {
  const before = backend.recording?.shapeBefore(x) ?? x.shape;
  return before.length > 1 && before.at(-1) === x.shape.at(-1) ? reshape(backend, x, [...before]) : x;
}

/** A reshape of a reshape is one, and one to the same shape none. */
function reshape(backend: Recorder, x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const attributes = [type("T", x.dtype), type("Tshape", "int32")];
  const result = withTensor(tf.tensor1d(shape, "int32"), (target) =>
    backend.executeSingleOutput("Reshape", attributes, [x, target]),
  );
  backend.recording?.simplifyReshape(result);
  return result;
}

function withTensor<T>(tensor: tf.Tensor, use: (tensor: tf.Tensor) => T): T {
  const result = use(tensor);
  tensor.dispose();
  return result;
}

function type(name: string, dtype: tf.DataType): TFEOpAttr {
  return { name, type: nativeBinding().TF_ATTR_TYPE, value: typeOf(dtype, "trace") };
}

function int(name: string, value: number): TFEOpAttr {
  return { name, type: nativeBinding().TF_ATTR_INT, value };
}

function bool(name: string, value: boolean): TFEOpAttr {
  return { name, type: nativeBinding().TF_ATTR_BOOL, value };
}

function text(name: string, value: string): TFEOpAttr {
  return { name, type: nativeBinding().TF_ATTR_STRING, value };
}
