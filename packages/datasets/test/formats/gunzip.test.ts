import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzipAtMost, gunzipExactly, gunzipHead } from "../../src/formats/gunzip.js";
import { thrown } from "../support/thrown.js";

const file = "a.gz";
const content = Buffer.from("hello ".repeat(100));
const packed = gzipSync(content);

describe("unpacking gzip of unknown size", () => {
  it("gives the content, also of several streams one after the other", () => {
    expect(Buffer.from(gunzipAtMost(packed, file, 600))).toEqual(content);
    expect(gunzipAtMost(Buffer.concat([packed, packed]), file, 1200)).toHaveLength(1200);
    expect(gunzipAtMost(gzipSync(""), file, 600)).toHaveLength(0);
  });

  it("stops at its limit, whatever size the file claims at its end", () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    expect(thrown(() => gunzipAtMost(bomb, file, 599))).toMatchObject({
      expected: "at most 599 bytes",
      received: "more",
      offset: 599,
    });
    for (const claim of [0, 5, 0xffffffff]) {
      const lying = Buffer.from(packed);
      lying.writeUInt32LE(claim, lying.length - 4);
      expect(thrown(() => gunzipAtMost(lying, file, 600)).problem).toBe("the gzip stream is damaged");
      expect(thrown(() => gunzipAtMost(lying, file, 599))).toMatchObject({ code: "format", file });
    }
  });

  it("refuses bytes after its end, cuts at every length and damage", () => {
    const padded = Buffer.concat([packed, new Uint8Array(6)]);
    const problem = "bytes follow the end of the gzip stream";
    expect(thrown(() => gunzipAtMost(padded, file, 600))).toMatchObject({ problem, offset: packed.length });
    const followed = Buffer.concat([packed, Buffer.from("<html>")]);
    expect(thrown(() => gunzipAtMost(followed, file, 600))).toMatchObject({ problem: "the gzip stream is damaged" });
    for (let end = 2; end < packed.length; end++)
      expect(thrown(() => gunzipAtMost(packed.subarray(0, end), file, 600))).toMatchObject({ code: "format", offset: end });
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 6]! ^= 1;
    expect(thrown(() => gunzipAtMost(damaged, file, 600)).problem).toBe("the gzip stream is damaged");
  });
});

describe("unpacking gzip of known size", () => {
  it("makes no room for more than the file can hold", () => {
    const error = thrown(() => gunzipExactly(packed, file, 2 ** 40));
    expect(error).toMatchObject({ problem: "the header announces more than the file can hold", received: `${2 ** 40} bytes` });
  });

  it("reads a beginning without the rest", () => {
    const head = gunzipHead(gzipSync(new Uint8Array(50_000_000).fill(7)), file);
    expect(head.length).toBeGreaterThan(1000);
    expect(head.length).toBeLessThan(4096 * 1032 + 1);
    expect(head.every((byte) => byte === 7)).toBe(true);
  });
});
