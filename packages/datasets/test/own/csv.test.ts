import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { TareaError } from "@tarea/core";
import { afterEach, describe, expect, it } from "vitest";
import { CSV_DEFAULTS, parseCsv, readCsv, type CsvOptions, type Table } from "../../src/index.js";
import { fails } from "../support/fails.js";
import { rejected, thrown } from "../support/thrown.js";

const file = "a.csv";
const parse = (text: string, options: CsvOptions = {}): Table => parseCsv(new TextEncoder().encode(text), { ...options, file });
const refused = (text: string, options: CsvOptions = {}): TareaError => thrown(() => parse(text, options));

/** Columns as plain entries: name, type, values. */
function columns(text: string, options: CsvOptions = {}): unknown[] {
  return [...parse(text, options).columns].map(([name, column]) =>
    column.kind === "texts" ? [name, "text", column.values] : [name, column.values.dtype, [...column.values.data]],
  );
}

describe("reading CSV", () => {
  it("finds out the types of columns", () => {
    expect(columns("a,b,c,d\n1,1.5,x,\n-2,,7, 3 \n")).toEqual([
      ["a", "int32", [1, -2]],
      ["b", "float32", [1.5, NaN]],
      ["c", "text", ["x", "7"]],
      ["d", "float32", [NaN, 3]],
    ]);
    expect(parse("a\n1\n\n3\n").columns.get("a")).toMatchObject({ blanks: 1 });
    expect(columns("a,b\n")).toEqual([
      ["a", "float32", []],
      ["b", "float32", []],
    ]);
  });

  it("takes no text for a number that JavaScript would", () => {
    for (const text of ["0x10", "1_000", "Infinity", "-Infinity", "NaN", "1e", "1n", "0b1", ".", "+", "1,5", "١", "--1"]) {
      expect(columns(`a;b\n${text};1\n`, { separator: ";" })[0]).toEqual(["a", "text", [text]]);
    }
    for (const text of ["1e3", "+5", ".5", "5.", "-0.25E-1"]) {
      expect(columns(`a\n${text}\n0.5\n`)).toEqual([["a", "float32", [Math.fround(Number(text)), 0.5]]]);
    }
  });

  it("reads quotes as RFC 4180 has them, line ends inside them too", () => {
    expect(columns('a,b\n"x\r\n""y"",z","5"\n"",6\n')).toEqual([
      ["a", "text", ['x\r\n"y",z', ""]],
      ["b", "text", ["5", "6"]],
    ]);
  });

  it("says what came in place of a table", () => {
    const kinds = [
      ["<!DOCTYPE html><title>Not found</title>", "an HTML page"],
      ['[{"a": 1}]', "a JSON document"],
      ["version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git LFS pointer"],
    ] as const;
    for (const [text, kind] of kinds)
      expect(() => parse(text)).toThrow(`the content is of another kind, expected a table as CSV, got ${kind}.`);
  });

  it("takes every kind of line end, mixed, and a byte order mark", () => {
    const expected = [
      ["a", "int32", [1, 3, 5]],
      ["b", "int32", [2, 4, 6]],
    ];
    expect(columns("\ufeffa,b\r\n1,2\r3,4\n5,6\r\n\r\n\n")).toEqual(expected);
    expect(columns("a,b\n1,2\n3,4\n5,6")).toEqual(expected);
  });

  it("reads other separators and runs of spaces, and files without a header", () => {
    expect(columns("1\t2\n3\t4\n", { separator: "\t", columnNames: ["x", "y"] })).toEqual([
      ["x", "int32", [1, 3]],
      ["y", "int32", [2, 4]],
    ]);
    expect(columns("  1   2.5\n 30\t4 \n   \n", { separator: "spaces", columnNames: ["x", "y"] })).toEqual([
      ["x", "int32", [1, 30]],
      ["y", "float32", [2.5, 4]],
    ]);
  });

  it("keeps any text as a column's name, __proto__ and constructor too", () => {
    const table = parse("__proto__,constructor,\n1,2,3\n");
    expect([...table.columns.keys()]).toEqual(["__proto__", "constructor", ""]);
    expect(table.columns.get("__proto__")).toMatchObject({ values: { data: Int32Array.of(1) } });
    expect(({} as Record<string, unknown>)["kind"]).toBeUndefined();
  });

  it("takes types and marks for blanks from its options", () => {
    expect(columns("a,b\n007,?\nNA,1\n", { types: { a: "text" }, blanks: ["NA", "?"] })).toEqual([
      ["a", "text", ["007", "NA"]],
      ["b", "float32", [NaN, 1]],
    ]);
    expect(columns('a\n"5"\n', { types: new Map([["a", "int32"]]) })).toEqual([["a", "int32", [5]]]);
    expect(columns("a\n16777217\n", { types: { a: "float32" } })).toEqual([["a", "float32", [16777216]]]);
  });

  it("says where a value does not fit, in bytes", () => {
    const error = refused("ä,b\nö,x\n", { types: { b: "int32" } });
    expect(error).toMatchObject({ code: "format", file, offset: 8, received: '"x"', expected: "-2147483648 to 2147483647" });
    expect(refused("a\n1\n\n2\n", { types: { a: "int32" } })).toMatchObject({ received: "a blank", offset: 4 });
    expect(refused("a\n1e39\n").problem).toContain("no number that float32 holds");
    expect(refused("a\n1.5\n", { types: { a: "int32" } }).offset).toBe(2);
    expect(refused("a\n5\n3000000000\n")).toMatchObject({ received: "3000000000", offset: 4 });
    expect(refused("a\n16777217\n\n5\n")).toMatchObject({ expected: "at most 16777216 next to blanks" });
  });

  it("refuses lines of another length, and says which", () => {
    expect(refused("a,b\n1,2\n3\n")).toMatchObject({
      offset: 8,
      expected: "2",
      received: "1",
      problem: "record 3 has fewer fields than the first",
    });
    expect(refused("a,b\n1,2,3\n")).toMatchObject({ offset: 4, received: "more than 2" });
    expect(refused("a,b\n1,2\n\n3,4\n").offset).toBe(8);
  });

  it("refuses quotes in the wrong place, zero bytes and other encodings", () => {
    expect(refused('a\n"b')).toMatchObject({ problem: "a quote is never closed", offset: 2 });
    expect(refused('a\nb"c\n')).toMatchObject({ offset: 3 });
    expect(refused('a\n"b"c\n')).toMatchObject({ offset: 5 });
    expect(refused("a\nb\0\n")).toMatchObject({ received: "a zero byte", offset: 3 });
    expect(thrown(() => parseCsv(Uint8Array.of(0xff, 0xfe, 97, 0), { file })).problem).toBe("the text is UTF-16");
    const latin1 = Uint8Array.of(97, 10, 98, 0xe4, 98);
    expect(thrown(() => parseCsv(latin1, { file }))).toMatchObject({ problem: "the text is not UTF-8", offset: 3 });
    const long = new TextEncoder().encode(`a\n${"é".repeat(1000)}`);
    expect(thrown(() => parseCsv(long.subarray(0, -1), { file })).offset).toBe(long.length - 2);
    expect(thrown(() => parseCsv(Uint8Array.of(97, 0x80, 0x80, 0x80, 0x80, 0x80, 97), { file })).offset).toBe(1);
  });

  it("refuses an empty file, names that repeat and a million columns", () => {
    expect(refused("").problem).toBe("the file is empty");
    expect(refused("\n\n").problem).toBe("the file is empty");
    expect(refused("a,a\n1,2\n").problem).toBe("two columns have the same name");
    expect(refused(",".repeat(1_000_000))).toMatchObject({ expected: `at most ${CSV_DEFAULTS.maxColumns}`, offset: 10_000 });
    expect(refused("a,b\n1,2\n", { columnNames: ["x"] })).toMatchObject({ expected: "1 columns", received: "2" });
  });

  it("refuses wrong options", () => {
    expect(refused("a\n", { separator: ",," }).code).toBe("option");
    expect(refused("a\n", { separator: '"' }).code).toBe("option");
    expect(refused("a\n", { types: { b: "text" } }).received).toBe('"b"');
    expect(refused("a\n", { types: { a: "texts" as never } }).hint).toBe('Did you mean "text"?');
    expect(refused("a\n", { seperator: ";" } as never).hint).toBe('Did you mean "separator"?');
    expect(refused("a\n", { maxColumns: 0 }).code).toBe("option");
  });

  it("reads back any table that is written with quotes", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "😀", "0"), maxLength: 6 });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, (rows) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quote).join(",")).join("\r\n");
        const options = { columnNames: ["a", "b"], types: { a: "text", b: "text" } } as const;
        expect(columns(text, options)).toEqual([
          ["a", "text", rows.map(([a]) => a)],
          ["b", "text", rows.map(([, b]) => b)],
        ]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("answers any bytes with a table or a TareaError", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom("1", ",", '"', "\n", "\r", " ", "é", "."), maxLength: 40 }),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(",", "spaces"), (given, separator) => {
        const content = typeof given === "string" ? new TextEncoder().encode(given) : given;
        if (fails(() => parseCsv(content, { file, separator }))) return true;
        const table = parseCsv(content, { file, separator });
        return [...table.columns.values()].every(
          (column) => (column.kind === "texts" ? column.values.length : column.values.data.length) === table.rows,
        );
      }),
      { seed: 1, numRuns: 1500 },
    );
  });
});

describe("reading CSV files", () => {
  let folder: string;
  afterEach(async () => rm(folder, { recursive: true }));

  it("names the file, and says when it is not there or no file", async () => {
    folder = await mkdtemp(join(tmpdir(), "tarea-csv-"));
    await writeFile(join(folder, "a.csv"), "a\n1\n");
    expect((await readCsv(join(folder, "a.csv"))).file).toBe(join(folder, "a.csv"));
    expect(await rejected(readCsv(join(folder, "b.csv")))).toMatchObject({ code: "read", problem: "there is no such file" });
    expect(await rejected(readCsv(folder))).toMatchObject({ code: "read", file: folder });
  });
});
