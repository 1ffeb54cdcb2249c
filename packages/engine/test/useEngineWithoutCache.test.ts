import { expect, it } from "vitest";
import { useEngine } from "../src/useEngine.js";
import { temporaryFolder } from "./helpers/smallWheel.js";

it("names the nearest engine when it does not know one", async () => {
  await expect(useEngine({ prefer: "tensorflwo" as "tensorflow" })).rejects.toThrow(
    'useEngine: unknown prefer, expected one of auto, tensorflow, wasm, cpu, got "tensorflwo". Did you mean "tensorflow"?',
  );
});

it("refuses a number of threads that is none", async () => {
  await expect(useEngine({ threads: 0 })).rejects.toThrow("useEngine: threads must be a positive integer, got 0.");
});

it("says what is missing and how to get it when native TensorFlow is preferred and cannot run", async () => {
  await expect(useEngine({ prefer: "tensorflow", cacheFolder: await temporaryFolder() })).rejects.toMatchObject({
    code: "engine",
    message: expect.stringMatching(
      /the engine tensorflow cannot run here: not set up; .*Set it up with: tarea engine install\.$/,
    ) as string,
  });
});

it("goes on with WebAssembly, in one line that says why, and registers the kernels it lacks", async () => {
  const lines: string[] = [];
  const engine = await useEngine({ cacheFolder: await temporaryFolder(), log: (line) => lines.push(line) });
  expect(engine).toMatchObject({ name: "wasm", version: "4.22.0", threads: 1 });
  expect(engine.reason).toMatch(/^WebAssembly, one thread with SIMD, because nothing better runs here: not set up; .+\.$/);
  expect(lines).toEqual([`engine: ${engine.reason}`]);
  const { tf } = engine;
  expect(tf.getBackend()).toBe("wasm");
  expect(tf.getKernel("Conv2DBackpropFilter", "wasm")).toBeDefined();
});
