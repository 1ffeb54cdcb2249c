/** A wheel of a few bytes with the layout of the real one, and a recipe whose compiler and self-check need no TensorFlow. */

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Wheel } from "../../src/versions.js";
import { wheelRecipe, type WheelRecipeParts } from "../../src/wheelRecipe.js";
import type { Recipe } from "../../src/provision.js";
import { zip } from "./zip.js";

export const WHEEL_BYTES = zip([
  { name: "tensorflow/libtensorflow_cc.so.2", content: "large library ".repeat(5000) },
  { name: "tensorflow/libtensorflow_framework.so.2", content: "small library" },
  { name: "tensorflow/include/tensorflow/c/c_api.h", content: "// header" },
  { name: "tensorflow/python/never_unpacked.py", content: "raise SystemExit" },
]);

export const SMALL_WHEEL: Wheel = {
  package: "small",
  fileName: "small-1-py3-none-any.whl",
  sha256: createHash("sha256").update(WHEEL_BYTES).digest("hex"),
  sizeBytes: WHEEL_BYTES.length,
  python: { version: "3.11", abi: "cp311", platform: "any" },
  glibc: [2, 27],
};

export interface CountedRecipe {
  recipe: Recipe;
  counts: { downloads: number; builds: number };
}

/** A recipe over the small wheel that counts what it does; `parts` replace its steps. */
export function smallRecipe(parts: WheelRecipeParts = {}): CountedRecipe {
  const counts = { downloads: 0, builds: 0 };
  const recipe = wheelRecipe(
    SMALL_WHEEL,
    {},
    {
      neededBytes: 1,
      download: async (destination) => {
        counts.downloads++;
        await (parts.download ?? ((path) => writeFile(path, WHEEL_BYTES)))(destination);
      },
      build: async (folder) => {
        counts.builds++;
        await rm(join(folder, "include"), { recursive: true });
        await writeFile(join(folder, "tfjs_binding.node"), "addon");
        return (await parts.build?.(folder)) ?? "test compiler 1";
      },
      check:
        parts.check ??
        (async (path) => ((await readFile(path, "utf8")) === "addon" ? "0.1.0" : Promise.reject(new Error("bad addon")))),
    },
  );
  return { recipe, counts };
}

/** A new folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tarea-engine-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
