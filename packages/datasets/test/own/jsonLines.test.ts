import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { TareaError } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { parseJsonLines, readJsonLines, type JsonLinesOptions, type Table } from "../../src/index.js";
import { fails } from "../support/fails.js";
import { thrown } from "../support/thrown.js";

const file = "a.jsonl";
const parse = (text: string, options: JsonLinesOptions = {}): Table =>
  parseJsonLines(new TextEncoder().encode(text), { ...options, file });
const refused = (text: string, options: JsonLinesOptions = {}): TareaError => thrown(() => parse(text, options));

describe("reading JSON lines", () => {
  it("gives numbers, booleans, texts and lists as columns, in any order of the members", () => {
    const { rows, columns } = parse(
      '{"n":1,"x":1.5,"b":true,"t":"a","l":[1,2]}\r\n\n{"l":[3,4],"t":"b","b":false,"x":null,"n":-2}\n',
    );
    expect(rows).toBe(2);
    expect([...columns]).toEqual([
      ["n", { kind: "numbers", values: { dtype: "int32", shape: [2], data: Int32Array.of(1, -2) }, blanks: 0 }],
      ["x", { kind: "numbers", values: { dtype: "float32", shape: [2], data: Float32Array.of(1.5, NaN) }, blanks: 1 }],
      ["b", { kind: "numbers", values: { dtype: "uint8", shape: [2], data: Uint8Array.of(1, 0) }, blanks: 0 }],
      ["t", { kind: "texts", values: ["a", "b"] }],
      ["l", { kind: "numbers", values: { dtype: "int32", shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) }, blanks: 0 }],
    ]);
  });

  it("keeps any member's name, __proto__ too", () => {
    expect([...parse('{"__proto__":1,"constructor":2}\n').columns.keys()]).toEqual(["__proto__", "constructor"]);
  });

  it("refuses members that are named twice, missing, new or of another kind, with the line's offset", () => {
    expect(refused('{"a":1,"b":{"a":1}}')).toMatchObject({ code: "format", file, offset: 0 });
    expect(refused('{"a":1}\n{"a":1,"a":2}\n')).toMatchObject({ problem: "line 2 names a member twice", offset: 8 });
    expect(refused('{"a:\\"":1}\n{"b":1}\n').problem).toBe("line 2 has a member that the first lacks");
    expect(refused('{"a":1,"b":2}\n{"b":1}\n')).toMatchObject({ problem: "line 2 lacks a member of the first", expected: '"a"' });
    expect(refused('{"a":1}\n{"a":"x"}\n')).toMatchObject({ expected: "a number", received: '"x"' });
    expect(refused('{"a":[1]}\n{"a":[1,2]}\n')).toMatchObject({ expected: "1 numbers", received: "2" });
    expect(refused('{"a":[1,"x"]}\n')).toMatchObject({ expected: "a number, text, boolean or list of numbers", offset: 0 });
    expect(refused('{"a":"x"}\n{"a":null}\n').problem).toBe('member "a" is null on some lines');
  });

  it("refuses numbers that would change their value", () => {
    expect(refused('{"a":9007199254740993}\n').received).toBe("9007199254740992");
    expect(refused('{"a":1e39}\n').problem).toContain("float32 cannot hold");
    expect(refused('{"a":1e999}\n').problem).toContain("float32 cannot hold");
    expect(refused('{"a":16777217}\n{"a":null}\n').problem).toContain("would be rounded");
    expect(parse('{"a":2147483647}\n').columns.get("a")).toMatchObject({ values: { dtype: "int32" } });
  });

  it("refuses what is no JSON object, and too many members or numbers", () => {
    expect(refused('{"a":1}\n{"a":}\n')).toMatchObject({ problem: "line 2 is not JSON", offset: 8 });
    expect(refused("[1]\n").received).toBe("[1]");
    expect(refused("null\n").problem).toContain("holds no object");
    expect(refused("").problem).toBe("the file is empty");
    expect(refused("{}\n").problem).toContain("wrong number of members");
    expect(refused('{"a":1,"b":2}\n', { maxColumns: 1 }).expected).toBe("1 to 1");
    expect(refused('{"a":[1,2,3]}\n', { maxListLength: 2 }).received).toBe("3");
    expect(refused(`{"a":${"[".repeat(100_000)}`).problem).toContain("line 1");
    expect(refused("\u{1f600}").problem).toContain("is not JSON");
  });

  it("answers any bytes with a table or a TareaError", () => {
    const line = fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('{"a":1}', '{"a":null}', '{"a":[1]}', '{"a":tru', "}"));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 4 }),
        (lines) => fails(() => parse(lines.join("\n"))) || parse(lines.join("\n")).rows > 0,
      ),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("reads a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tarea-jsonl-"));
    await writeFile(join(folder, "a.jsonl"), '\ufeff{"a":1}\n');
    expect((await readJsonLines(join(folder, "a.jsonl"))).rows).toBe(1);
    await rm(folder, { recursive: true });
  });
});
