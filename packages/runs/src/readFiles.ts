/** Reads the files of a run folder that somebody else may have written: limits before allocation, nothing outside the folder. */

import { open, stat } from "node:fs/promises";
import { TareaError, messageOf } from "@tarea/core";
import { parseJson } from "./parseJson.js";
import { pathInside } from "./runPaths.js";

/** Largest file of each kind that is read, in bytes. */
export const SIZE_LIMITS = {
  "run.json": 4 * 2 ** 20,
  "history.json": 32 * 2 ** 20,
  predictions: 256 * 2 ** 20,
  samples: 64 * 2 ** 20,
} as const;

const LOST_HINT = "The file is missing or damaged: restore it, or run the experiment again.";

/**
 * The bytes of `relativePath` in `folder`, at most `limit`; `undefined` when there is no such file.
 *
 * @throws TareaError with code `"read"` when it is no regular file, too large, or not `exactly` as long as it must be.
 */
export async function readLimited(
  folder: string,
  relativePath: string,
  limit: number,
  exactly?: number,
): Promise<Uint8Array | undefined> {
  const path = await pathInside("readRun", folder, relativePath);
  try {
    const info = await stat(path);
    if (!info.isFile()) throw fault(path, `${relativePath} is not a file`);
    if (exactly !== undefined && info.size !== exactly) throw wrongSize(path, relativePath, exactly, info.size);
    if (info.size > limit) throw fault(path, `${relativePath} is larger than ${limit} bytes`, String(info.size));
    const handle = await open(path);
    try {
      const bytes = new Uint8Array(info.size);
      const { bytesRead } = await handle.read(bytes, 0, info.size, 0);
      if (bytesRead !== info.size) throw wrongSize(path, relativePath, info.size, bytesRead);
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof TareaError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TareaError({
      code: "read",
      where: "readRun",
      problem: `cannot read ${relativePath}: ${messageOf(error)}`,
      file: path,
      cause: error,
    });
  }
}

/** The JSON value in a file, or `undefined` when there is no such file. @throws TareaError when it is not JSON. */
export async function readJson(folder: string, relativePath: "run.json" | "history.json"): Promise<unknown> {
  const bytes = await readLimited(folder, relativePath, SIZE_LIMITS[relativePath]);
  if (bytes === undefined) return undefined;
  const file = await pathInside("readRun", folder, relativePath);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new TareaError({
      code: "json",
      where: "readRun",
      problem: `${relativePath} is not valid JSON: ${messageOf(error).slice(0, 200)}`,
      hint: LOST_HINT,
      file,
      cause: error,
    });
  }
}

/** A fault of the file at `path`. */
export function fault(path: string, problem: string, received?: string): TareaError {
  return new TareaError({ code: "read", where: "readRun", problem, received, hint: LOST_HINT, file: path });
}

function wrongSize(path: string, name: string, expected: number, received: number): TareaError {
  return new TareaError({
    code: "read",
    where: "readRun",
    problem: `${name} has the wrong size`,
    expected: `${expected} bytes`,
    received: String(received),
    hint: LOST_HINT,
    file: path,
  });
}
