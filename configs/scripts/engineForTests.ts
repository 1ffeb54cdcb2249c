/** Provisions the native engine for the tests, which go on without it where it cannot be had. */

import { join } from "node:path";
import { runTool } from "./runTool.ts";
import { root } from "./turbo.ts";

/**
 * Sets the engine up and prints what became of it. Returns the environment of the tests: `TAREA_TEST_NATIVE` is `1` when the
 * native engine is there, and empty when its tests are to be skipped.
 */
export async function provisionEngine(): Promise<Record<string, string>> {
  const start = performance.now();
  const { code, output } = await runTool(process.execPath, [join(root, "configs", "scripts", "provisionEngine.ts")]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  const skipped = code === 0 ? "" : "; tests of the native engine are skipped, the others run on WebAssembly or plain JavaScript";
  process.stdout.write(
    `${"engine".padEnd(10)} ${(code === 0 ? "ok" : "none").padEnd(6)} ${seconds} s  ${output.trim()}${skipped}\n`,
  );
  return { TAREA_TEST_NATIVE: code === 0 ? "1" : "" };
}
