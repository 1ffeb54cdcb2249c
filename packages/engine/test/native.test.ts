import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "@tarea/files";
import { cacheRung } from "../src/ladder.js";

const installed = (await cacheRung(cacheFolder())).candidate !== undefined;
const DIST = fileURLToPath(new URL("../dist/index.js", import.meta.url));

/** Runs a module that has `useEngine` and `native` in a process of its own, since the library reads its settings once. */
function run(code: string, env: Record<string, string> = {}) {
  const script = `import { useEngine } from ${JSON.stringify(DIST)}; import * as native from ${JSON.stringify(DIST.replace("index.js", "native.js"))};\n${code}`;
  const clean = { ...process.env };
  for (const name of Object.keys(clean)) if (name.startsWith("TF_")) delete clean[name];
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { ...clean, ...env },
  });
  return { stdout: child.stdout, stderr: child.stderr };
}

describe.skipIf(!installed)("native TensorFlow", () => {
  it("is chosen from the cache, computes on every core, and prints nothing", () => {
    const { stdout, stderr } = run(`
      const { tf, ...engine } = await useEngine();
      const product = Array.from(tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 2], [3, 4]])).dataSync());
      process.stdout.write(JSON.stringify({ engine, product, backend: tf.getBackend() }));`);
    expect(JSON.parse(stdout)).toEqual({
      engine: {
        name: "tensorflow",
        version: "2.21.0",
        threads: availableParallelism(),
        kernels: true,
        reason: "Native TensorFlow 2.21.0 from the cache.",
      },
      product: [7, 10, 15, 22],
      backend: "tensorflow",
    });
    expect(stderr).toBe("");
  });

  it("gives its log back to who sets TF_CPP_MIN_LOG_LEVEL", () => {
    const { stdout, stderr } = run("await useEngine();", { TF_CPP_MIN_LOG_LEVEL: "0" });
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^I0000/m);
  });

  it("takes its threads from the option, then from the environment", () => {
    const code = "const { threads } = await useEngine(OPTIONS); console.log(threads, process.env.TF_NUM_INTRAOP_THREADS);";
    expect(run(code.replace("OPTIONS", "{ threads: 3 }"), { TF_NUM_INTRAOP_THREADS: "1" }).stdout).toBe("3 3\n");
    expect(run(code.replace("OPTIONS", ""), { TF_NUM_INTRAOP_THREADS: "1" }).stdout).toBe("1 1\n");
  });

  it("starts as many threads as it was told to", () => {
    const code = `import { readdirSync } from "node:fs";
      const count = () => readdirSync("/proc/self/task").length;
      const { tf } = await useEngine({ threads: THREADS });
      const before = count();
      const a = tf.ones([512, 512]);
      tf.matMul(a, a).dataSync();
      console.log(count());`;
    const threads = (n: number) => Number(run(code.replace("THREADS", String(n)), { TF_NUM_INTEROP_THREADS: "1" }).stdout);
    expect(threads(9) - threads(2)).toBe(7);
  });

  it("hands out its binding, backend and backend class", () => {
    const { stdout } = run(`
      const { tf } = await useEngine({ prefer: "tensorflow" });
      const binding = native.nativeBinding();
      const id = binding.createTensor([3], binding.TF_INT32, Int32Array.of(1, 2, -3));
      const same = tf.backend() === native.nativeBackend() && native.nativeBackend() instanceof native.nativeBackendClass();
      console.log(Array.from(binding.tensorDataSync(id)).join(), same, typeof binding.runSavedModel);`);
    expect(stdout).toBe("1,2,-3 true function\n");
  });
});

it("loads nothing of TensorFlow until an engine is asked for", () => {
  const { stdout } = run(`import { createRequire } from "node:module";
    console.log(Object.keys(createRequire(import.meta.url).cache ?? {}).filter((path) => path.includes("tensorflow")).length, typeof useEngine);`);
  expect(stdout).toBe("0 function\n");
});
