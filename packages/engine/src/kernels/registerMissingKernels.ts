/** Gives a backend the gradient kernels that TensorFlow.js has not written for it. Needs no Node module, so browsers can use it. */

import type { TensorFlowJs } from "../tfjs.js";
import { conv2DBackpropFilter, type Conv2DBackpropFilterAttributes } from "./conv2DBackpropFilter.js";
import { unsortedSegmentSum } from "./unsortedSegmentSum.js";

type Tensor = import("@tensorflow/tfjs").Tensor;
type KernelFunc = import("@tensorflow/tfjs").KernelFunc;

/** Registers, for the named backend, each kernel that it lacks; kernels that it has are left alone. Returns the names registered. */
export function registerMissingKernels(tf: TensorFlowJs, backendName: string): string[] {
  const kernels: Record<string, KernelFunc> = {
    Conv2DBackpropFilter: ({ inputs, attrs }) =>
      conv2DBackpropFilter(tf, inputs["x"] as Tensor, inputs["dy"] as Tensor, attrs as unknown as Conv2DBackpropFilterAttributes),
    UnsortedSegmentSum: ({ inputs, attrs }) =>
      unsortedSegmentSum(tf, inputs["x"] as Tensor, inputs["segmentIds"] as Tensor, attrs!["numSegments"] as number),
  };
  const missing = Object.keys(kernels).filter((name) => tf.getKernel(name, backendName) == null);
  for (const kernelName of missing) tf.registerKernel({ kernelName, backendName, kernelFunc: kernels[kernelName]! });
  return missing;
}
