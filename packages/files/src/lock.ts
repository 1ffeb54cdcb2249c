/** A lock between processes of one machine that a killed process cannot leave behind for ever. */

import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TareaError } from "@tarea/core";
import { temporaryPathFor, writeError } from "./atomicWrite.js";
import { makeFolder } from "./makeFolder.js";

export interface LockOptions {
  /** How long to wait for another holder before giving up, in seconds; default `DEFAULT_LOCK_WAIT_SECONDS`. */
  waitSeconds?: number;
  /** Called once when the lock is held by another process. */
  onWait?: (holder: string) => void;
}

export const DEFAULT_LOCK_WAIT_SECONDS = 600;

const POLL_MILLISECONDS = 200;
/** A lock file younger than this may still be unwritten; an older one that cannot be parsed is left over. */
const UNWRITTEN_GRACE_MILLISECONDS = 5000;

/**
 * Runs `task` while holding the lock file `path`. A lock whose process no longer lives on this machine is taken over.
 * What the lock guards must still be correct without it (build aside, then rename): the lock only saves double work.
 *
 * @throws TareaError with code `"lock"` when another process holds the lock longer than `waitSeconds`.
 */
export async function withLock<T>(path: string, task: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  await acquire(path, owner, options);
  try {
    return await task();
  } finally {
    if ((await readOwner(path)) === owner) await rm(path, { force: true });
  }
}

async function acquire(path: string, owner: string, options: LockOptions): Promise<void> {
  const deadline = Date.now() + (options.waitSeconds ?? DEFAULT_LOCK_WAIT_SECONDS) * 1000;
  await makeFolder(dirname(path)).catch((error: unknown) => {
    throw writeError(path, error);
  });
  for (let told = false; ; await sleep(POLL_MILLISECONDS)) {
    if (await tryCreate(path, owner)) return;
    const holder = await readOwner(path);
    if (holder !== undefined && (await isAbandoned(path, holder))) {
      await takeAway(path, holder);
      continue;
    }
    if (!told && holder) {
      options.onWait?.(holder);
      told = true;
    }
    if (Date.now() > deadline) {
      throw new TareaError({
        code: "lock",
        where: "lock",
        problem: `${path} is held by another process`,
        received: holder,
        hint: "Wait for it to end, or remove the file if no such process runs.",
        file: path,
      });
    }
  }
}

async function tryCreate(path: string, owner: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(owner);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeError(path, error);
  }
}

async function readOwner(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  let owner: { pid?: unknown; host?: unknown };
  try {
    owner = JSON.parse(holder) as typeof owner;
  } catch {
    const info = await stat(path).catch(() => undefined);
    return info !== undefined && Date.now() - info.mtimeMs > UNWRITTEN_GRACE_MILLISECONDS;
  }
  return owner.host === hostname() && typeof owner.pid === "number" && !isAlive(owner.pid);
}

/** Renames the abandoned lock aside first, so that of several waiting processes only one removes it. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = temporaryPathFor(path);
  await rename(path, aside).catch(() => undefined);
  const moved = await readOwner(aside);
  if (moved !== undefined && moved !== holder) await rename(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
