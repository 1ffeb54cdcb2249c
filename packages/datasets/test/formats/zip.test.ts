import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import type { TareaError } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { readZip } from "../../src/formats/zip.js";
import { fails } from "../support/fails.js";
import { thrown } from "../support/thrown.js";
import { zipBytes, type ZipEntry } from "../support/zipBytes.js";

const file = "a.zip";
const content = Buffer.from("hello ".repeat(40));

const refused = (entries: readonly ZipEntry[], maxBytes?: number): TareaError =>
  thrown(() => readZip(zipBytes(entries), { file, ...(maxBytes !== undefined && { maxBytes }) }));

describe("reading a zip archive", () => {
  it("gives all files, stored or packed, and leaves folders out", () => {
    const bytes = zipBytes([
      { name: "folder/", content: Buffer.alloc(0) },
      { name: "folder/stored.txt", content },
      { name: "./packed.txt", content, packed: true },
      { name: "__proto__", content: Buffer.alloc(0), packed: true },
    ]);
    const files = readZip(bytes, { file });
    expect([...files.keys()]).toEqual(["folder/stored.txt", "packed.txt", "__proto__"]);
    expect(Buffer.from(files.get("packed.txt")!)).toEqual(content);
    const withComment = Buffer.concat([bytes.subarray(0, -2), Buffer.from([3, 0]), Buffer.from("abc")]);
    expect(readZip(withComment, { file }).size).toBe(3);
  });

  it("refuses names that lead out of it or come twice", () => {
    for (const name of ["../x", "/x", "a\\..\\x", "C:x"]) expect(refused([{ name, content }]).problem).toContain("leads out");
    const twice = [
      { name: "x", content },
      { name: "./x", content },
    ];
    expect(refused(twice)).toMatchObject({ problem: "a name comes twice", received: '"x"' });
    expect(refused([{ name: "x", content, claims: { name: "y" } }]).problem).toContain("local header");
  });

  it("refuses links, which other programs would follow", () => {
    const bytes = Buffer.from(zipBytes([{ name: "x", content: Buffer.from("/etc/passwd") }]));
    const central = bytes.indexOf("PK\x01\x02", 0, "latin1");
    bytes[central + 5] = 3;
    bytes.writeUInt16LE(0xa1ff, central + 40);
    expect(thrown(() => readZip(bytes, { file }))).toMatchObject({ problem: '"x" is a link', offset: central + 38 });
  });

  it("refuses bombs before anything is unpacked", () => {
    const zeros = new Uint8Array(10_000_000);
    expect(deflateRawSync(zeros).length).toBeLessThan(20_000);
    const lying = { name: "x", content: zeros, packed: true, claims: { sizeBytes: 100 } };
    expect(refused([lying])).toMatchObject({ received: "more than 100 bytes", expected: "100 bytes unpacked" });
    const honest = refused([{ name: "x", content: zeros, packed: true }], 1_000_000);
    expect(honest).toMatchObject({ expected: "at most 1000000 bytes", received: "10000000 bytes" });
    expect(refused([{ name: "x", content, packed: true, claims: { sizeBytes: 0x7fffffff } }]).problem).toContain("cannot have");
    const shared = [
      { name: "a", content },
      { name: "b", content, claims: { offset: 0, name: "a" } },
    ];
    expect(refused(shared).problem).toContain("shares bytes");
  });

  it("refuses damaged, encrypted and unknown entries", () => {
    expect(refused([{ name: "x", content, claims: { crc: 1 } }]).received).toContain("CRC-32");
    expect(refused([{ name: "x", content, claims: { flags: 1 } }]).problem).toBe('"x" is encrypted');
    expect(refused([{ name: "x", content, claims: { method: 12 } }])).toMatchObject({ received: "12" });
    expect(refused([{ name: "x", content, claims: { sizeBytes: 5 } }]).problem).toContain("cannot have");
    expect(refused([{ name: "x", content, claims: { packedBytes: 0xffffffff } }]).problem).toContain("zip64");
    expect(refused([{ name: "x", content, claims: { offset: 9999 } }]).problem).toContain("local header");
    expect(thrown(() => readZip(new Uint8Array(), { file })).problem).toContain("no zip archive");
    const cut = zipBytes([{ name: "x", content }]).subarray(0, -1);
    expect(thrown(() => readZip(cut, { file })).problem).toContain("cut short");
  });

  it("answers any bytes with files or a TareaError", () => {
    const valid = zipBytes([
      { name: "a", content, packed: true },
      { name: "b", content },
    ]);
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        return (
          fails(() => readZip(bytes, { file })) || [...readZip(bytes, { file }).values()].every(({ length }) => length < 1000)
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
