/** The same numbers from TensorFlow's own kernels, for machines where those of our own could not be compiled, and for mixed precision. */

import { expect, test } from "vitest";
import { useEngine } from "@tarea/engine";

process.env["TAREA_TEST_KERNELS"] = "off";
await import("./kernelBlocks.test.js");
await import("./layers.test.js");
await import("./losses.test.js");
await import("./optimizers.test.js");

test("no kernels of our own are in use in this process", async () => {
  expect((await useEngine()).kernels).toBe(false);
});
