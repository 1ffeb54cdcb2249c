export { conv2DBackpropFilter } from "./conv2DBackpropFilter.js";
export { unsortedSegmentSum } from "./unsortedSegmentSum.js";
export { correctKernels } from "./correctKernels.js";
export { quickenKernels } from "./quickenKernels.js";
export { registerMissingKernels } from "./registerMissingKernels.js";
