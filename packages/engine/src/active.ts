/** The one engine of this process: the native library cannot be loaded twice, so this is the package's only mutable state. */

import type { NativeParts } from "./loadNative.js";
import type { Engine } from "./useEngine.js";

export const active: {
  pending: Promise<Engine> | undefined;
  native: NativeParts | undefined;
  /** Whether the kernels of our own are registered with native TensorFlow. */
  kernels: boolean;
  /** Whether they multiply matrices on a matrix unit of the processor (AMX). */
  matrixUnit: boolean;
} = {
  pending: undefined,
  native: undefined,
  kernels: false,
  matrixUnit: false,
};
