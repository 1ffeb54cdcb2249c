/** Puts right the gradient kernels that TensorFlow.js has wrong in plain JavaScript and WebAssembly. Needs no Node module. */

import type { TensorFlowJs } from "../tfjs.js";
import { windowShares, type AvgPoolGradAttributes } from "./avgPoolGrad.js";
import { resizeNearestNeighborGrad, type ResizeNearestNeighborAttributes } from "./resizeNearestNeighborGrad.js";

type Tensor = import("@tensorflow/tfjs").Tensor;
type KernelFunc = import("@tensorflow/tfjs").KernelFunc;

/** Kernels that came from here. */
const corrected = new WeakSet<KernelFunc>();

/**
 * Replaces, for the named backend (`"cpu"` or `"wasm"`), the gradients of average pooling, which counts padding, and of nearest-neighbour
 * resizing, which is wrong from the second sample of a batch on. Returns the names replaced: none the second time.
 */
export function correctKernels(tf: TensorFlowJs, backendName: string): string[] {
  const kernels: Record<string, (own: KernelFunc) => KernelFunc> = {
    AvgPoolGrad: (own) => (call) => {
      const dy = call.inputs["dy"] as Tensor;
      const shares = windowShares(tf, call.inputs["input"]!.shape, call.attrs as unknown as AvgPoolGradAttributes);
      if (shares === undefined) return own(call);
      const scaled = tf.mul(dy, shares);
      const result = own({ ...call, inputs: { ...call.inputs, dy: scaled } });
      tf.dispose([shares, scaled]);
      return result;
    },
    ResizeNearestNeighborGrad:
      () =>
      ({ inputs, attrs }) =>
        resizeNearestNeighborGrad(
          tf,
          inputs["images"]!.shape,
          inputs["dy"] as Tensor,
          attrs as unknown as ResizeNearestNeighborAttributes,
        ),
  };
  return Object.keys(kernels).filter((kernelName) => {
    const config = tf.getKernel(kernelName, backendName);
    if (config == null || corrected.has(config.kernelFunc)) return false;
    const kernelFunc = kernels[kernelName]!(config.kernelFunc);
    corrected.add(kernelFunc);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...config, kernelFunc });
    return true;
  });
}
