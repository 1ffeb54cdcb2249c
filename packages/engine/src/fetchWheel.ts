/** Gets the wheel with the machine's pip and lets only the exact bytes pass that this release was written for. */

import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TareaError } from "@tarea/core";
import { sha256File, temporaryPathFor } from "@tarea/files";
import { failureText, runCommand } from "./runCommand.js";
import { findPip, type Environment } from "./toolchain.js";
import { TENSORFLOW_VERSION, type Wheel } from "./versions.js";
import { watchDownload } from "./watchDownload.js";

/** Puts the wheel's file at `destination`, whose folder exists; rejects when it cannot. */
export type DownloadWheel = (destination: string) => Promise<void>;

const PIP_LIMIT_SECONDS = 3600;

/**
 * Makes sure that `path` holds the wheel. A file already there is kept if its hash is right and deleted if not. A download
 * whose hash is wrong is deleted and tried once more.
 *
 * @returns how it was got, in a few words
 * @throws TareaError with code `"checksum"`, or the download's own error
 */
export async function fetchWheel(path: string, wheel: Wheel, download: DownloadWheel): Promise<string> {
  if ((await faultOf(path, wheel)) === undefined) return "already downloaded";
  let fault: string | undefined;
  await removeLeftovers(path);
  for (let attempt = 1; attempt <= 2; attempt++) {
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    const partial = temporaryPathFor(path);
    try {
      await download(partial);
      fault = await faultOf(partial, wheel);
      if (fault === undefined) {
        await rename(partial, path);
        return attempt === 1 ? "downloaded" : "downloaded again after a faulty first download";
      }
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  throw new TareaError({
    code: "checksum",
    where: "installEngine",
    problem: `the downloaded ${wheel.fileName} is not the expected file: ${fault}`,
    hint: "Check which package index, mirror or proxy pip uses: pip config list.",
    file: path,
  });
}

/**
 * Downloads with pip, which checks the hash too; settings of the machine's pip (index, proxy, certificates) apply. pip's own cache is
 * left out, so that the wheel does not stay on the disk. `log` gets a line at the start and one for every tenth of the file.
 */
export function downloadWithPip(wheel: Wheel, env: Environment, log: (line: string) => void = () => undefined): DownloadWheel {
  return async (destination) => {
    const { program, missing } = await findPip(env);
    if (program === undefined)
      throw pipError(missing, "Install Python 3 with pip, for example with: apt-get install python3-pip.");
    const folder = `${destination}.pip`;
    try {
      await mkdir(folder, { recursive: true });
      const requirements = join(folder, "requirements.txt");
      await writeFile(requirements, `${wheel.package}==${TENSORFLOW_VERSION} --hash=sha256:${wheel.sha256}\n`);
      const { version, abi, platform } = wheel.python;
      const stopWatching = watchDownload(folder, wheel.sizeBytes, log);
      const result = await runCommand(
        program.command,
        [
          ...[...program.args, "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--progress-bar=off", "--quiet"],
          ...["--implementation", "cp", "--python-version", version, "--abi", abi, "--platform", platform],
          ...["--require-hashes", "--requirement", requirements, "--dest", folder],
        ],
        {
          env: { ...env, TMPDIR: folder, PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" },
          limitSeconds: PIP_LIMIT_SECONDS,
        },
      );
      stopWatching();
      if (!result.ok)
        throw pipError(
          `pip could not download ${wheel.fileName} (${result.failure}): ${failureText(result)}`,
          pipHint(result.stderr),
        );
      await rename(join(folder, wheel.fileName), destination);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Removes partial downloads of killed processes; the caller holds the engine's lock, so none is in use. */
async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (name.startsWith(`.tmp-${basename(path)}-`)) await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

async function faultOf(path: string, wheel: Wheel): Promise<string | undefined> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return "the file is missing";
  if (size !== wheel.sizeBytes) return `it has ${size} bytes instead of ${wheel.sizeBytes}`;
  const hash = await sha256File(path);
  return hash === wheel.sha256 ? undefined : `its SHA-256 is ${hash} instead of ${wheel.sha256}`;
}

function pipHint(stderr: string): string {
  if (/No space left on device|Disk quota exceeded/.test(stderr))
    return "The disk is full: free some space, or set TAREA_CACHE_DIR to another disk.";
  if (/DO NOT MATCH THE HASHES/.test(stderr)) return "Check which package index, mirror or proxy pip uses: pip config list.";
  return "Check the network connection and pip's settings, then run: tarea engine install.";
}

function pipError(problem: string, hint: string): TareaError {
  return new TareaError({ code: "download", where: "installEngine", problem, hint });
}
