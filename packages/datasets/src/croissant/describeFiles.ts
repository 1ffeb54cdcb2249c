/** The files of an own set, as a card lists them. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { sha256File } from "@tarea/files";
import type { DatasetFile } from "../dataset.js";

/**
 * Sizes and SHA-256s of files.
 *
 * @param names relative to `folder`, with `/` between folders.
 * @throws TareaError for a file that cannot be read.
 */
export async function describeFiles(folder: string, names: readonly string[]): Promise<DatasetFile[]> {
  const files: DatasetFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      files.push({ name, sizeBytes: (await stat(path)).size, sha256: await sha256File(path) });
    } catch (error) {
      throw new TareaError({
        code: "read",
        where: path,
        problem: `the file cannot be read: ${messageOf(error)}`,
        file: path,
        cause: error,
      });
    }
  }
  return files;
}
