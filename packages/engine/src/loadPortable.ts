/** The engines without native code: WebAssembly, and plain JavaScript. */

import { messageOf } from "@tarea/core";
import { correctKernels } from "./kernels/correctKernels.js";
import { quickenKernels } from "./kernels/quickenKernels.js";
import { registerMissingKernels } from "./kernels/registerMissingKernels.js";
import { requireModule, type TensorFlowJs } from "./tfjs.js";

/** Makes WebAssembly the current backend, with the gradient kernels it lacks or has wrong; returns the fault when it does not start. */
export async function loadWasm(tf: TensorFlowJs): Promise<string | undefined> {
  try {
    requireModule("@tensorflow/tfjs-backend-wasm");
    registerMissingKernels(tf, "wasm");
    correctKernels(tf, "wasm");
    return (await tf.setBackend("wasm")) ? undefined : "WebAssembly does not start in this Node";
  } catch (error) {
    return `WebAssembly does not start: ${messageOf(error)}`;
  }
}

/**
 * Makes plain JavaScript the current backend, with gradients put right and quick ones of look-ups and convolutions, and without its
 * notice that other backends are faster: the engine's reason says so.
 */
export async function loadCpu(tf: TensorFlowJs): Promise<void> {
  const backend = tf.findBackend("cpu") as unknown as { firstUse: boolean };
  backend.firstUse = false;
  correctKernels(tf, "cpu");
  quickenKernels(tf, "cpu");
  await tf.setBackend("cpu");
}
