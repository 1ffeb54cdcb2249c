/** The native binding and backend of the running engine, for code that speaks to TensorFlow below TensorFlow.js. */

import { TareaError } from "@tarea/core";
import type { TFJSBinding } from "@tensorflow/tfjs-node/dist/tfjs_binding.js";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js";
import { active } from "./active.js";

export type { TFEOpAttr, TensorMetadata } from "@tensorflow/tfjs-node/dist/tfjs_binding.js";
export type NodeBinding = TFJSBinding;
export type NodeBackend = NodeJSKernelBackend;

/** The class of the native backend, for subclasses that share its tensors. */
export type NodeBackendClass = typeof NodeJSKernelBackend;

/**
 * The addon object: `createTensor`, `executeOp`, `loadSavedModel`, `runSavedModel` and TensorFlow's type numbers.
 *
 * @throws TareaError when the engine in use is not `tensorflow`.
 */
export function nativeBinding(): NodeBinding {
  return native().binding;
}

/** The backend registered as `tensorflow`. @throws TareaError when the engine in use is not `tensorflow`. */
export function nativeBackend(): NodeBackend {
  return native().backend;
}

/** The class of `nativeBackend()`. @throws TareaError when the engine in use is not `tensorflow`. */
export function nativeBackendClass(): NodeBackendClass {
  return native().backendClass;
}

/** Whether native TensorFlow has the kernels of our own: operations whose names begin with `Tarea`. */
export function hasOwnKernels(): boolean {
  return active.kernels;
}

/** Whether those kernels have a matrix unit, which makes them the faster ones for wide convolutions too. */
export function hasMatrixUnit(): boolean {
  return active.kernels && active.matrixUnit;
}

function native(): NonNullable<typeof active.native> {
  if (active.native !== undefined) return active.native;
  throw new TareaError({
    code: "engine",
    where: "nativeBinding",
    problem: "native TensorFlow is not in use in this process",
    hint: 'Await useEngine({ prefer: "tensorflow" }) first.',
  });
}
