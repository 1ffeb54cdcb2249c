/** Writes that are seen whole or not at all, whatever ends the process. */

import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { makeFolder } from "./makeFolder.js";

/** A path beside `target` that no other process uses; readers skip names that begin with `.tmp-`. */
export function temporaryPathFor(target: string): string {
  return join(dirname(target), `.tmp-${basename(target)}-${process.pid}-${randomUUID().slice(0, 8)}`);
}

/**
 * Writes a file beside its target, flushes it to disk and renames it into place; the folder is made if it is missing.
 *
 * @throws TareaError with code `"write"` that names the file and the cause (full disk, read-only folder).
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryPathFor(path);
  try {
    await makeFolder(dirname(path));
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** Turns a file system error into one that says what a person can do about it. */
export function writeError(path: string, error: unknown): TareaError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return new TareaError({
    code: "write",
    where: "write",
    problem: `cannot write ${path}: ${describe(code) ?? messageOf(error)}`,
    hint: code === "ENOSPC" || code === "EDQUOT" ? "Free some space, or choose another folder." : WRITE_HINTS[code ?? ""],
    file: path,
    cause: error,
  });
}

const WRITE_HINTS: Record<string, string> = {
  EACCES: "Check the folder's permissions, or choose another folder.",
  EPERM: "Check the folder's permissions, or choose another folder.",
  EROFS: "Choose a folder on a writable disk.",
};

function describe(code: string | undefined): string | undefined {
  switch (code) {
    case "EISDIR":
      return "it is a folder";
    case "ENOSPC":
      return "the disk is full";
    case "EDQUOT":
      return "the disk quota is used up";
    case "EROFS":
      return "the disk is read-only";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EEXIST":
    case "ENOTDIR":
      return "a part of the path is a file, not a folder";
    default:
      return undefined;
  }
}
