/** Gives a backend the gradient kernels that TensorFlow.js has not written for it. Needs no Node module, so browsers can use it. */

import type { TensorFlowJs } from "../tfjs.js";
import { composedKernels } from "./composedKernels.js";

/** Registers, for the named backend, each kernel that it lacks; kernels that it has are left alone. Returns the names registered. */
export function registerMissingKernels(tf: TensorFlowJs, backendName: string): string[] {
  const missing = Object.entries(composedKernels(tf)).filter(([name]) => tf.getKernel(name, backendName) == null);
  for (const [kernelName, kernelFunc] of missing) tf.registerKernel({ kernelName, backendName, kernelFunc });
  return missing.map(([name]) => name);
}
