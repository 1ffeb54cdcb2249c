import fc from "fast-check";
import { TareaError, type NumericArray } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { parseNpy, parseNpz } from "../../src/index.js";
import { fails } from "../support/fails.js";
import { npyBytes, type NpyParts } from "../support/npyBytes.js";
import { thrown } from "../support/thrown.js";
import { zipBytes } from "../support/zipBytes.js";

const file = "x.npy";
const read = (parts: NpyParts): NumericArray => parseNpy(npyBytes(parts), { file });
const refused = (parts: NpyParts): TareaError => thrown(() => read(parts));
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
/** Each item's bytes the other way round. */
const swapped = (array: ArrayBufferView & { BYTES_PER_ELEMENT: number }): Uint8Array => {
  const bytes = Uint8Array.from(bytesOf(array));
  for (let at = 0; at < bytes.length; at += array.BYTES_PER_ELEMENT) bytes.subarray(at, at + array.BYTES_PER_ELEMENT).reverse();
  return bytes;
};

describe("reading NPY", () => {
  it("takes every plain type of number in both byte orders", () => {
    const cases = [
      ["b1", Uint8Array.of(1, 0), "uint8", [1, 0]],
      ["u1", Uint8Array.of(255, 0), "uint8", [255, 0]],
      ["i1", Int8Array.of(-1, 5), "int32", [-1, 5]],
      ["u2", Uint16Array.of(65535, 1), "int32", [65535, 1]],
      ["i2", Int16Array.of(-300, 1), "int32", [-300, 1]],
      ["u4", Uint32Array.of(2147483647, 1), "int32", [2147483647, 1]],
      ["i4", Int32Array.of(-2147483648, 1), "int32", [-2147483648, 1]],
      ["u8", BigUint64Array.of(5n, 2147483647n), "int32", [5, 2147483647]],
      ["i8", BigInt64Array.of(-5n, 7n), "int32", [-5, 7]],
      ["f2", Uint16Array.of(0x3c00, 0xc100), "float32", [1, -2.5]],
      ["f4", Float32Array.of(0.1, -2), "float32", [Math.fround(0.1), -2]],
      ["f8", Float64Array.of(0.1, NaN), "float32", [Math.fround(0.1), NaN]],
    ] as const;
    for (const [code, array, dtype, expected] of cases) {
      for (const order of array.BYTES_PER_ELEMENT === 1 ? ["|", "<"] : ["<", ">"]) {
        const found = read({ descr: order + code, shape: [2], content: order === ">" ? swapped(array) : bytesOf(array) });
        expect([code, order, found.dtype, [...found.data]]).toEqual([code, order, dtype, expected]);
      }
    }
  });

  it("reads subnormal halves and infinities", () => {
    const { data } = read({ descr: "<f2", shape: [4], content: bytesOf(Uint16Array.of(0x0001, 0x7c00, 0xfc00, 0x7e00)) });
    expect([...data]).toEqual([2 ** -24, Infinity, -Infinity, NaN]);
    expect([...read({ descr: "<f8", shape: [1], content: bytesOf(Float64Array.of(-Infinity)) }).data]).toEqual([-Infinity]);
  });

  it("turns Fortran order into row-major order, also from unaligned bytes and for scalars", () => {
    const content = bytesOf(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect([...read({ descr: "<f4", shape: [2, 3], fortranOrder: true, content }).data]).toEqual([1, 2, 3, 4, 5, 6]);
    const npy = npyBytes({ descr: "<f4", shape: [2, 3], content });
    const unaligned = Buffer.alloc(npy.length + 1);
    unaligned.set(npy, 1);
    expect([...parseNpy(unaligned.subarray(1), { file }).data]).toEqual([1, 4, 2, 5, 3, 6]);
    const scalar = read({ descr: "<f4", shape: [], content: bytesOf(Float32Array.of(7)) });
    expect(scalar).toMatchObject({ shape: [], data: Float32Array.of(7) });
    expect(read({ descr: "<f4", shape: [0, 3], fortranOrder: true, content: new Uint8Array() }).shape).toEqual([0, 3]);
    const cube = Float32Array.from({ length: 24 }, (_, i) => i);
    const { data } = read({ descr: "<f4", shape: [2, 3, 4], fortranOrder: true, content: bytesOf(cube) });
    expect(data[12 + 2 * 4 + 3]).toBe(1 + 2 * 2 + 3 * 6);
  });

  it("reads headers of all three versions and of NumPy for Python 2", () => {
    const content = bytesOf(Int32Array.of(1, 2));
    for (const version of [1, 2, 3]) expect([...read({ descr: "<i4", shape: [2], content, version }).data]).toEqual([1, 2]);
    const header = "{'shape': (1L, 2L), 'fortran_order': False, 'descr': '<i4'}";
    expect(read({ descr: "", shape: [], content, header }).shape).toEqual([1, 2]);
  });

  it("refuses object arrays, which are pickles", () => {
    const error = refused({ descr: "|O", shape: [1], content: new Uint8Array(8) });
    expect(error.problem).toContain("pickles");
    expect(error).toMatchObject({ code: "format", file, received: '"|O"' });
  });

  it("refuses texts, dates, complex and structured types", () => {
    for (const descr of ["<U5", "|S3", "<c8", "<M8[ns]", "=f4", "f4", "<f16", "<i3"]) {
      expect(refused({ descr, shape: [1], content: new Uint8Array(16) }).problem).toBe("this type of number is not read");
    }
    const header = "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }";
    expect(refused({ descr: "", shape: [], content: new Uint8Array(8), header }).problem).toBe("structured types are not read");
  });

  it("refuses numbers that would change their value", () => {
    const wide = refused({ descr: "<i8", shape: [2], content: bytesOf(BigInt64Array.of(1n, 2147483648n)) });
    expect(wide).toMatchObject({ problem: "element 1 does not fit int32", received: "2147483648", offset: 128 + 8 });
    expect(refused({ descr: "<u4", shape: [1], content: bytesOf(Uint32Array.of(4294967295)) }).received).toBe("4294967295");
    const large = refused({ descr: "<f8", shape: [1], content: bytesOf(Float64Array.of(1e300)) });
    expect(large.problem).toContain("does not fit float32");
    expect(refused({ descr: "|b1", shape: [2], content: Uint8Array.of(0, 2) })).toMatchObject({
      offset: 128 + 1,
      expected: "0 or 1",
    });
  });

  it("refuses shapes that the bytes do not fill, however they multiply", () => {
    const content = new Uint8Array(8);
    expect(refused({ descr: "<f4", shape: [3], content })).toMatchObject({ received: "136 bytes", offset: 136 });
    expect(refused({ descr: "<f4", shape: [1], content }).problem).toBe("bytes follow the end of the array");
    const wrong = [
      "4294967296, 4294967296,",
      "9007199254740993,",
      "-1, -2",
      "1e3,",
      "2",
      ",",
      "2,,1",
      "0x2,",
      "99999999999999999999,",
    ];
    for (const shape of [...wrong, "1, ".repeat(65)]) {
      const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
      expect(() => read({ descr: "", shape: [], content, header })).toThrow(TareaError);
    }
  });

  it("refuses damaged headers and says where", () => {
    const content = new Uint8Array(8);
    const headers = [
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + evil()",
      "[]",
    ];
    for (const header of headers)
      expect(refused({ descr: "", shape: [], content, header }).problem).toBe("the header is damaged");
    expect(thrown(() => parseNpy(new Uint8Array(), { file })).received).toBe("an empty file");
    expect(thrown(() => parseNpy(new TextEncoder().encode("<html></html>"), { file })).problem).toBe("this is not an NPY file");
    const huge = npyBytes({ descr: "<f4", shape: [2], content, version: 2 });
    huge.set([0xff, 0xff, 0xff, 0xff], 8);
    expect(thrown(() => parseNpy(huge, { file }))).toMatchObject({ received: "4294967295 bytes", offset: 8 });
    const newer = npyBytes({ descr: "<f4", shape: [2], content, version: 4 });
    expect(thrown(() => parseNpy(newer, { file }))).toMatchObject({ received: "4", offset: 6 });
  });

  it("answers any bytes with an array or a TareaError", () => {
    const valid = npyBytes({ descr: ">f8", shape: [2, 2], fortranOrder: true, content: new Uint8Array(32) });
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(valid.length), fc.boolean(), (changes, end, cut) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        const given = cut ? bytes.subarray(0, end) : bytes;
        if (fails(() => parseNpy(given, { file }))) return true;
        const { shape, data } = parseNpy(given, { file });
        return data.length === shape.reduce((size, length) => size * length, 1);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe("reading NPZ", () => {
  const array = npyBytes({ descr: "<i4", shape: [2], content: bytesOf(Int32Array.of(3, 4)) });

  it("gives the arrays by name, __proto__ too", () => {
    const bytes = zipBytes([
      { name: "x.npy", content: array },
      { name: "__proto__.npy", content: array, packed: true },
    ]);
    const arrays = parseNpz(bytes, { file: "a.npz" });
    expect([...arrays.keys()]).toEqual(["x", "__proto__"]);
    expect([...arrays.get("__proto__")!.data]).toEqual([3, 4]);
  });

  it("names the array at fault and refuses other files", () => {
    const broken = zipBytes([{ name: "x.npy", content: array.subarray(0, -1) }]);
    expect(thrown(() => parseNpz(broken, { file: "a.npz" })).file).toBe("a.npz: x.npy");
    const other = zipBytes([{ name: "x.txt", content: array }]);
    expect(thrown(() => parseNpz(other, { file: "a.npz" })).received).toBe('"x.txt"');
    const small = zipBytes([{ name: "x.npy", content: array }]);
    expect(thrown(() => parseNpz(small, { file: "a.npz", maxBytes: 10 })).expected).toBe("at most 10 bytes");
  });
});
