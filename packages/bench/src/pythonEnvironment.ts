/** The peers' Python: a virtual environment with pinned versions in the user's cache folder, made once. */

import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TareaError } from "@tarea/core";
import { cacheFolder, makeFolder, temporaryPathFor, withLock } from "@tarea/files";
import { runProgram } from "./runProgram.js";

const REQUIREMENTS = fileURLToPath(new URL("../python/requirements.txt", import.meta.url));

/** Longer than a slow download takes. */
const LOCK_WAIT_SECONDS = 3600;

export interface EnvironmentOptions {
  /** Default: `cacheFolder()` of `@tarea/files`. */
  folder?: string;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * The path of a Python that has the peers. Where there is none yet it is built aside, tried and renamed into place, so that it
 * is there whole or not at all; it takes minutes and some gigabytes.
 *
 * @throws TareaError with code `"bench"` when Python or a package cannot be had.
 */
export async function preparePython({ folder = cacheFolder(), signal, log }: EnvironmentOptions): Promise<string> {
  const requirements = (await readFile(REQUIREMENTS, "utf8")).trim().split("\n");
  const target = join(folder, environmentName(requirements));
  const python = join(target, "bin", "python");
  if (existsSync(python)) return python;
  await withLock(
    `${target}.lock`,
    async () => {
      if (existsSync(python)) return;
      log(`Setting up ${requirements.join(", ")} in ${target} (minutes, about 7 GB)…`);
      await build(target, signal);
    },
    { waitSeconds: LOCK_WAIT_SECONDS, onWait: () => log("Another process is setting up Python; waiting for it…") },
  );
  return python;
}

/** `keras==3.15.1`, `torch==2.15.0` -> `bench-python-keras3.15.1-torch2.15.0` */
export function environmentName(requirements: readonly string[]): string {
  return `bench-python-${requirements.map((line) => line.replace("==", "")).join("-")}`;
}

/** The environment's `python` works wherever its folder lies; only the scripts beside it, which nobody calls, name the old place. */
async function build(target: string, signal: AbortSignal | undefined): Promise<void> {
  const building = temporaryPathFor(target);
  const python = join(building, "bin", "python");
  const run = async (command: string, args: string[]) => {
    const { code, stderr } = await runProgram(command, args, signal && { signal }).catch((error: NodeJS.ErrnoException) => ({
      code: error.code,
      stderr: error.message,
    }));
    if (code === 0) return;
    throw new TareaError({
      code: "bench",
      where: "bench",
      problem: `the Python of the peers cannot be set up: ${args.slice(0, 3).join(" ")} failed`,
      received: stderr.trim().split("\n").slice(-3).join(" | "),
      hint: "It needs Python 3.10 or later with venv and pip, and a network or a pip cache.",
    });
  };
  try {
    await makeFolder(building);
    await run("python3", ["-m", "venv", building]);
    await run(python, ["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]);
    await run(python, ["-c", "import keras, torch"]);
    await rename(building, target);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
