import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseCifar } from "../../src/formats/cifar.js";
import { cifarFiles } from "../../src/formats/cifarFiles.js";
import { parseIdxImageSet } from "../../src/formats/idxImages.js";
import { readReviewArchive } from "../../src/formats/reviewTree.js";
import { parseReviews } from "../../src/formats/reviews.js";
import { readTar } from "../../src/formats/tar.js";
import { parseWordIndex } from "../../src/formats/wordIndex.js";
import { readZip } from "../../src/formats/zip.js";
import { parseCsv, parseIdx, parseJsonLines, parseNpy, parseNpz, parsePng } from "../../src/index.js";
import { tryChanges, tryCuts, type HostileParser } from "../support/hostile.js";
import { idxBytes } from "../support/idxBytes.js";
import { npyBytes } from "../support/npyBytes.js";
import { pngBytes } from "../support/pngBytes.js";
import { paxRecord, tarBytes } from "../support/tarBytes.js";
import { tinySet } from "../support/tinySet.js";
import { zipBytes } from "../support/zipBytes.js";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const npy = npyBytes({ descr: ">f8", shape: [2, 2], fortranOrder: true, content: new Uint8Array(32) });
const tar = tarBytes([
  { name: "aclImdb/train/pos/1_9.txt", content: "good" },
  { name: "p", type: "x", content: paxRecord("path", "aclImdb/test/neg/2_1.txt") },
  { name: "short", content: "bad" },
  { name: "link", type: "2" },
]);
/** Without the two blocks of zeros at its end, which a reader can do without. */
const tarEntries = tar.subarray(0, -1024);
const tiny = tinySet();
const [imageFile] = tiny.packed.keys();
const record = new Uint8Array(3073).fill(1);

const PARSERS: Readonly<Record<string, HostileParser>> = {
  IDX: {
    file: "a.idx",
    valid: [idxBytes(0x08, [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)), idxBytes(0x0d, [2], new Uint8Array(8))],
    parse: (bytes) => parseIdx(bytes, { file: "a.idx" }),
  },
  "gzipped IDX": {
    file: "a.idx.gz",
    valid: [gzipSync(idxBytes(0x0b, [3], Uint8Array.of(1, 2, 3, 4, 5, 6)))],
    parse: (bytes) => parseIdx(bytes, { file: "a.idx.gz" }),
  },
  "sets of images in IDX": {
    file: imageFile!,
    valid: [tiny.packed.get(imageFile!)!],
    parse: (bytes) => parseIdxImageSet(new Map(tiny.packed).set(imageFile!, bytes), tiny.definition.card),
  },
  NPY: { file: "a.npy", valid: [npy], parse: (bytes) => parseNpy(bytes, { file: "a.npy" }) },
  NPZ: {
    file: "a.npz",
    valid: [zipBytes([{ name: "x.npy", content: npy, packed: true }])],
    parse: (bytes) => parseNpz(bytes, { file: "a.npz" }),
  },
  PNG: {
    file: "a.png",
    valid: [
      pngBytes({
        width: 2,
        height: 2,
        color: 2,
        rows: [
          [1, 2, 3, 4, 5, 6],
          [1, 1, 1, 1, 1, 1],
        ],
        filters: [4, 3],
      }),
      pngBytes({
        width: 5,
        height: 1,
        depth: 2,
        color: 3,
        rows: [[0x10, 0x40]],
        chunks: [["PLTE", Uint8Array.of(1, 2, 3, 4, 5, 6)]],
      }),
      pngBytes({
        width: 1,
        height: 2,
        color: 6,
        rows: [
          [1, 2, 3, 255],
          [4, 5, 6, 255],
        ],
      }),
    ],
    parse: (bytes) => parsePng(bytes, { file: "a.png", maxPixels: 10_000 }),
  },
  zip: {
    file: "a.zip",
    valid: [
      zipBytes([
        { name: "a", content: text("hello hello hello"), packed: true },
        { name: "folder/", content: text("") },
        { name: "folder/b", content: text("b") },
      ]),
    ],
    parse: (bytes) => readZip(bytes, { file: "a.zip", maxBytes: 10_000 }),
  },
  tar: {
    file: "a.tar",
    valid: [tarEntries],
    parse: async (bytes) => readTar(bytes, { file: "a.tar", wanted: (name) => name !== "link", maxBytes: 10_000 }),
    cutsMayBeFiles: true,
  },
  "gzipped tar": {
    file: "a.tar.gz",
    valid: [gzipSync(tar)],
    parse: async (bytes) => readTar(bytes, { file: "a.tar.gz", wanted: (name) => name !== "link", maxBytes: 10_000 }),
  },
  "the archive of reviews": {
    file: "aclImdb.tar",
    valid: [tarEntries, gzipSync(tar)],
    parse: async (bytes) => readReviewArchive(bytes, "aclImdb.tar"),
    cutsMayBeFiles: true,
  },
  "the lines of reviews": {
    file: "train-pos.tsv.gz",
    valid: [gzipSync("0_9\tgood\n1_10\tvery\tgood\n")],
    parse: (bytes) => parseReviews(bytes, "train-pos.tsv.gz", [7, 10]),
  },
  "the unpacked lines of reviews": {
    file: "train-pos.tsv",
    valid: [text("0_9\tgood\n1_10\tvery é\n")],
    parse: (bytes) => parseReviews(bytes, "train-pos.tsv", [7, 10]),
    cutsMayBeFiles: true,
  },
  "the index of words": {
    file: "words.json",
    valid: [text('{"the": 1, "and": 2, "__proto__": 3}')],
    parse: (bytes) => parseWordIndex(bytes, "words.json"),
  },
  "CIFAR's records": {
    file: "train.bin",
    valid: [record],
    parse: (bytes) => parseCifar([{ name: "train.bin", bytes }], { labelBytes: 1, labelIndex: 0, classes: 2 }),
  },
  "CIFAR's archive": {
    file: "cifar.tar.gz",
    valid: [gzipSync(tarBytes([{ name: "cifar/train.bin", content: record }]))],
    parse: async (bytes) => {
      const archive = { name: "cifar.tar.gz", sizeBytes: 1, sha256: "" };
      const forms = {
        files: [{ name: "train.bin", sizeBytes: 1, sha256: "" }],
        otherForms: [{ what: "the archive", files: [archive], mirrors: [] }],
      };
      return cifarFiles(new Map([[archive.name, bytes]]), forms);
    },
  },
  CSV: {
    file: "a.csv",
    valid: [text('\ufeffa,b\r\n1,"x\n""y"""\r2,é\n'), text("a,b\n1.5,\n,2\n")],
    parse: (bytes) => parseCsv(bytes, { file: "a.csv" }),
    cutsMayBeFiles: true,
  },
  "columns between spaces": {
    file: "a.data",
    valid: [text("  1  2.5\n\t3 4\n")],
    parse: (bytes) => parseCsv(bytes, { file: "a.data", separator: "spaces", columnNames: ["a", "b"] }),
    cutsMayBeFiles: true,
  },
  "JSON lines": {
    file: "a.jsonl",
    valid: [text('\ufeff{"a":1,"b":"x","c":[1,2],"d":null}\r\n{"c":[3,4],"a":1.5,"d":2,"b":"\\u00e9"}\n')],
    parse: (bytes) => parseJsonLines(bytes, { file: "a.jsonl" }),
    cutsMayBeFiles: true,
  },
};

describe.each(Object.entries(PARSERS))("hostile bytes for %s", (_, parser) => {
  it("are refused where the file is cut, at every length", async () => {
    await tryCuts(parser);
  });

  it("give a result or an error with file, offset, expected and received", async () => {
    await tryChanges(parser);
  });
});

describe("archives in archives", () => {
  it("are unpacked once and no further", () => {
    const array = idxBytes(0x08, [1], Uint8Array.of(1));
    expect(() => parseIdx(gzipSync(gzipSync(array)), { file: "a.idx.gz" })).toThrow("this is not an IDX file");
    const inner = zipBytes([{ name: "x.npy", content: npy }]);
    expect(() => parseNpz(zipBytes([{ name: "inner.npz", content: inner }]), { file: "a.npz" })).toThrow(
      "something else than arrays",
    );
    expect(() => parseNpz(zipBytes([{ name: "inner.npy", content: inner }]), { file: "a.npz" })).toThrow(
      "this is not an NPY file",
    );
  });
});

it("takes bytes and nothing else for the content of a file", () => {
  for (const parse of [parseCsv, parseIdx, parseJsonLines, parseNpy, parseNpz, parsePng]) {
    for (const content of ["a,b", null, undefined, new ArrayBuffer(8), [1, 2]]) {
      const call = (): unknown => parse(content as never, { file: "x" });
      expect(call).toThrow(`${parse.name}: the content must be bytes, expected a Uint8Array, got `);
      expect(call).toThrow("Read the file with readFile, without an encoding.");
    }
  }
});
