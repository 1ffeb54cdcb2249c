import fc from "fast-check";
import { expect, test } from "vitest";
import {
  advanceCounter,
  philox4x32,
  randomStream,
  scramble,
  stepStream,
  streamFromSeedPair,
  streamSeedPair,
} from "../src/index.js";

test("the same seed and name give the same numbers, another name others", () => {
  const words = (seed: number, name: string): number[] => {
    const stream = randomStream(seed, name);
    return Array.from({ length: 9 }, () => stream.uint32());
  };
  expect(words(7, "order/0")).toEqual(words(7, "order/0"));
  expect(words(7, "order/0")).not.toEqual(words(7, "order/1"));
  expect(words(7, "order/0")).not.toEqual(words(8, "order/0"));
});

test("seeds up to 2^53 - 1 are told apart", () => {
  expect(randomStream(2 ** 53 - 1, "a").uint32()).not.toBe(randomStream(2 ** 53 - 2, "a").uint32());
  expect(() => randomStream(2 ** 53, "a")).toThrow("seed must be an integer of at least 0");
  expect(() => randomStream(-1, "a")).toThrow("randomStream: seed");
});

test("each step of a stream has numbers of its own, 2^32 blocks apart", () => {
  const { key, counter } = scramble(streamSeedPair(7, "dropout/a"));
  const steps = [0, 1, 5].map((step) => stepStream(7, "dropout/a", step));
  const blocks = [0, 1, 5].map((step) => philox4x32(advanceCounter(counter, step * 2 ** 32), key));
  expect(steps.map((stream) => Array.from({ length: 4 }, () => stream.uint32()))).toEqual(blocks);
  expect(stepStream(7, "dropout/a", 0).uint32()).toBe(randomStream(7, "dropout/a").uint32());
  expect(() => stepStream(7, "dropout/a", 2 ** 32)).toThrow("stepStream: step");
});

test("a permutation holds every number once", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(), (length, seed) => {
      const order = randomStream(seed, "order").permutation(length);
      return order.toSorted((a, b) => a - b).every((value, i) => value === i) && order.length === length;
    }),
    { seed: 2, numRuns: 100 },
  );
});

test("integers below a bound are even", () => {
  const stream = randomStream(3, "integers");
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 50_000; i++) counts[stream.integer(5)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("uniforms fill [0, 1) and normals have mean 0 and deviation 1", () => {
  const stream = streamFromSeedPair([1, 2]);
  const uniforms = Float64Array.from({ length: 20_000 }, () => stream.uniform());
  expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniforms)).toBeLessThan(1);
  expect(uniforms.reduce((a, b) => a + b) / uniforms.length).toBeCloseTo(0.5, 2);
  const normals = Float64Array.from({ length: 20_000 }, () => stream.normal());
  const mean = normals.reduce((a, b) => a + b) / normals.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(normals.reduce((a, b) => a + (b - mean) ** 2, 0) / normals.length).toBeCloseTo(1, 1);
});
