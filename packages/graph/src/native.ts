/** Tensors and calls of the native library, below TensorFlow.js. */

import type * as tf from "@tensorflow/tfjs";
import type { NumericArray } from "@tarea/core";
import { nativeBackend, nativeBinding, type TensorMetadata } from "@tarea/engine/native";
import { DT, nameOf, type Output, type TensorFlowType } from "./graph.js";

export type NativeTensorId = number;

/** The graph's type for stored data. */
export function storedType(dtype: NumericArray["dtype"]): TensorFlowType {
  return dtype === "uint8" ? DT.uint8 : dtype === "int32" ? DT.int32 : DT.float;
}

/** A native tensor over the array's own memory, which must not change while it lives. Delete it with `deleteTensors`. */
export function createTensor(data: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): NativeTensorId {
  const type = data instanceof Float32Array ? DT.float : data instanceof Int32Array ? DT.int32 : DT.uint8;
  return nativeBinding().createTensor([...shape], type, data);
}

export function deleteTensors(ids: readonly NativeTensorId[]): void {
  for (const id of ids) nativeBinding().deleteTensor(id);
}

/** A copy of the numbers of a native tensor. */
export function readTensor(id: NativeTensorId): Float32Array {
  return nativeBinding().tensorDataSync(id) as Float32Array;
}

/** The native tensor behind a TensorFlow.js tensor; it stays that tensor's. */
export function idOf(tensor: tf.TensorInfo): NativeTensorId {
  return (nativeBackend() as unknown as { getInputTensorIds(tensors: tf.TensorInfo[]): number[] }).getInputTensorIds([
    tensor,
  ])[0]!;
}

/** Hands a native tensor to TensorFlow.js, which frees it with the tensor that is returned. */
export function adoptTensor(metadata: TensorMetadata): tf.Tensor {
  return (nativeBackend() as unknown as { createOutputTensor(metadata: TensorMetadata): tf.Tensor }).createOutputTensor(metadata);
}

/** One call of the session: feeds in, fetches out, in their order. Blocks until it is done. */
export function runSession(
  session: number,
  feeds: readonly (readonly [Output, NativeTensorId])[],
  fetches: readonly Output[],
): TensorMetadata[] {
  return nativeBinding().runSavedModel(
    session,
    feeds.map(([, id]) => id),
    feeds.map(([output]) => nameOf(output)).join(),
    fetches.map(nameOf).join(),
  );
}
