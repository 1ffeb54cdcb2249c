import { deflateSync } from "node:zlib";
import fc from "fast-check";
import type { TareaError } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { parsePng } from "../../src/index.js";
import { fails } from "../support/fails.js";
import { pngBytes, pngChunk, type PngParts } from "../support/pngBytes.js";
import { thrown } from "../support/thrown.js";

const file = "a.png";
const pixels = (parts: PngParts): number[] => [...parsePng(pngBytes(parts), { file }).data];
const refused = (parts: PngParts): TareaError => thrown(() => parsePng(pngBytes(parts), { file }));

describe("reading PNG", () => {
  it("takes grey of every depth up to 8 bits", () => {
    expect(pixels({ width: 3, height: 1, rows: [[0, 128, 255]] })).toEqual([0, 128, 255]);
    expect(pixels({ width: 5, height: 2, depth: 1, rows: [[0b10110000], [0b01001000]] })).toEqual([
      255, 0, 255, 255, 0, 0, 255, 0, 0, 255,
    ]);
    expect(pixels({ width: 3, height: 1, depth: 2, rows: [[0b00011100]] })).toEqual([0, 85, 255]);
    expect(pixels({ width: 3, height: 1, depth: 4, rows: [[0x0f, 0x50]] })).toEqual([0, 255, 85]);
  });

  it("takes colour, palettes and opaque alpha", () => {
    const picture = parsePng(
      pngBytes({
        width: 1,
        height: 2,
        color: 2,
        rows: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
      { file },
    );
    expect(picture).toEqual({ dtype: "uint8", shape: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(pixels({ width: 1, height: 1, color: 6, rows: [[1, 2, 3, 255]] })).toEqual([1, 2, 3]);
    expect(pixels({ width: 2, height: 1, color: 4, rows: [[9, 255, 8, 255]] })).toEqual([9, 8]);
    const chunks = [
      ["PLTE", Uint8Array.of(10, 20, 30, 40, 50, 60)],
      ["tRNS", Uint8Array.of(255)],
    ] as const;
    expect(pixels({ width: 2, height: 1, depth: 4, color: 3, rows: [[0x10]], chunks })).toEqual([40, 50, 60, 10, 20, 30]);
  });

  it("undoes all five filters", () => {
    const rows = [
      [10, 20, 30],
      [10, 10, 10],
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ];
    // By hand: none; left; above; mean of left and above; Paeth.
    expect(pixels({ width: 3, height: 5, rows, filters: [0, 1, 2, 3, 4] })).toEqual([
      10, 20, 30, 10, 20, 30, 11, 21, 31, 6, 14, 23, 7, 15, 24,
    ]);
  });

  it("refuses pictures that it would read wrongly", () => {
    expect(refused({ width: 1, height: 1, depth: 16, rows: [[0, 0]] })).toMatchObject({
      received: "16 bits of grey",
      offset: 24,
    });
    expect(refused({ width: 1, height: 1, color: 5, rows: [[0]] }).received).toContain("colour type 5");
    expect(refused({ width: 1, height: 1, interlaced: true, rows: [[0]] }).problem).toContain("interlaced");
    expect(refused({ width: 1, height: 1, color: 6, rows: [[1, 2, 3, 254]] })).toMatchObject({ received: "254" });
    expect(refused({ width: 1, height: 1, rows: [[0]], chunks: [["tRNS", Uint8Array.of(0, 1)]] }).problem).toContain(
      "not opaque",
    );
    expect(refused({ width: 1, height: 1, color: 3, rows: [[0]] }).problem).toBe("the palette is missing");
    expect(refused({ width: 1, height: 1, color: 3, rows: [[9]], chunks: [["PLTE", Uint8Array.of(1, 2, 3)]] }).problem).toContain(
      "not in the palette",
    );
    expect(refused({ width: 1, height: 1, rows: [[0]], chunks: [["NEW!", new Uint8Array()]] }).problem).toContain(
      "unknown chunk",
    );
    expect(refused({ width: 1, height: 1, rows: [[0]], filters: [5] }).problem).toContain("unknown filter");
  });

  it("refuses bombs and large claims before it makes room for them", () => {
    expect(refused({ width: 4097, height: 4097, rows: [[0]] })).toMatchObject({ received: "4097 by 4097", offset: 16 });
    expect(refused({ width: 0xffffffff, height: 0xffffffff, rows: [[0]] }).problem).toBe("the picture is too large or empty");
    expect(refused({ width: 0, height: 5, rows: [] }).problem).toBe("the picture is too large or empty");
    const whole = pngBytes({ width: 2, height: 2, rows: [] });
    const head = whole.subarray(0, 33);
    const bomb = Buffer.concat([
      head,
      pngChunk("IDAT", deflateSync(new Uint8Array(20_000_000))),
      pngChunk("IEND", new Uint8Array()),
    ]);
    expect(thrown(() => parsePng(bomb, { file }))).toMatchObject({
      received: "more than 6 bytes",
      expected: "6 bytes unpacked, as its header says",
    });
    expect(thrown(() => parsePng(pngBytes({ width: 3, height: 3, rows: [[0, 0, 0]] }), { file, maxPixels: 8 })).expected).toBe(
      "1 to 8 pixels",
    );
  });

  it("refuses damaged and cut pictures", () => {
    const valid = pngBytes({ width: 1, height: 1, rows: [[7]] });
    const damaged = Uint8Array.from(valid);
    damaged[20]! ^= 1;
    expect(thrown(() => parsePng(damaged, { file })).problem).toBe('the chunk "IHDR" is damaged');
    expect(thrown(() => parsePng(valid.subarray(0, 50), { file })).problem).toMatch(/cut short|longer than the file/);
    expect(thrown(() => parsePng(new Uint8Array(), { file })).problem).toBe("this is no PNG picture");
    expect(thrown(() => parsePng(valid.subarray(0, 8), { file })).offset).toBe(8);
    expect(refused({ width: 2, height: 2, rows: [[1, 2]] })).toMatchObject({ received: "3 bytes" });
  });

  it("answers any bytes with a picture or a TareaError", () => {
    const valid = pngBytes({
      width: 3,
      height: 3,
      color: 2,
      rows: [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 1, 1, 1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0],
      ],
      filters: [0, 4, 3],
    });
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    const header = fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom(1, 2, 4, 8, 16), fc.nat(7), fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), header, (changes, [width, height, depth, color, content]) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        const drawn = pngBytes({ width, height, depth, color, rows: [[...content]], chunks: [["PLTE", Uint8Array.of(1, 2, 3)]] });
        return [bytes, drawn].every(
          (given) => fails(() => parsePng(given, { file })) || parsePng(given, { file }).shape.length === 3,
        );
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
