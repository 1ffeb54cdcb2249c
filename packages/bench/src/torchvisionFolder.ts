/** torchvision beside the peers' Python, which has PyTorch already: a folder of its own in the user's cache. */

import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TareaError } from "@tarea/core";
import { cacheFolder, makeFolder, temporaryPathFor, withLock } from "@tarea/files";
import { environmentName, type EnvironmentOptions } from "./pythonEnvironment.js";
import { runProgram } from "./runProgram.js";

const REQUIREMENTS = fileURLToPath(new URL("../python/loader_requirements.txt", import.meta.url));

/**
 * The folder that goes into `PYTHONPATH`, made once.
 *
 * @throws TareaError with code `"bench"` when a package cannot be had.
 */
export async function prepareTorchvision(
  python: string,
  { folder = cacheFolder(), signal, log }: EnvironmentOptions,
): Promise<string> {
  const requirements = (await readFile(REQUIREMENTS, "utf8")).trim().split("\n");
  const target = join(folder, environmentName(requirements));
  if (existsSync(target)) return target;
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    log(`Setting up ${requirements.join(", ")} in ${target}…`);
    const building = temporaryPathFor(target);
    try {
      await makeFolder(building);
      const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", building, "--requirement", REQUIREMENTS];
      const { code, stderr } = await runProgram(python, install, signal && { signal });
      if (code !== 0)
        throw new TareaError({
          code: "bench",
          where: "bench",
          problem: "torchvision cannot be set up",
          received: stderr.trim().split("\n").slice(-3).join(" | "),
          hint: "It needs a network or a pip cache.",
        });
      await rename(building, target);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  });
  return target;
}
