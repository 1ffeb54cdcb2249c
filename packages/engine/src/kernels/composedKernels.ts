/** The gradient kernels that are composed from kernels that every backend has. */

import type { TensorFlowJs } from "../tfjs.js";
import { conv2DBackpropFilter, type Conv2DBackpropFilterAttributes } from "./conv2DBackpropFilter.js";
import { unsortedSegmentSum } from "./unsortedSegmentSum.js";

type Tensor = import("@tensorflow/tfjs").Tensor;
type KernelFunc = import("@tensorflow/tfjs").KernelFunc;

/** By name; they run on the backend that is current. */
export function composedKernels(tf: TensorFlowJs): Record<string, KernelFunc> {
  return {
    Conv2DBackpropFilter: ({ inputs, attrs }) =>
      conv2DBackpropFilter(tf, inputs["x"] as Tensor, inputs["dy"] as Tensor, attrs as unknown as Conv2DBackpropFilterAttributes),
    UnsortedSegmentSum: ({ inputs, attrs }) =>
      unsortedSegmentSum(tf, inputs["x"] as Tensor, inputs["segmentIds"] as Tensor, attrs!["numSegments"] as number),
  };
}
