import { expect, test } from "vitest";
import { sizeOf, takeRows } from "../src/index.js";

const array = { dtype: "uint8", shape: [3, 2], data: Uint8Array.of(0, 1, 10, 11, 20, 21) } as const;

test("rows are copied in the order asked", () => {
  expect(takeRows(array, [2, 0])).toEqual({ dtype: "uint8", shape: [2, 2], data: Uint8Array.of(20, 21, 0, 1) });
});

test("a row outside is an error that names it", () => {
  expect(() => takeRows(array, [3])).toThrow("takeRows: row 3 is outside the array, expected 0 to 2.");
});

test("a shape that cannot be counted is refused", () => {
  expect(sizeOf([2, 3, 0])).toBe(0);
  expect(() => sizeOf([-2, -3])).toThrow("non-negative");
  expect(() => sizeOf([2 ** 30, 2 ** 30])).toThrow("more elements than can be counted");
});
