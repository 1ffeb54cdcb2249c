/** Makes a folder and says truly why it cannot be made. */

import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it. Node's recursive `mkdir` reports a missing folder when the disk is read-only, and
 * never returns below `/proc`.
 *
 * Rejects with the file system's own error.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const info = await stat(folder).catch(() => undefined);
    if (info?.isDirectory()) return;
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === folder) throw error;
    await makeFolder(parent);
    await mkdir(folder).catch((again: unknown) => {
      // Another process may have made it in between.
      if ((again as NodeJS.ErrnoException).code !== "EEXIST") throw again;
    });
  }
}
