/** Reads a folder of PNG pictures, one folder to each class. */

import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { TareaError, checkInteger, checkKnownOptions, messageOf } from "@tarea/core";
import type { Samples, Splits } from "../dataset.js";
import { formatError } from "../formats/formatError.js";
import { parsePng } from "../formats/png.js";
import { readWhole } from "./readWhole.js";

export interface ImageFolderOptions {
  /** 1 makes colour pictures whose channels are equal grey, 3 makes grey ones colour; default as the first picture. */
  channels?: 1 | 3 | undefined;
  /** Most bytes of all pictures together, unpacked; default `IMAGE_FOLDER_DEFAULTS.maxBytes`. */
  maxBytes?: number | undefined;
}

export const IMAGE_FOLDER_DEFAULTS = { maxBytes: 2 ** 31 } as const;

/** Largest PNG file. */
const MAX_FILE_BYTES = 2 ** 26;

export interface ImageFolder {
  /** Both parts where the folder has `train/` and `test/`, else all samples. */
  samples: Splits | Samples;
  /** Names of the class folders, sorted by their characters' codes. */
  classNames: readonly string[];
  inputShape: readonly [height: number, width: number, channels: number];
}

interface Picture {
  path: string;
  label: number;
}

/**
 * Reads `<folder>/<class>/*.png`, or `<folder>/train/<class>/*.png` and `<folder>/test/<class>/*.png`, in the order of class and file
 * names. Names that begin with a dot are passed over; pictures are of one size.
 *
 * Shapes: inputs uint8 `[N, H, W, C]`, labels uint8 (int32 for more than 256 classes) `[N]`.
 *
 * Memory: the pictures, and one file at a time.
 *
 * @throws TareaError for a folder of another form, a link, a file that is no PNG picture, and pictures of different sizes.
 */
export async function readImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  checkKnownOptions("readImageFolder", options, ["channels", "maxBytes"]);
  if (options.channels !== undefined && options.channels !== 1 && options.channels !== 3)
    throw new TareaError({
      code: "option",
      where: "readImageFolder",
      problem: "channels must be 1 or 3",
      received: String(options.channels),
    });
  const maxBytes = checkInteger("readImageFolder", "maxBytes", options.maxBytes ?? IMAGE_FOLDER_DEFAULTS.maxBytes);
  const names = await listFolder(folder, "folder");
  const inParts = names.length === 2 && names.includes("train") && names.includes("test");
  const roots = inParts ? [join(folder, "train"), join(folder, "test")] : [folder];
  const classNames = [...new Set((await Promise.all(roots.map((root) => listFolder(root, "folder")))).flat())].toSorted(byCode);
  if (classNames.length === 0)
    throw formatError({
      file: folder,
      problem: "the folder is empty",
      expected: "a folder for each class",
      received: "none",
      offset: null,
    });
  const parts = await Promise.all(roots.map((root) => listPictures(root, classNames)));
  const first = parts.flat()[0];
  if (first === undefined)
    throw formatError({
      file: folder,
      problem: "there are no pictures",
      expected: "PNG files in the class folders",
      received: "none",
      offset: null,
    });
  const [height, width, stored] = (await readPicture(first.path)).shape as [number, number, number];
  const inputShape = [height, width, options.channels ?? (stored as 1 | 3)] as const;
  const total = parts.flat().length * height * width * inputShape[2];
  if (total > maxBytes)
    throw formatError({
      file: folder,
      problem: "the pictures are more than may be read",
      expected: `at most ${maxBytes} bytes`,
      received: `${total} bytes`,
      offset: null,
    });
  const read: Samples[] = [];
  for (const part of parts) read.push(await readPart(part, inputShape, classNames.length));
  const [train, test] = read;
  return { samples: test ? { train: train!, test } : train!, classNames, inputShape };
}

async function listPictures(root: string, classNames: readonly string[]): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const present = new Set(await listFolder(root, "folder"));
  for (const [label, className] of classNames.entries()) {
    if (!present.has(className)) continue;
    const folder = join(root, className);
    for (const name of await listFolder(folder, "file")) pictures.push({ path: join(folder, name), label });
  }
  return pictures;
}

/** Names in a folder, all of one kind, sorted. */
async function listFolder(folder: string, kind: "folder" | "file"): Promise<string[]> {
  let entries;
  try {
    if ((await lstat(folder)).isSymbolicLink()) throw new Error("it is a link, which is not followed");
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new TareaError({
      code: "read",
      where: folder,
      problem: `the folder cannot be read: ${messageOf(error)}`,
      file: folder,
      cause: error,
    });
  }
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  for (const entry of visible) {
    if (kind === "folder" ? entry.isDirectory() : entry.isFile() && /\.png$/i.test(entry.name)) continue;
    const received = entry.isSymbolicLink() ? "a link, which is not followed" : entry.isDirectory() ? "a folder" : "another file";
    throw formatError({
      file: join(folder, entry.name),
      problem: "this does not belong here",
      expected: kind === "folder" ? "a folder for each class" : "PNG pictures",
      received,
      offset: null,
    });
  }
  return visible.map(({ name }) => name).toSorted(byCode);
}

async function readPart(
  pictures: readonly Picture[],
  shape: readonly [number, number, number],
  classes: number,
): Promise<Samples> {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const inputs = new Uint8Array(pictures.length * size);
  const labels = classes <= 256 ? new Uint8Array(pictures.length) : new Int32Array(pictures.length);
  for (const [i, { path, label }] of pictures.entries()) {
    const picture = await readPicture(path);
    if (picture.shape[0] !== height || picture.shape[1] !== width)
      throw formatError({
        file: path,
        problem: "the picture has another size than the first",
        expected: `${width} by ${height}`,
        received: `${picture.shape[1]} by ${picture.shape[0]}`,
        offset: 16,
      });
    inputs.set(withChannels(picture.data, picture.shape[2]!, channels, path), i * size);
    labels[i] = label;
  }
  return {
    inputs: { dtype: "uint8", shape: [pictures.length, ...shape], data: inputs },
    labels:
      labels instanceof Uint8Array
        ? { dtype: "uint8", shape: [labels.length], data: labels }
        : { dtype: "int32", shape: [labels.length], data: labels },
  };
}

async function readPicture(path: string): Promise<ReturnType<typeof parsePng>> {
  return parsePng(await readWhole(path, MAX_FILE_BYTES), { file: path });
}

function withChannels(data: Uint8Array, from: number, to: number, file: string): Uint8Array {
  if (from === to) return data;
  if (from === 1) return Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]!);
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2])
      throw formatError({
        file,
        problem: "the picture is in colour",
        expected: "grey",
        received: `pixel ${i / 3} of ${data.subarray(i, i + 3).join(", ")}`,
        offset: null,
        hint: "Give channels: 3 to read all pictures in colour.",
      });
  }
  return Uint8Array.from({ length: data.length / 3 }, (_, i) => data[3 * i]!);
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
