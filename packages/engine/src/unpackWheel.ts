/** Takes TensorFlow's two libraries and the headers that the addon includes out of the wheel, and nothing else. */

import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { TareaError, messageOf } from "@tarea/core";
import { openPromise, type Entry } from "yauzl";

/** The libraries, as they are called in the wheel's `tensorflow/` folder and in the engine folder. */
export const FRAMEWORK_LIBRARY = "libtensorflow_framework.so.2";
export const LIBRARIES = ["libtensorflow_cc.so.2", FRAMEWORK_LIBRARY] as const;

/** Where the headers are unpacked, below the target folder. */
export const INCLUDE_FOLDER = "include";

const HEADER =
  /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/(?:[\w-]+\/)*[\w.-]+\.h)$/;
const MAX_ENTRIES = 100_000;
const MAX_LIBRARY_BYTES = 2 ** 31;
const MAX_HEADER_BYTES = 2 ** 20;
const MAX_HEADERS = 5000;

/**
 * Unpacks into `folder`, which must exist, and returns the number of files. Paths are matched against a fixed pattern, so that no entry can leave the folder.
 *
 * @throws TareaError with code `"wheel"` when the file is no such wheel; the file system's error when writing fails.
 */
export async function unpackWheel(wheelPath: string, folder: string): Promise<number> {
  const seen = new Set<string>();
  try {
    await unpackEntries(wheelPath, folder, seen);
  } catch (error) {
    if (error instanceof TareaError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw wheelError(wheelPath, `is not a readable zip archive (${messageOf(error)})`);
  }
  const missing = LIBRARIES.filter((name) => !seen.has(name));
  if (missing.length > 0) throw wheelError(wheelPath, `does not hold ${missing.join(" and ")}`);
  return seen.size;
}

async function unpackEntries(wheelPath: string, folder: string, seen: Set<string>): Promise<void> {
  const zip = await openPromise(wheelPath, { autoClose: false });
  try {
    if (zip.entryCount > MAX_ENTRIES) throw wheelError(wheelPath, `has ${zip.entryCount} entries, more than ${MAX_ENTRIES}`);
    for await (const entry of zip.eachEntry()) {
      const target = targetOf(entry);
      if (target === undefined) continue;
      if (seen.has(target)) throw wheelError(wheelPath, `holds ${entry.fileName} twice`);
      seen.add(target);
      checkSize(wheelPath, entry, seen.size);
      await mkdir(dirname(join(folder, target)), { recursive: true });
      const source = await zip.openReadStreamPromise(entry);
      await pipeline(source, createWriteStream(join(folder, target), { flags: "wx", highWaterMark: 1 << 20 }));
    }
  } finally {
    zip.close();
  }
}

function targetOf(entry: Entry): string | undefined {
  const name = basename(entry.fileName);
  if (LIBRARIES.some((library) => library === name && entry.fileName === `tensorflow/${library}`)) return name;
  return HEADER.exec(entry.fileName)?.[1];
}

function checkSize(wheelPath: string, entry: Entry, count: number): void {
  const limit = entry.fileName.endsWith(".h") ? MAX_HEADER_BYTES : MAX_LIBRARY_BYTES;
  if (entry.uncompressedSize > limit)
    throw wheelError(wheelPath, `holds ${entry.fileName} with ${entry.uncompressedSize} bytes, more than ${limit}`);
  if (count > MAX_HEADERS) throw wheelError(wheelPath, `holds more than ${MAX_HEADERS} headers`);
}

function wheelError(wheelPath: string, problem: string): TareaError {
  return new TareaError({ code: "wheel", where: "installEngine", problem: `${basename(wheelPath)} ${problem}`, file: wheelPath });
}
