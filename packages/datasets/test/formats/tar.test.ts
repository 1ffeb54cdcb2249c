import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { TareaError } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { readTar, type ReadTarOptions } from "../../src/formats/tar.js";
import { paxRecord, tarBytes, type TarEntry } from "../support/tarBytes.js";
import { rejected } from "../support/thrown.js";

const options: ReadTarOptions = { file: "a.tar.gz", wanted: () => true, maxBytes: 1_000_000 };

async function texts(bytes: Uint8Array, more: Partial<ReadTarOptions> = {}): Promise<Record<string, string>> {
  const files = await readTar(bytes, { ...options, ...more });
  return Object.fromEntries([...files].map(([name, content]) => [name, Buffer.from(content).toString()]));
}

const refused = async (entries: readonly TarEntry[]): Promise<TareaError> => rejected(readTar(tarBytes(entries), options));

describe("reading a tar archive", () => {
  it("gives the wanted files, plain or gzipped, with prefixes, long names and pax names", async () => {
    const bytes = tarBytes([
      { name: "folder/", type: "5" },
      { name: "./one.txt", content: "1" },
      { name: "two.txt", prefix: "some/folder", content: "22" },
      { name: "././@LongLink", type: "L", content: `${"x".repeat(150)}\0` },
      { name: "xxx", content: "long" },
      { name: "pax", type: "x", content: paxRecord("mtime", "1.5") + paxRecord("path", "pax.txt") },
      { name: "short", content: "pax" },
      { name: "global", type: "g", content: paxRecord("path", "ignored") },
      { name: "last", content: "x".repeat(1025) },
    ]);
    const expected = {
      "one.txt": "1",
      "some/folder/two.txt": "22",
      ["x".repeat(150)]: "long",
      "pax.txt": "pax",
      last: "x".repeat(1025),
    };
    expect(await texts(bytes, { wanted: (name) => name !== "folder/" })).toEqual(expected);
    expect(await texts(gzipSync(bytes), { wanted: (name) => name !== "folder/" })).toEqual(expected);
    expect(await texts(bytes, { wanted: (name) => name === "last" })).toEqual({ last: "x".repeat(1025) });
  });

  it("refuses names that lead out of it, also by a pax header in front of a harmless one", async () => {
    for (const name of ["../x", "a/../../x", "/etc/passwd", "C:\\x", "a\\b", "a/.."]) {
      expect((await refused([{ name, content: "x" }])).problem).toContain("leads out of the archive");
    }
    const error = await refused([
      { name: "pax", type: "x", content: paxRecord("path", "../../evil") },
      { name: "harmless", content: "x" },
    ]);
    expect(error).toMatchObject({ code: "format", file: "a.tar.gz", offset: 1024 });
  });

  it("refuses links and devices where a file is wanted, and names that come twice", async () => {
    for (const type of ["1", "2", "3", "6"]) {
      expect((await refused([{ name: "x", type }])).problem).toBe('"x" is no plain file');
    }
    expect(await refused([{ name: "x" }, { name: "./x" }])).toMatchObject({ problem: "a name comes twice", received: '"x"' });
    expect(await texts(tarBytes([{ name: "x", type: "2" }]), { wanted: () => false })).toEqual({});
  });

  it("refuses what is larger than allowed before it makes room for it", async () => {
    const claims = await refused([{ name: "x", sizeBytes: 0o77777777777 }]);
    expect(claims).toMatchObject({ received: "8589934591 bytes", offset: 0 });
    const meta = await refused([{ name: "x", type: "L", content: "y".repeat(70_000) }]);
    expect(meta.problem).toContain("announces more than it may");
    const bomb = gzipSync(tarBytes([{ name: "x", content: new Uint8Array(2_000_000) }]));
    expect((await rejected(readTar(bomb, options))).message).toContain("at most");
    const zeros = gzipSync(new Uint8Array(50_000_000));
    await expect(readTar(zeros, { ...options, maxBytes: 10_000 })).rejects.toThrow(TareaError);
    const many = tarBytes(Array.from({ length: 20 }, (_, i) => ({ name: String(i) })));
    await expect(readTar(many, { ...options, maxEntries: 10 })).rejects.toThrow("too many entries");
  });

  it("says where an archive is cut short or damaged", async () => {
    const bytes = tarBytes([{ name: "x", content: "y".repeat(600) }]);
    const cut = await rejected(readTar(bytes.subarray(0, 700), options));
    expect(cut).toMatchObject({ offset: 700, received: 'an end in the middle of "x"' });
    expect((await rejected(readTar(bytes.subarray(0, 100), options))).received).toBe("an end in 100 bytes of a header");
    expect((await rejected(readTar(new Uint8Array(), options))).problem).toBe("the archive is cut short");
    expect((await rejected(readTar(gzipSync(bytes).subarray(0, 40), options))).problem).toBe("the gzip stream is cut short");
    const damaged = Uint8Array.from(bytes);
    damaged[3] = 65;
    expect((await rejected(readTar(damaged, options))).problem).toBe("this is no tar header");
    const page = new TextEncoder().encode("<html>".padEnd(600));
    expect((await rejected(readTar(page, options))).problem).toContain("no tar header");
    expect((await refused([{ name: "p", type: "x", content: "9999 path=x\n" }])).problem).toBe("a pax header is damaged");
    expect((await refused([{ name: "p", type: "Z" }])).problem).toBe("unknown kind of tar entry");
  });

  it("answers any bytes with files or a TareaError", async () => {
    const valid = tarBytes([
      { name: "a", content: "abc" },
      { name: "p", type: "x", content: paxRecord("size", "3") },
      { name: "b", content: "xyz" },
    ]);
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.nat(valid.length), async (changes, end) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        const files = await readTar(bytes.subarray(0, end), options).catch((error: unknown) => error);
        expect(files instanceof Map || files instanceof TareaError).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
