/** NPZ, NumPy's format of several named arrays: a zip of NPY files. */

import type { NumericArray } from "@tarea/core";
import { checkBytes } from "./checkBytes.js";
import { formatError } from "./formatError.js";
import { parseNpy } from "./npy.js";
import { readZip } from "./zip.js";

export interface ParseNpzOptions {
  /** Named in errors. */
  file: string;
  /** Most bytes that the archive may unpack to; default `MAX_ZIP_BYTES`. */
  maxBytes?: number;
}

/**
 * Reads all arrays of an NPZ file by name, packed or not, as `parseNpy` does.
 *
 * Memory: at most the file, `maxBytes` and the arrays.
 *
 * @throws TareaError for a damaged archive, one that holds something else than arrays or more than `maxBytes`, and as `parseNpy`.
 * @example
 * const arrays = parseNpz(await readFile("data.npz"), { file: "data.npz" });
 * const x = arrays.get("x");
 */
export function parseNpz(bytes: Uint8Array, { file, maxBytes }: ParseNpzOptions): Map<string, NumericArray> {
  checkBytes("parseNpz", bytes);
  const entries = readZip(bytes, { file, ...(maxBytes !== undefined && { maxBytes }) });
  const arrays = new Map<string, NumericArray>();
  for (const [name, content] of entries) {
    if (!name.endsWith(".npy")) {
      throw formatError({
        file,
        problem: "the archive holds something else than arrays",
        expected: "names that end in .npy",
        received: JSON.stringify(name),
        offset: 0,
      });
    }
    arrays.set(name.slice(0, -".npy".length), parseNpy(content, { file: `${file}: ${name}` }));
  }
  return arrays;
}
