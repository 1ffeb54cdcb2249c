/** Reads one of the user's own files. */

import { constants, open } from "node:fs/promises";
import { TareaError, messageOf } from "@tarea/core";

/** Largest file that is read as a whole: two gigabytes, as much as one read of Node returns. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/** @throws TareaError when it is missing, no plain file, too large, or cannot be read. */
export async function readWhole(path: string, maxBytes: number = MAX_FILE_BYTES): Promise<Uint8Array> {
  let handle;
  try {
    // Does not wait for the other end of a pipe, which is no plain file.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error("it is no plain file");
    if (stat.size > maxBytes) {
      throw new TareaError({
        code: "format",
        where: path,
        problem: "the file is too large",
        expected: `at most ${maxBytes} bytes`,
        received: `${stat.size} bytes`,
        offset: maxBytes,
        file: path,
      });
    }
    return await handle.readFile();
  } catch (error) {
    if (error instanceof TareaError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new TareaError({
      code: "read",
      where: path,
      problem: missing ? "there is no such file" : `the file cannot be read: ${messageOf(error)}`,
      file: path,
      cause: error,
    });
  } finally {
    await handle?.close();
  }
}
