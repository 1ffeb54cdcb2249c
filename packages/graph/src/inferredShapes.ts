/** Shapes of what costly operations return: a trace needs no more of them, and an operation is not run for its shape alone. */

import type * as tf from "@tensorflow/tfjs";
import { nativeBackend, nativeBinding, type TFEOpAttr } from "@tarea/engine/native";

type Infer = (inputs: readonly tf.TensorInfo[], attribute: (name: string) => unknown) => number[] | undefined;

const INFER: Readonly<Record<string, Infer>> = {
  MatMul([a, b], attribute) {
    const rows = attribute("transpose_a") === true ? 1 : 0;
    const columns = attribute("transpose_b") === true ? 0 : 1;
    return [a!.shape[rows]!, b!.shape[columns]!];
  },
  Conv2D([x, filter], attribute) {
    if (attribute("data_format") !== "NHWC") return undefined;
    const [strides, dilations, padding] = ["strides", "dilations", "padding"].map(attribute);
    if (padding !== "SAME" && padding !== "VALID") return undefined;
    const length = (axis: 1 | 2): number => {
      const stride = (strides as number[])[axis]!;
      const reach = (filter!.shape[axis - 1]! - 1) * ((dilations as number[] | undefined)?.[axis] ?? 1);
      return Math.ceil((x!.shape[axis]! - (padding === "SAME" ? 0 : reach)) / stride);
    };
    return [x!.shape[0]!, length(1), length(2), filter!.shape[3]!];
  },
  Conv2DBackpropInput: ([sizes]) => valuesOf(sizes!),
  Conv2DBackpropFilter: ([, sizes]) => valuesOf(sizes!),
};

/** The shape of the one output of an operation on float32, or `undefined` where only running it tells. */
export function inferShape(op: string, attributes: readonly TFEOpAttr[], inputs: readonly tf.TensorInfo[]): number[] | undefined {
  const attribute = (name: string) => attributes.find((one) => one.name === name)?.value;
  return attribute("T") === nativeBinding().TF_FLOAT ? INFER[op]?.(inputs, attribute) : undefined;
}

function valuesOf(sizes: tf.TensorInfo): number[] {
  return Array.from(nativeBackend().readSync(sizes.dataId) as Int32Array);
}
