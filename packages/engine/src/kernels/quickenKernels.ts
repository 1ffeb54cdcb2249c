/** Replaces gradient kernels that TensorFlow.js has right in plain JavaScript, but so slow that nothing is trained with them. */

import type { TensorFlowJs } from "../tfjs.js";
import { composedKernels } from "./composedKernels.js";

type KernelFunc = import("@tensorflow/tfjs").KernelFunc;

/** Kernels that came from here. */
const quick = new WeakSet<KernelFunc>();

/**
 * Replaces, for the named backend (`"cpu"`), the gradient of a look-up, whose time grows with rows times segments (minutes for an
 * embedding of 10,000 words; milliseconds then), and that of a convolution's filter (40 times as fast then). Convolutions with
 * channels first keep their own. Returns the names replaced: none the second time.
 */
export function quickenKernels(tf: TensorFlowJs, backendName: string): string[] {
  return Object.entries(composedKernels(tf)).flatMap(([kernelName, composed]) => {
    const config = tf.getKernel(kernelName, backendName);
    if (config == null || quick.has(config.kernelFunc)) return [];
    const kernelFunc: KernelFunc = (call) => (call.attrs?.["dataFormat"] === "NCHW" ? config.kernelFunc(call) : composed(call));
    quick.add(kernelFunc);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...config, kernelFunc });
    return [kernelName];
  });
}
