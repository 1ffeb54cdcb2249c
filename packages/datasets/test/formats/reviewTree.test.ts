import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readReviewArchive, readReviewFolder } from "../../src/formats/reviewTree.js";
import { parseWordIndex } from "../../src/formats/wordIndex.js";
import { tarBytes } from "../support/tarBytes.js";
import { rejected, thrown } from "../support/thrown.js";

const REVIEWS = {
  "train/pos/10_9.txt": "ten",
  "train/pos/2_7.txt": "two\twords",
  "train/neg/0_1.txt": "bad",
  "test/pos/0_10.txt": "good",
  "test/neg/0_4.txt": "é",
};
const LINES = [
  ["train-pos.tsv.gz", "2_7\ttwo\twords\n10_9\tten\n"],
  ["train-neg.tsv.gz", "0_1\tbad\n"],
  ["test-pos.tsv.gz", "0_10\tgood\n"],
  ["test-neg.tsv.gz", "0_4\té\n"],
];
const shown = (contents: ReadonlyMap<string, Uint8Array> | null): unknown =>
  contents && [...contents].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
const archive = (more: Record<string, string> = {}): Uint8Array =>
  gzipSync(tarBytes(Object.entries({ ...REVIEWS, ...more }).map(([name, content]) => ({ name: `aclImdb/${name}`, content }))));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-reviews-"));
});
afterEach(async () => rm(folder, { recursive: true }));

async function write(root: string, more: Record<string, string> = {}): Promise<string> {
  for (const [name, content] of Object.entries({ ...REVIEWS, ...more })) {
    const path = join(folder, root, ...name.split("/"));
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, content);
  }
  return join(folder, "imdb");
}

describe("a tree of reviews", () => {
  it("becomes lines in the order of numbers, from the archive and from each place of the folder", async () => {
    const more = { "train/unsup/0_0.txt": "unlabelled", "imdb.vocab": "the", "train/pos/urls.txt": "http://x/" };
    expect(shown(await readReviewArchive(archive(more), "aclImdb_v1.tar.gz"))).toEqual(LINES);
    for (const root of ["imdb/aclImdb", "imdb", "aclImdb"]) {
      expect(shown(await readReviewFolder(await write(root, more)))).toEqual(LINES);
      await rm(join(folder, root), { recursive: true });
    }
    expect(await readReviewFolder(join(folder, "imdb"))).toBeNull();
  });

  it("holds reviews of one line, so that no review can pass for two", async () => {
    const trick = { "train/pos/3_8.txt": "fine\n4_9\tsmuggled" };
    expect(await rejected(readReviewArchive(archive(trick), "a.tar.gz"))).toMatchObject({
      file: "a.tar.gz: aclImdb/train/pos/3_8.txt",
      problem: "a review is one line",
      offset: 4,
    });
    const error = await rejected(readReviewFolder(await write("imdb", trick)));
    expect(error).toMatchObject({ file: join(folder, "imdb", "train", "pos", "3_8.txt"), offset: 4 });
  });

  it("holds no review of more than a mebibyte and no name that leads out", async () => {
    const large = await rejected(readReviewFolder(await write("imdb", { "train/pos/3_8.txt": "x".repeat(2 ** 20 + 1) })));
    expect(large).toMatchObject({ expected: "at most 1048576 bytes", received: "1048577 bytes" });
    const escape = tarBytes([{ name: "aclImdb/train/pos/../../../../1_9.txt", content: "x" }]);
    expect((await rejected(readReviewArchive(escape, "a.tar"))).problem).toContain("leads out of the archive");
    const link = tarBytes([{ name: "aclImdb/train/pos/1_9.txt", type: "2" }]);
    expect((await rejected(readReviewArchive(link, "a.tar"))).problem).toContain("is no plain file");
  });

  it.skipIf(process.platform === "win32")("is not waited for when a pipe stands where a review should be", async () => {
    const root = await write("imdb");
    execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', join(root, "train", "pos", "3_8.txt")]);
    expect((await rejected(readReviewFolder(root))).problem).toContain("no plain file");
  });
});

describe("the index of words", () => {
  const parse = (text: string): string[] => parseWordIndex(Buffer.from(text), "words.json");

  it("gives the words by rank, whatever they are called", () => {
    expect(parse('{"b": 3, "__proto__": 1, "10": 2}')).toEqual(["__proto__", "10", "b"]);
  });

  it.each([
    ['{"a": 1, "a": 2, "b": 1}', "a word comes twice", "3 words", "2"],
    ['{"a": 1, "b": 3}', 'the rank of "b" is wrong', "each of 1 to 2 once", "3"],
    ['{"a": 1, "b": 1}', 'the rank of "b" is wrong', "each of 1 to 2 once", "1"],
    ['{"a": 1.5}', 'the rank of "a" is wrong', "each of 1 to 1 once", "1.5"],
    ['{"a": "1"}', 'the rank of "a" is wrong', "each of 1 to 1 once", '"1"'],
    ["[1]", "the file holds no index of words", "an object of ranks", "[1]"],
  ])("refuses %s", (text, problem, expected, received) => {
    expect(thrown(() => parse(text))).toMatchObject({ problem, expected, received, offset: 0, file: "words.json" });
  });
});
