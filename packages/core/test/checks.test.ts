import { expect, test } from "vitest";
import {
  checkBoolean,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkNumber,
  checkOneOf,
  nearest,
  show,
} from "../src/index.js";

test("a value that passes is returned as it is", () => {
  expect(checkInteger("fit", "epochs", 3)).toBe(3);
  expect(checkNumber("dropout", "rate", 0, { min: 0, max: 1, exclusiveMax: true })).toBe(0);
  expect(checkOneOf("fit", "loss", "mse", ["mse", "mae"])).toBe("mse");
  expect(checkList("mlp", "units", [1, 2])).toEqual([1, 2]);
  expect(checkBoolean("mlp", "skip", false)).toBe(false);
});

test.each([2.5, 0, -1, "3", NaN, Infinity, null, 2 ** 53])("%s is no positive integer", (value) => {
  expect(() => checkInteger("fit", "epochs", value)).toThrow(`fit: epochs must be a positive integer, got ${show(value)}.`);
});

test("bounds that are open exclude their end", () => {
  expect(() => checkNumber("dropout", "rate", 1, { min: 0, max: 1, exclusiveMax: true })).toThrow(
    "dropout: rate must be a finite number at least 0 and below 1, got 1.",
  );
  expect(() => checkNumber("adam", "learningRate", 0, { min: 0, exclusiveMin: true })).toThrow("above 0");
});

test("an unknown word names the nearest known one", () => {
  expect(() => checkOneOf("data", "data set", "mnits", ["mnist", "fashion-mnist"])).toThrow(
    'data: unknown data set, expected one of mnist, fashion-mnist, got "mnits". Did you mean "mnist"?',
  );
  expect(() => checkKnownOptions("mlp", { activaton: 1 }, ["activation", "units"])).toThrow('Did you mean "activation"?');
});

test.each([null, undefined, 3, "relu", ["relu"], () => 1])("%s are no options", (options) => {
  const received = show(options);
  expect(() => checkKnownOptions("mlp", options as never, ["units", "skip"])).toThrow(
    `mlp: the options are no object, expected an object with units, skip, got ${received}.`,
  );
  expect(() => checkKnownOptions("mlp", options as never, [])).toThrow("expected an empty object");
});

test("lists and truth values are told from what is none", () => {
  expect(() => checkList("mlp", "units", { length: 2 })).toThrow("mlp: units must be a list, got an object of type Object.");
  expect(() => checkBoolean("mlp", "skip", 1)).toThrow("mlp: skip must be true or false, got 1.");
});

test("a word far from all candidates has no nearest", () => {
  expect(nearest("zzzzzz", ["mnist", "imdb"])).toBeUndefined();
});

test("received values are shown short", () => {
  expect(show("x".repeat(200)).length).toBeLessThan(90);
  expect(show(new Array(1000).fill(0))).toBe("an array of 1000");
  expect(show([1, "a", null])).toBe('[1, "a", null]');
  expect(show({ a: 1 })).toBe("an object of type Object");
});
