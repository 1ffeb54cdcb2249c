import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder } from "@tarea/files";
import { kernelsFolder, kernelsPath, kernelsRecipe } from "../src/kernelLibrary.js";
import { provision } from "../src/provision.js";
import { recordSteps } from "../src/steps.js";
import { wheelEngineFolder } from "../src/versions.js";

const installed = (await kernelsPath(cacheFolder())) !== undefined;
const DIST = fileURLToPath(new URL("../dist/index.js", import.meta.url));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tarea-kernels-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module that has `useEngine` and `binding`, `tensor`, `run` in a process of its own; its last line of output, as JSON. */
function inProcess(code: string): unknown {
  const script = `
    import { useEngine } from ${JSON.stringify(DIST)};
    import { nativeBinding } from ${JSON.stringify(DIST.replace("index.js", "native.js"))};
    const engine = await useEngine({ threads: 1 });
    const binding = nativeBinding();
    const tensor = (shape, values) => binding.createTensor(shape, binding.TF_FLOAT, new Float32Array(values));
    const int = (name, value) => ({ name, type: binding.TF_ATTR_INT, value });
    const bool = (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value });
    const layer = (rectify, count, parts) => [bool("rectify", rectify), int("count", count), int("gathers", 0), int("parts", parts)];
    const run = (op, attributes, inputs, count) => binding.executeOp(op, attributes, inputs, count).map(({ id }) => [...binding.tensorDataSync(id)]);
    const fault = (task) => { try { task(); return "none"; } catch (error) { return error.message; } };
    ${code}`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout.trim().split("\n").at(-1)!);
}

describe.skipIf(!installed)("the kernels of our own", () => {
  it("compute a layer, in any number of parts", () => {
    const values = inProcess(`
      const inputs = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 1], [10, -20]), tensor([1], [5])];
      console.log(JSON.stringify([1, 2, 7].map((parts) => run("TareaDense", layer(false, 0, parts), inputs, 1)[0])));`);
    expect(values).toEqual([
      [-25, -45],
      [-25, -45],
      [-25, -45],
    ]);
  });

  it("compute another unit's sums beside a layer, which no rectifier changes", () => {
    const values = inProcess(`
      const inputs = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 1], [10, -20]), tensor([1], [5]), tensor([2, 1], [-1, 1e-3])];
      console.log(JSON.stringify([1, 2].map((parts) => run("TareaDense", layer(true, 1, parts), inputs, 1)[0].map((value) => +value.toFixed(4)))));`);
    expect(values).toEqual([
      [0, -0.998, 0, -2.996],
      [0, -0.998, 0, -2.996],
    ]);
  });

  it("give products of large layers as exactly as TensorFlow's own float32 product, for any magnitudes", () => {
    const errors = inProcess(`
      const [batch, inputs, units] = [130, 700, 150];
      let state = 1;
      const draw = () => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.5) * 2 ** (state % 40 - 20);
      const draws = (count) => Float32Array.from({ length: count }, draw);
      const x = draws(batch * inputs), w = draws(inputs * units);
      const factors = [tensor([batch, inputs], x), tensor([inputs, units], w)];
      const float = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
      const [theirs] = run("MatMul", [bool("transpose_a", false), bool("transpose_b", false), float], factors, 1);
      const [ours] = run("TareaDense", layer(false, 0, 2), [...factors, tensor([units], new Float32Array(units))], 1);
      const worst = [0, 0];
      for (let sample = 0; sample < batch; sample++) {
        for (let unit = 0; unit < units; unit++) {
          let sum = 0, size = 0;
          for (let i = 0; i < inputs; i++) {
            const term = x[sample * inputs + i] * w[i * units + unit];
            sum += term;
            size += Math.abs(term);
          }
          [ours, theirs].forEach((y, i) => (worst[i] = Math.max(worst[i], Math.abs(y[sample * units + unit] - sum) / size)));
        }
      }
      console.log(JSON.stringify(worst));`) as [number, number];
    expect(errors[0]).toBeGreaterThan(0);
    expect(errors[0]).toBeLessThan(2 * errors[1]);
  });

  it("let a number that is none through to every sum that it is part of", () => {
    const counts = inProcess(`
      const [batch, inputs, units] = [128, 400, 128];
      const x = new Float32Array(batch * inputs).fill(1);
      x[3 * inputs + 7] = NaN;
      x[5 * inputs + 9] = Infinity;
      const [y] = run("TareaDense", layer(false, 0, 2), [tensor([batch, inputs], x),
        tensor([inputs, units], new Float32Array(inputs * units).fill(1)), tensor([units], new Float32Array(units))], 1);
      const odd = (sample) => y.slice(sample * units, (sample + 1) * units).filter((value) => !Number.isFinite(value)).length;
      console.log(JSON.stringify([odd(3), odd(5), odd(4)]));`);
    expect(counts).toEqual([128, 128, 0]);
  });

  const PROGRAMS = `
    const program = (text, { floats = [], ints = [], count = 3, size = 2 }) => run("TareaTrainSteps", [
      { name: "program", type: binding.TF_ATTR_STRING, value: text }, int("size", size),
      int("float_count", floats.length), int("int_count", ints.length), int("byte_count", 0),
    ], [binding.createTensor([], binding.TF_INT32, new Int32Array([count])), ...floats, ...ints], 1)[0];
    const rows = (values) => binding.createTensor([values.length], binding.TF_INT32, new Int32Array(values));`;

  it("run the program of a step, each with its number", () => {
    const values = inProcess(`${PROGRAMS}
      const pair = { floats: [tensor([2], [1, 10])] };
      const table = { floats: [tensor([3, 2], [1, 2, 3, 4, 5, 6])], ints: [rows([2, 0]), rows([4])] };
      console.log(JSON.stringify([
        program("1 3\\nCast 1 1\\nMul 0,2 1", pair),
        program("1 4\\nUnpack 0 2 num=2\\nSub 3,2 1", { ...pair, size: 1, count: 1 }),
        program("3 7\\nGatherV2 0,1 1\\nReshape 4,2 1\\nSquare 5 1\\nAddN 6,5,5 1", { ...table, count: 1, size: 4 }),
        program("1 0", { ...pair, count: 0 }),
      ]));`);
    expect(values).toEqual([[0, 0, 1, 10, 2, 20], [9], [35, 48, 3, 8], []]);
  });

  it("refuse programs that cannot run, and say where they end", () => {
    const faults = inProcess(`${PROGRAMS}
      const pair = { floats: [tensor([2], [1, 10])] };
      const refused = (text, options = pair) => fault(() => program(text, options)).replace(/ \\[Op:.*/, "");
      console.log(JSON.stringify([
        refused(""), refused("1 9"), refused("2 0"), refused("1 2\\nMul 0,7 1"), refused("1 2\\nFly 0 1"), refused("1 2\\nMul 0"),
        refused("1 2\\nUnpack 0 1"), refused("1 2\\nAddN 0,0 1", { ...pair, size: 3 }),
        refused("2 3\\nGatherV2 0,1 1", { ...pair, ints: [rows([0, 5])] }),
        refused("2 3\\nReshape 0,1 1", { ...pair, ints: [rows([3])] }),
      ]));`) as string[];
    expect(faults).toEqual([
      expect.stringContaining("no beginning"),
      expect.stringContaining("the result is not there"),
      expect.stringContaining("another number of arrays"),
      expect.stringContaining("Mul takes an array that is not there"),
      expect.stringContaining("no operation Fly"),
      expect.stringContaining("cannot be read"),
      expect.stringContaining("Unpack: num is missing"),
      expect.stringContaining("the result has another size"),
      expect.stringContaining("GatherV2: a row number is out of range"),
      expect.stringContaining("Reshape: the new shape has another size"),
    ]);
  });

  it("refuse shapes that do not fit, and go on", () => {
    const faults = inProcess(`
      const dense = (inputs) => fault(() => run("TareaDense", layer(true, inputs.length - 3, 1), inputs, 1));
      const x = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
      const geometry = (values) => ({ name: "geometry", type: binding.TF_ATTR_INT, value: values });
      const conv = (values) => fault(() => run("TareaConv", [geometry(values), bool("rectify", true), bool("keep", false), int("parts", 1)],
        [tensor([1, 3, 3, 1], new Array(9).fill(1)), tensor([2, 2, 1, 1], [1, 1, 1, 1]), tensor([1], [0])], 2));
      console.log(JSON.stringify([
        dense([x, tensor([2, 1], [1, 1]), tensor([1], [0])]),
        dense([x, tensor([3, 1], [1, 1, 1]), tensor([2], [0, 0])]),
        dense([x, tensor([3], [1, 1, 1]), tensor([1], [0])]),
        dense([x, tensor([3, 1], [1, 1, 1]), tensor([1], [0]), tensor([2, 1], [1, 1])]),
        conv([1, 1, 0, 0, 2, 2, 0, 1]),
        conv([1, 1, 0, 0, 1, 1, 2, 2]),
        conv([1, 1, 0, 0, 2, 2, 1, 1]),
        dense([x, tensor([3, 1], [1, 1, 1]), tensor([1], [0])]),
      ]));`) as string[];
    expect(faults.map((text) => text !== "none")).toEqual([true, true, true, true, true, true, false, false]);
  });

  it("are left out when they are not wanted", () => {
    const script = `import { useEngine } from ${JSON.stringify(DIST)}; console.log((await useEngine({ kernels: false })).kernels);`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(stdout).toBe("false\n");
  });
});

describe("setting the kernels up", () => {
  it("has a folder of its own for these sources and this processor", async () => {
    const path = await kernelsFolder(folder);
    expect(path.startsWith(join(folder, "engine", "kernels-"))).toBe(true);
    expect(await kernelsFolder(folder)).toBe(path);
    expect(await kernelsPath(folder)).toBeUndefined();
  });

  it("leaves nothing behind when there is no compiler, or one that fails", async () => {
    const steps = recordSteps({ log: () => undefined, now: () => 0 });
    for (const env of [{ PATH: folder }, { CXX: "false", PATH: folder }]) {
      const recipe = kernelsRecipe(join(folder, "addon.node"), wheelEngineFolder(folder), env);
      const making = provision(await kernelsFolder(folder), recipe, steps, () => undefined);
      await expect(making).rejects.toMatchObject({ code: "compiler" });
    }
    expect((await readdir(join(folder, "engine"))).filter((name) => name.includes("kernels") && !name.endsWith(".lock"))).toEqual(
      [],
    );
    expect(steps.done.every(({ name, ok }) => name === "kernels" && !ok)).toBe(true);
  });
});
