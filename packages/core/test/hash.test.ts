import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalHash, canonicalJson, sha256 } from "../src/index.js";

test("SHA-256 equals Node's for bytes of any length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => sha256(bytes) === createHash("sha256").update(bytes).digest("hex")),
    { seed: 1, numRuns: 300 },
  );
});

test("SHA-256 of a text is that of its UTF-8", () => {
  expect(sha256("Tarea: ñ 🎓")).toBe(createHash("sha256").update("Tarea: ñ 🎓").digest("hex"));
});

test("canonical JSON does not depend on the order of members", () => {
  expect(canonicalJson({ b: [1, undefined], a: { d: null, c: undefined } })).toBe('{"a":{"d":null},"b":[1,null]}');
  expect(canonicalHash({ a: 1, b: 2 })).toBe(canonicalHash({ b: 2, a: 1 }));
});

test("typed arrays are written as lists", () => {
  expect(canonicalJson(Float32Array.of(0.5, 1))).toBe("[0.5,1]");
});

test("what JSON cannot hold is refused with its path", () => {
  expect(() => canonicalJson({ a: [1, NaN] })).toThrow("value.a[1] is a number JSON cannot hold, got NaN");
  expect(() => canonicalJson({ f: () => 1 })).toThrow("value.f cannot be written as JSON");
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  expect(() => canonicalJson(cycle)).toThrow("value.self contains itself");
});
