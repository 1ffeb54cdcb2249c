/** Finds a set's files in a folder and reads them only when they are the published ones. */

import { createHash } from "node:crypto";
import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { CONTENT_HEAD_BYTES, describeContent } from "@tarea/files";
import type { DatasetDefinition, DatasetFile } from "./dataset.js";

/** What lies in a folder under a file's published or unpacked name. */
export interface FileState {
  /** The published name. */
  name: string;
  /** Where it is, or where it should be. */
  path: string;
  state: "right" | "missing" | "wrong";
  /** The set can be read without it. */
  optional: boolean;
  /** Size and SHA-256 it must have, in the form found. */
  expected: { sizeBytes: number; sha256: string };
  sizeBytes: number | null;
  /** `null` when the file is missing, unreadable, or already has the wrong size. */
  sha256: string | null;
  /** Why a wrong file is wrong. */
  error: TareaError | null;
  /** The verified bytes of a right file. */
  bytes: Uint8Array | null;
}

/** Looks for each file under its published name, then without its compression. */
export async function readFolder(folder: string, files: readonly DatasetFile[]): Promise<FileState[]> {
  return Promise.all(files.map((file) => readFile(folder, file)));
}

async function readFile(folder: string, file: DatasetFile): Promise<FileState> {
  const packed = await readForm(folder, file, file);
  if (packed.state !== "missing" || file.unpacked === undefined) return packed;
  const unpacked = await readForm(folder, file, file.unpacked);
  return unpacked.state === "missing" ? packed : unpacked;
}

/**
 * The states of files whose unpacked content comes out of a tree of small files instead; optional ones may lie beside it. `null` when
 * there is no tree.
 */
export async function verifyTree(
  folder: string,
  files: readonly DatasetFile[],
  readTree: NonNullable<DatasetDefinition["readTree"]>,
): Promise<FileState[] | null> {
  const contents = await readTree(folder);
  if (contents === null) return null;
  return Promise.all(
    files.map(async (file) => {
      const bytes = contents.get(file.name);
      if (bytes === undefined) return readFile(folder, file);
      return verify(emptyState(folder, file, file.unpacked ?? file), bytes);
    }),
  );
}

type Form = Pick<DatasetFile, "name" | "sizeBytes" | "sha256">;

function emptyState(
  folder: string,
  { name, optional = false }: DatasetFile,
  { name: formName, sizeBytes, sha256 }: Form,
): FileState {
  const expected = { sizeBytes, sha256 };
  const path = join(folder, formName);
  return { name, path, state: "missing", optional, expected, sizeBytes: null, sha256: null, error: null, bytes: null };
}

async function readForm(folder: string, file: DatasetFile, form: Form): Promise<FileState> {
  const state = emptyState(folder, file, form);
  const { path, expected } = state;
  let handle;
  try {
    // Does not wait for the other end of a pipe, which is no plain file.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR" ? state : { ...state, state: "wrong", error: unreadable(path, error) };
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error("it is no plain file");
    const { size } = stat;
    if (size !== form.sizeBytes) {
      const head = new Uint8Array(Math.min(size, CONTENT_HEAD_BYTES));
      await handle.read(head, 0, head.length, 0);
      return { ...state, state: "wrong", sizeBytes: size, error: wrongFile(path, expected, head, `${size} bytes`) };
    }
    return verify(state, await handle.readFile());
  } catch (error) {
    return { ...state, state: "wrong", error: unreadable(path, error) };
  } finally {
    await handle.close();
  }
}

/** Completes the state of a file by its content. */
function verify(state: FileState, bytes: Uint8Array): FileState {
  const { path, expected } = state;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const known = { ...state, sizeBytes: bytes.length, sha256 };
  if (sha256 === expected.sha256) return { ...known, state: "right", bytes };
  const received = bytes.length === expected.sizeBytes ? `SHA-256 ${sha256}` : `${bytes.length} bytes`;
  return { ...known, state: "wrong", error: wrongFile(path, expected, bytes, received) };
}

/** Explains a file that is not the published one: a web page, cut short, still or no longer packed, another release. */
function wrongFile(path: string, expected: FileState["expected"], head: Uint8Array, received: string): TareaError {
  const kind = describeContent(head, path);
  return new TareaError({
    code: "checksum",
    where: path,
    problem: kind === undefined ? "this is not the published file" : `this is ${kind}, not the published file`,
    expected: `${expected.sizeBytes} bytes with SHA-256 ${expected.sha256}`,
    received,
    hint: explain(path, expected, head, kind, received),
    file: path,
  });
}

function explain(
  path: string,
  expected: FileState["expected"],
  head: Uint8Array,
  kind: string | undefined,
  received: string,
): string {
  if (kind !== undefined) return "Something else was saved under this name: download the file again.";
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  if (path.endsWith(".gz") && !gzipped) return "It is not gzip: if it is already unpacked, take .gz off its name.";
  if (!path.endsWith(".gz") && gzipped) return "It is still gzip: add .gz to its name.";
  if (Number.parseInt(received, 10) < expected.sizeBytes && received.endsWith("bytes"))
    return "It seems to be cut short: download it again.";
  return "It may be damaged, packed anew, or of another release: download it again.";
}

function unreadable(path: string, error: unknown): TareaError {
  return new TareaError({
    code: "read",
    where: path,
    problem: `the file cannot be read: ${messageOf(error)}`,
    hint: "Check the file's permissions.",
    file: path,
    cause: error,
  });
}
