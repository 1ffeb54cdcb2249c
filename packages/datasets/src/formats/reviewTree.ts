/** IMDB as its publisher gives it out, a file for each review: in a folder, or in an archive of that folder. */

import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileContents } from "../dataset.js";
import { readWhole } from "../own/readWhole.js";
import { formatError } from "./formatError.js";
import { readTar } from "./tar.js";

const PARTS = ["train-pos", "train-neg", "test-pos", "test-neg"] as const;
/** Name of a part's file in the form with a line for each review. */
const linesFile = (part: (typeof PARTS)[number]): string => `${part}.tsv.gz`;

/** The archive unpacks to about 500 MB, most of it reviews without a label. */
const MAX_ARCHIVE_BYTES = 2 ** 30;
const MAX_REVIEW_BYTES = 2 ** 20;
const MAX_REVIEWS = 12_500;
const NEWLINE = 10;
const FILE_NAME = /^(\d{1,6})_(\d{1,2})\.txt$/;

interface Review {
  number: number;
  /** `<number>_<rating>`. */
  key: string;
  content: Uint8Array;
}

/** The reviews of the archive as lines, by the names of the files with lines. @throws TareaError */
export async function readReviewArchive(bytes: Uint8Array, file: string): Promise<FileContents> {
  const path = /^aclImdb\/(train|test)\/(pos|neg)\/(\d{1,6}_\d{1,2}\.txt)$/;
  const found = await readTar(bytes, { file, wanted: (name) => path.test(name), maxBytes: MAX_ARCHIVE_BYTES });
  const parts = new Map<string, Review[]>(PARTS.map((part) => [part, []]));
  for (const [name, content] of found) {
    const [, split, side, fileName] = path.exec(name)!;
    parts.get(`${split}-${side}`)!.push(reviewOf(`${file}: ${name}`, fileName!, content));
  }
  return new Map(PARTS.map((part) => [linesFile(part), toLines(parts.get(part)!)]));
}

/**
 * The reviews of the folder `aclImdb` in or beside the set's folder, or of the set's folder itself, as lines. `null` when there is none.
 *
 * @throws TareaError for a folder that holds too many reviews, or a file too large to be one.
 */
export async function readReviewFolder(folder: string): Promise<FileContents | null> {
  for (const root of [join(folder, "aclImdb"), folder, join(dirname(folder), "aclImdb")]) {
    const names = await Promise.all(PARTS.map((part) => namesIn(join(root, ...part.split("-")))));
    if (names.some((found) => found === null)) continue;
    const contents = new Map<string, Uint8Array>();
    for (const [i, part] of PARTS.entries())
      contents.set(linesFile(part), await readPart(join(root, ...part.split("-")), names[i]!));
    return contents;
  }
  return null;
}

async function namesIn(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).filter((name) => FILE_NAME.test(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

async function readPart(folder: string, names: readonly string[]): Promise<Uint8Array> {
  if (names.length > MAX_REVIEWS) {
    throw formatError({
      file: folder,
      problem: "the folder holds too many reviews",
      expected: `${MAX_REVIEWS}`,
      received: `${names.length}`,
      offset: null,
    });
  }
  const reviews: Review[] = [];
  const pending = [...names];
  const work = async (): Promise<void> => {
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const file = join(folder, name);
      reviews.push(reviewOf(file, name, await readWhole(file, MAX_REVIEW_BYTES)));
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return toLines(reviews);
}

/** @throws TareaError for content that would become more than one line. */
function reviewOf(file: string, fileName: string, content: Uint8Array): Review {
  const newline = content.indexOf(NEWLINE);
  if (newline >= 0)
    throw formatError({ file, problem: "a review is one line", expected: "no line end", received: "one", offset: newline });
  const [, number, rating] = FILE_NAME.exec(fileName)!;
  return { number: Number(number), key: `${number}_${rating}`, content };
}

/** One line for each review, by number. */
function toLines(reviews: readonly Review[]): Uint8Array {
  const pieces = reviews
    .toSorted((a, b) => a.number - b.number)
    .flatMap(({ key, content }) => [Buffer.from(`${key}\t`), content, Buffer.from("\n")]);
  return Buffer.concat(pieces);
}
