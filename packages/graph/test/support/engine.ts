/** The native engine when the cache has it; tests never set it up. */

import { useEngine } from "@tarea/engine";

const engine = await useEngine({ threads: 1, kernels: process.env["TAREA_TEST_KERNELS"] !== "off" });

export const isNative = engine.name === "tensorflow";

/** For test titles: why a test of the native path does not run here. */
export const skipReason = isNative ? "" : ` (skipped: ${engine.reason})`;
