/** Registers native TensorFlow with TensorFlow.js from an addon that may lie anywhere. */

import util from "node:util";
import { dirname } from "node:path";
import type { TFJSBinding } from "@tensorflow/tfjs-node/dist/tfjs_binding.js";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js";
import { withQuietLog } from "./quietLog.js";
import { loadTensorFlowJs, requireModule } from "./tfjs.js";

export interface NativeParts {
  binding: TFJSBinding;
  backend: NodeJSKernelBackend;
  backendClass: typeof NodeJSKernelBackend;
}

/** The name under which the native backend is registered with TensorFlow.js. */
const NATIVE_BACKEND = "tensorflow";

/**
 * Loads the addon, registers its backend and kernels and makes it the current backend. The libraries that the addon
 * needs lie beside it. Thread variables must be set before (see `setThreadVariables`). Rejects when the addon does not load.
 */
export async function loadNative(addonPath: string): Promise<NativeParts> {
  restoreRemovedUtilities();
  const tf = loadTensorFlowJs();
  const binding = withQuietLog(dirname(addonPath), () => requireModule(addonPath) as TFJSBinding);
  const { NodeJSKernelBackend: backendClass } = requireModule("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js") as {
    NodeJSKernelBackend: typeof NodeJSKernelBackend;
  };
  const backend = new backendClass(binding, "@tensorflow/tfjs-node");
  tf.registerBackend(NATIVE_BACKEND, () => backend, 3);
  requireModule("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  await tf.setBackend(NATIVE_BACKEND);
  await tf.ready();
  return { binding, backend, backendClass };
}

/** `@tensorflow/tfjs-node` calls two functions that Node 23 took out of `node:util`. */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  utilities["isArray"] ??= Array.isArray;
}
