/** What is announced is refused before room is made for it: every case here would end the process or take gigabytes otherwise. */

import { gzipSync } from "node:zlib";
import type { TareaError } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/formats/decodeText.js";
import { parseReviews } from "../../src/formats/reviews.js";
import { readTar } from "../../src/formats/tar.js";
import { parseWordIndex } from "../../src/formats/wordIndex.js";
import { readZip } from "../../src/formats/zip.js";
import { parseCsv, parseIdx, parseJsonLines, parseNpy, parseNpz, parsePng } from "../../src/index.js";
import { idxBytes } from "../support/idxBytes.js";
import { npyBytes } from "../support/npyBytes.js";
import { pngBytes } from "../support/pngBytes.js";
import { tarBytes } from "../support/tarBytes.js";
import { rejected, thrown } from "../support/thrown.js";
import { zipBytes } from "../support/zipBytes.js";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
/** Nothing of it is touched, so it takes no memory. */
const LONG = new Uint8Array(2 ** 28 + 1);
const longer = (bytes: number): Uint8Array => LONG.subarray(0, bytes);

describe("limits that hold before memory is taken", () => {
  const zeros = gzipSync(new Uint8Array(2 ** 20));
  const cases: readonly [name: string, call: () => unknown, expected: string][] = [
    [
      "IDX that announces 4 GB",
      () => parseIdx(idxBytes(0x08, [0xffffffff], new Uint8Array(8)), { file: "a" }),
      "at most 2147483648 bytes",
    ],
    [
      "gzipped IDX that announces more than its bytes can be",
      () => parseIdx(gzipSync(idxBytes(0x08, [0x7fff0000], new Uint8Array(8))), { file: "a" }),
      "at most",
    ],
    [
      "NPY that announces exabytes",
      () => parseNpy(npyBytes({ descr: "<f8", shape: [2 ** 31, 2 ** 29], content: new Uint8Array(8) }), { file: "a" }),
      "bytes for [2147483648, 536870912] of float64",
    ],
    [
      "NPY with a header of gigabytes",
      () => {
        const bytes = npyBytes({ descr: "<f8", shape: [1], content: longer(20_000), version: 2 });
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, 15_000, true);
        return parseNpy(bytes, { file: "a" });
      },
      "1 to 10000 bytes",
    ],
    [
      "PNG of four thousand million by four thousand million",
      () => parsePng(pngBytes({ width: 0xffffffff, height: 0xffffffff, rows: [[0]] }), { file: "a" }),
      "1 to 16777216 pixels",
    ],
    [
      "a zip of more than two gigabytes",
      () =>
        readZip(
          zipBytes(
            ["a", "b", "c"].map((name) => ({
              name,
              content: new Uint8Array(2 ** 20),
              packed: true,
              claims: { sizeBytes: 1_000_000 },
            })),
          ),
          { file: "a", maxBytes: 2_999_999 },
        ),
      "at most 2999999 bytes",
    ],
    [
      "an NPZ of more than it may hold",
      () =>
        parseNpz(zipBytes([{ name: "x.npy", content: new Uint8Array(2 ** 20), packed: true }]), {
          file: "a",
          maxBytes: 2 ** 20 - 1,
        }),
      "at most 1048575 bytes",
    ],
    ["a text of more than 256 MiB", () => decodeText(longer(2 ** 28 + 1), "a"), "at most 268435456 bytes"],
    ["a CSV of more than 256 MiB", () => parseCsv(longer(2 ** 28 + 1), { file: "a" }), "at most 268435456 bytes"],
    ["JSON lines of more than 256 MiB", () => parseJsonLines(longer(2 ** 28 + 1), { file: "a" }), "at most 268435456 bytes"],
    ["an index of words of more than 16 MiB", () => parseWordIndex(longer(2 ** 24 + 1), "a"), "at most 16777216 bytes"],
    ["a CSV of more texts than it may have", () => parseCsv(text("a\nx\ny\nz\n"), { file: "a", maxTexts: 2 }), "at most 2 texts"],
    ["a million columns", () => parseCsv(text("1,".repeat(1_000_000)), { file: "a" }), "at most 10000"],
    [
      "a million members",
      () => parseJsonLines(text(`{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join(",")}}`), { file: "a" }),
      "1 to 10000",
    ],
    [
      "a line of 40 MB",
      () => parseJsonLines(text(`{"a":"${"x".repeat(40_000_000)}"}`), { file: "a" }),
      "at most 33554432 characters",
    ],
    ["reviews that unpack to more than 128 MiB", () => parseReviews(bomb(130), "a", [7, 10]), "at most 134217728 bytes"],
  ];
  it.each(cases)("refuse %s", (_, call, expected) => {
    const before = process.memoryUsage().arrayBuffers;
    const error = thrown(call);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 28);
    expect(error).toMatchObject({ code: "format", file: "a" });
    expect(error.expected).toContain(expected);
  });

  it("refuse tar entries that announce more than the archive can hold, before there is room for them", async () => {
    const plain = await refusedTar(tarBytes([{ name: "x", sizeBytes: 900_000_000 }]));
    expect(plain).toMatchObject({ received: "900000000 bytes", offset: 0, expected: "at most 1536 bytes" });
    expect(plain.problem).toContain("cut short");
    const packed = await refusedTar(gzipSync(tarBytes([{ name: "x", sizeBytes: 900_000_000 }])));
    expect(packed.received).toBe("900000000 bytes");
    expect((await refusedTar(zeros, 2 ** 19)).expected).toBe(`at most ${2 ** 19} bytes`);
  });
});

/** Gzip of so many mebibytes of the same line, in several streams of one. */
function bomb(mebibytes: number): Uint8Array {
  const one = gzipSync(`1_9\t${"x".repeat(2 ** 20 - 5)}\n`);
  return Buffer.concat(Array.from({ length: mebibytes }, () => one));
}

async function refusedTar(bytes: Uint8Array, maxBytes = 2 ** 30): Promise<TareaError> {
  return rejected(readTar(bytes, { file: "a", wanted: () => true, maxBytes }));
}
