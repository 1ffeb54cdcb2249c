import { gzipSync } from "node:zlib";
import { TareaError } from "@tarea/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIdxImages } from "../../src/formats/idxImages.js";
import { parseIdx } from "../../src/index.js";
import { idxBytes } from "../support/idxBytes.js";

const small = idxBytes(0x08, [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 255));

function parse(bytes: Uint8Array) {
  return parseIdx(bytes, { file: "x.idx" });
}

function fault(bytes: Uint8Array): TareaError {
  try {
    parse(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TareaError);
    return error as TareaError;
  }
  throw new Error("parseIdx accepted the bytes");
}

describe("parseIdx", () => {
  it("reads unsigned bytes, plain or gzipped", () => {
    for (const bytes of [small, gzipSync(small)]) {
      expect(parse(bytes)).toEqual({ dtype: "uint8", shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) });
    }
  });

  it("does not copy the bytes of a plain file", () => {
    expect(parse(small).data.buffer).toBe(small.buffer);
  });

  it("reads big-endian signed integers as int32 and floats as float32", () => {
    expect(parse(idxBytes(0x09, [2], Uint8Array.of(0xff, 0x7f))).data).toEqual(Int32Array.of(-1, 127));
    expect(parse(idxBytes(0x0b, [2], Uint8Array.of(0xff, 0xfe, 0x01, 0x00))).data).toEqual(Int32Array.of(-2, 256));
    expect(parse(idxBytes(0x0c, [1], Uint8Array.of(0x80, 0, 0, 1))).data).toEqual(Int32Array.of(-2147483647));
    expect(parse(idxBytes(0x0d, [2], Uint8Array.of(0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0))).data).toEqual(Float32Array.of(1.5, -2));
  });

  it("reads an array without elements", () => {
    expect(parse(idxBytes(0x08, [0, 28, 28], new Uint8Array()))).toEqual({
      dtype: "uint8",
      shape: [0, 28, 28],
      data: new Uint8Array(),
    });
  });

  it.each([
    ["an empty file", new Uint8Array(), "the file is too short for an IDX header, expected at least 4 bytes, got 0 bytes", 0],
    [
      "a wrong magic number",
      Uint8Array.of(0x50, 0x4b, 3, 4),
      "this is not an IDX file, expected a magic number that begins with two zero bytes, got 0x504b0304",
      0,
    ],
    [
      "an unknown type",
      idxBytes(0x0a, [1], new Uint8Array(1)),
      "unknown IDX type, expected 0x08 (uint8), 0x09 (int8), 0x0b (int16), 0x0c (int32), 0x0d (float32), got magic number 0x00000a01",
      2,
    ],
    ["doubles", idxBytes(0x0e, [1], new Uint8Array(8)), "numbers in double precision are not read", 2],
    ["no axis", idxBytes(0x08, [], new Uint8Array(1)), "wrong number of axes, expected 1 to 8, got 0", 3],
    [
      "too many axes",
      idxBytes(0x08, Array<number>(9).fill(1), new Uint8Array(1)),
      "wrong number of axes, expected 1 to 8, got 9",
      3,
    ],
    ["a header cut short", small.subarray(0, 10), "the header is cut short, expected 12 bytes, got 10 bytes", 10],
    [
      "content cut short",
      small.subarray(0, 15),
      "the file is cut short, expected 18 bytes, as its header says, got 15 bytes",
      15,
    ],
    [
      "trailing bytes",
      Uint8Array.of(...small, 0),
      "bytes follow the end of the array, expected 18 bytes, as its header says, got 19 bytes",
      18,
    ],
    [
      "huge axes",
      idxBytes(0x08, Array<number>(8).fill(0xffffffff), new Uint8Array(9)),
      "the header announces more than is read, expected at most 2147483648 bytes",
      4,
    ],
    [
      "a zero among huge axes",
      idxBytes(0x0c, [...Array<number>(7).fill(0xffffffff), 0], new Uint8Array(9)),
      "the header announces more than is read, expected at most 2147483648 bytes",
      4,
    ],
    [
      "2 GB announced by a small file",
      idxBytes(0x08, [0x80000000], new Uint8Array(9)),
      "the file is cut short, expected 2147483656 bytes",
      17,
    ],
    [
      "numbers that would take more in memory",
      idxBytes(0x09, [0x20000001], new Uint8Array(9)),
      "the header announces more than is read, expected at most 2147483648 bytes, got [536870913] of int8",
      4,
    ],
  ])("refuses %s and says where", (_name, bytes, message, offset) => {
    const error = fault(bytes);
    expect(error.message).toContain(`x.idx: ${message}`);
    expect(error).toMatchObject({ code: "format", file: "x.idx", offset });
  });

  it("refuses a gzip stream that is cut short, damaged, or followed by other bytes", () => {
    const packed = gzipSync(
      idxBytes(
        0x08,
        [5000],
        Uint8Array.from({ length: 5000 }, (_, i) => (i * i) & 0xff),
      ),
    );
    expect(fault(packed.subarray(0, packed.length - 20)).message).toContain(
      `the gzip stream is cut short, expected a complete gzip file, got an end after ${packed.length - 20} bytes`,
    );
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 5]! ^= 1;
    expect(fault(damaged).message).toContain("the gzip stream is damaged");
    expect(fault(Buffer.concat([packed, Buffer.alloc(3)])).message).toContain("bytes follow the end of the gzip stream");
  });

  it("refuses gzip whose content is longer or shorter than its header says", () => {
    expect(fault(gzipSync(Uint8Array.of(...small, 9))).message).toContain("expected 18 bytes unpacked, got more than 18 bytes");
    expect(fault(gzipSync(small.subarray(0, 17))).message).toContain("expected 18 bytes unpacked, got 17 bytes");
  });

  it("stops a gzip bomb at its header's size, and refuses a header that promises more than gzip can hold", () => {
    const zeros = gzipSync(idxBytes(0x08, [10], new Uint8Array(50_000_000)));
    expect(fault(zeros).message).toContain("got more than 18 bytes");
    expect(fault(gzipSync(idxBytes(0x08, [0x70000000], new Uint8Array(100)))).message).toContain(
      "the header announces more than the file can hold",
    );
  });

  it("answers any bytes with a correct array or a TareaError", () => {
    const header = fc.tuple(
      fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e),
      fc.array(fc.oneof(fc.nat(5), fc.nat(0xffffffff)), { maxLength: 9 }),
      fc.uint8Array({ maxLength: 60 }),
    );
    const inputs = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      header.map(([type, shape, content]) => idxBytes(type, shape, content)),
    );
    const mutated = fc
      .tuple(inputs, fc.boolean(), fc.nat(200), fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 3 }))
      .map(([bytes, packed, keep, changes]) => {
        const result = Uint8Array.from(packed ? gzipSync(bytes) : bytes).subarray(0, keep);
        for (const [at, value] of changes) if (at < result.length) result[at] = value;
        return result;
      });
    fc.assert(
      fc.property(mutated, (bytes) => {
        try {
          const { shape, data } = parse(bytes);
          expect(data.length).toBe(shape.reduce((size, length) => size * length, 1));
          expect(data.length).toBeLessThanOrEqual(bytes.length * 1032);
        } catch (error) {
          if (!(error instanceof TareaError)) throw error;
          expect(error.file).toBe("x.idx");
        }
      }),
      { seed: 20260101, numRuns: 3000 },
    );
  });

  it("reads back every array that was written", () => {
    const arrays = fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }).chain((shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return fc.record({
        shape: fc.constant(shape),
        data: fc.uint8Array({ minLength: size, maxLength: size }),
        packed: fc.boolean(),
      });
    });
    fc.assert(
      fc.property(arrays, ({ shape, data, packed }) => {
        const bytes = idxBytes(0x08, shape, data);
        expect(parse(packed ? gzipSync(bytes) : bytes)).toEqual({ dtype: "uint8", shape, data });
      }),
      { seed: 20260102, numRuns: 300 },
    );
  });
});

describe("parseIdxImages", () => {
  const card = { inputShape: [2, 2, 1], classNames: ["a", "b"] };
  const images = idxBytes(0x08, [3, 2, 2], new Uint8Array(12));
  const labels = idxBytes(0x08, [3], Uint8Array.of(0, 1, 0));
  const read = (imageBytes: Uint8Array, labelBytes: Uint8Array) =>
    parseIdxImages({ name: "images", bytes: imageBytes }, { name: "labels", bytes: labelBytes }, card);

  it("joins images and labels", () => {
    expect(read(images, labels)).toEqual({
      inputs: { dtype: "uint8", shape: [3, 2, 2, 1], data: new Uint8Array(12) },
      labels: { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 1, 0) },
    });
  });

  it("refuses counts that disagree, images of another size, swapped files and labels that are no class", () => {
    const two = idxBytes(0x08, [2], Uint8Array.of(0, 1));
    expect(() => read(images, two)).toThrow(
      "labels: the number of labels is not the number of images in images, expected 3, got 2.",
    );
    expect(() => read(idxBytes(0x08, [3, 2, 1], new Uint8Array(6)), labels)).toThrow(
      "expected uint8 [N, 2, 2], got uint8 [3, 2, 1].",
    );
    expect(() => read(labels, images)).toThrow("images: this IDX file holds another array");
    expect(() => read(images, idxBytes(0x08, [3], Uint8Array.of(0, 1, 2)))).toThrow(
      "labels: label 2 is not a class, expected 0 to 1, got 2.",
    );
  });
});
