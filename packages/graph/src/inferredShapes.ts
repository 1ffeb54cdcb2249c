/** Shapes of what common operations return: a trace needs no more of them, and an operation is not run for its shape alone. */

import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "@tarea/core";
import { nativeBackend, nativeBinding, type TFEOpAttr } from "@tarea/engine/native";

/** Numbers up to which a tensor keeps its values in a trace: on zeros a later operation may fail, as a division of integers does. */
export const MOST_KEPT = 1024;

type Shape = readonly number[];
type Infer = (inputs: readonly tf.TensorInfo[], attribute: (name: string) => unknown) => Shape[] | undefined;

const INFER: Readonly<Record<string, Infer>> = {
  MatMul([a, b], attribute) {
    const rows = attribute("transpose_a") === true ? 1 : 0;
    const columns = attribute("transpose_b") === true ? 0 : 1;
    return [[a!.shape[rows]!, b!.shape[columns]!]];
  },
  Conv2D([x, filter], attribute) {
    const dilations = attribute("dilations") as number[] | undefined;
    const reach = [1, 2].map((axis) => (filter!.shape[axis - 1]! - 1) * (dilations?.[axis] ?? 1) + 1);
    return windows(x!.shape, { reach, channels: filter!.shape[3]! }, attribute);
  },
  Conv2DBackpropInput: ([sizes]) => [valuesOf(sizes!)],
  Conv2DBackpropFilter: ([, sizes]) => [valuesOf(sizes!)],
  MaxPool: pool,
  AvgPool: pool,
  AvgPoolGrad: ([sizes]) => [valuesOf(sizes!)],
  Reshape: ([x, target]) => [tf.util.inferFromImplicitShape(valuesOf(target!), sizeOf(x!.shape))],
  ConcatV2(inputs) {
    const [axis] = valuesOf(inputs.at(-1)!);
    const pieces = inputs.slice(0, -1).map(({ shape }) => shape);
    return [
      pieces[0]!.with(
        axis!,
        pieces.reduce((length, piece) => length + piece.at(axis!)!, 0),
      ),
    ];
  },
  SplitV([x, sizes, axis]) {
    const [along] = valuesOf(axis!);
    return valuesOf(sizes!).map((size) => x!.shape.with(along!, size));
  },
  FusedBatchNorm: ([x, scale]) => [x!.shape, ...Array<Shape>(4).fill(scale!.shape)],
  FusedBatchNormV3: ([x, scale]) => [x!.shape, ...Array<Shape>(4).fill(scale!.shape), [0]],
  FusedBatchNormGradV3: ([, x, scale]) => [x!.shape, scale!.shape, scale!.shape, [], []],
  ...sameForAll(["Relu", "Relu6", "Elu", "Sigmoid", "Tanh", "BiasAdd", "MaxPoolGrad"], ([x]) => [x!.shape]),
  ...sameForAll(["ReluGrad", "Relu6Grad", "EluGrad", "SigmoidGrad", "TanhGrad"], ([x]) => [x!.shape]),
  ...sameForAll(["AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "SquaredDifference"], ([a, b]) => [
    tf.backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape),
  ]),
};

/** The shapes of the outputs of an operation on large float32 tensors, or `undefined` where only running it tells. */
export function inferShapes(op: string, attributes: readonly TFEOpAttr[], inputs: readonly tf.TensorInfo[]): Shape[] | undefined {
  if (inputs.every(({ shape }) => sizeOf(shape) <= MOST_KEPT)) return undefined;
  const attribute = (name: string) => attributes.find((one) => one.name === name)?.value;
  return attribute("T") === nativeBinding().TF_FLOAT ? INFER[op]?.(inputs, attribute) : undefined;
}

function sameForAll(ops: readonly string[], infer: Infer): Record<string, Infer> {
  return Object.fromEntries(ops.map((op) => [op, infer]));
}

function pool([x]: readonly tf.TensorInfo[], attribute: (name: string) => unknown): Shape[] | undefined {
  const reach = (attribute("ksize") as number[]).slice(1, 3);
  return windows(x!.shape, { reach, channels: x!.shape[3]! }, attribute);
}

/** Images `[B, H, W, C]` seen through windows that reach over so many rows and columns. */
function windows(
  [batch, ...lengths]: Shape,
  { reach, channels }: { reach: readonly number[]; channels: number },
  attribute: (name: string) => unknown,
): Shape[] | undefined {
  const [strides, padding] = [attribute("strides") as number[], attribute("padding")];
  if (attribute("data_format") !== "NHWC" || (padding !== "SAME" && padding !== "VALID")) return undefined;
  const places = reach.map((size, i) => Math.ceil((lengths[i]! - (padding === "SAME" ? 0 : size - 1)) / strides[i + 1]!));
  return [[batch!, ...places, channels]];
}

function valuesOf(sizes: tf.TensorInfo): number[] {
  return Array.from(nativeBackend().readSync(sizes.dataId) as Int32Array);
}
