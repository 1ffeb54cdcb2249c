import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "./runCommand.js";

const folder = mkdtempSync(join(tmpdir(), "tarea-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const exported = (model: string, format: string, to: string, ...more: string[]) =>
  runCommand(["models", "export", model, "--format", format, "--to", at(to), ...more]);

test("a preset goes to TensorFlow.js's format and to Keras's and back without a change", async () => {
  const { code, stdout } = await exported("c5", "tfjs", "run/model", "--seed", "7", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ model: "c5", format: "tfjs", path: at("run/model"), totalParams: 17 });
  expect(readdirSync(at("run/model")).toSorted()).toEqual(["model.json", "weights.bin"]);

  // A run's folder has its model in a folder of its own.
  expect((await exported(at("run"), "keras", "c5.keras")).stderr).toBe(`c5: ${at("c5.keras")} (keras, weights of 68 B)\n`);
  expect((await exported(at("c5.keras"), "safetensors", "from-keras.safetensors")).code).toBe(0);
  expect((await exported("c5", "safetensors", "direct.safetensors", "--seed", "7")).code).toBe(0);
  expect(readFileSync(at("from-keras.safetensors"))).toEqual(readFileSync(at("direct.safetensors")));
});

test("the command explains itself", async () => {
  const { code, stdout } = await runCommand(["models", "export", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: tarea models export [options] <model>");
});

test("a preset goes to ONNX", async () => {
  expect((await exported("c5", "onnx", "c5.onnx")).code).toBe(0);
  expect(readFileSync(at("c5.onnx")).includes("MatMul")).toBe(true);
});

test("what cannot be exported is named, and nothing is written", async () => {
  const refused = async (...args: Parameters<typeof exported>) => {
    const { code, stderr } = await exported(...args);
    return [code, stderr.trim()];
  };
  expect(await refused("lenet", "onnx", "x")).toEqual([
    2,
    expect.stringContaining("createModel: unknown preset, expected one of m1"),
  ]);
  expect(await refused("c5", "pickle", "x")).toEqual([2, expect.stringContaining("Allowed choices are onnx, keras")]);
  mkdirSync(at("empty"));
  expect(await refused(at("empty"), "onnx", "x")).toEqual([1, expect.stringContaining("a file of the model cannot be read")]);
  writeFileSync(at("notes.txt"), "no model");
  expect(await refused(at("notes.txt"), "onnx", "x")).toEqual([
    1,
    expect.stringContaining("neither HDF5 nor a whole .keras archive"),
  ]);
  expect(await refused("c5", "savedmodel", "empty/../run")).toEqual([1, expect.stringMatching(/not empty|native TensorFlow/)]);
  expect(readdirSync(folder)).not.toContain("x");
});
