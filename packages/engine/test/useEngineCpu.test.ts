import { expect, it, vi } from "vitest";
import { nativeBinding } from "../src/native.js";
import { useEngine } from "../src/useEngine.js";

it("gives plain JavaScript when asked for it, without a word on the console, and the same engine to every later call", async () => {
  const output = [
    vi.spyOn(console, "log"),
    vi.spyOn(console, "warn"),
    vi.spyOn(process.stdout, "write"),
    vi.spyOn(process.stderr, "write"),
  ];
  const [first, second] = await Promise.all([useEngine({ prefer: "cpu" }), useEngine({ prefer: "cpu" })]);
  expect(first).toBe(second);
  expect(first).toMatchObject({
    name: "cpu",
    version: "4.22.0",
    threads: 1,
    reason: "plain JavaScript, one thread, slow, as asked for.",
  });
  const { tf } = first;
  expect(Array.from(tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync())).toEqual([11]);
  for (const spy of output) expect(spy).not.toHaveBeenCalled();
});

it("refuses another engine once one is in use", async () => {
  await expect(useEngine({ prefer: "wasm" })).rejects.toMatchObject({
    code: "engine",
    message: expect.stringMatching(/another engine is in use in this process, expected cpu with 1 threads, got wasm/) as string,
  });
});

it("has no native binding then", () => {
  expect(() => nativeBinding()).toThrow(/native TensorFlow is not in use in this process\. Await useEngine/);
});
