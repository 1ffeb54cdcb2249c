import { expect, test } from "vitest";
import { numberFormat, tickFormat, valueFormat } from "../src/locale.js";

test("Spanish numbers have a decimal comma and a space before the percent sign", () => {
  expect(numberFormat("x", "y", "es", ".1%")(0.982)).toBe("98,2\u00a0%");
  expect(numberFormat("x", "y", "en", ".1%")(0.982)).toBe("98.2%");
  expect(valueFormat("es")(0.16382)).toBe("0,1638");
});

test("Ticks show just the decimals that tell them apart", () => {
  expect([0, 0.05, 0.1].map(tickFormat("en", 0.05, 0.1))).toEqual(["0.00", "0.05", "0.10"]);
  expect([1, 10].map(tickFormat("en", 1, 10))).toEqual(["1", "10"]);
  expect([10000, 20000].map(tickFormat("es", 10000, 20000))).toEqual(["10\u202f000", "20\u202f000"]);
});

test("Very large and very small numbers are powers of ten", () => {
  expect([0, 1e-5, 2.5e-5].map(tickFormat("es", 5e-6, 2.5e-5))).toEqual(["0", "1×10⁻⁵", "2,5×10⁻⁵"]);
  expect(valueFormat("en")(-3.29e-5)).toBe("−3.29×10⁻⁵");
  expect(valueFormat("en")(5e-324)).toBe("5×10⁻³²⁴");
  expect(valueFormat("en")(9.9999999e11)).toBe("1×10¹²");
});

test("Counts stay whole", () => {
  expect([963, 60000, 1e8].map(valueFormat("en"))).toEqual(["963", "60,000", "100,000,000"]);
});
