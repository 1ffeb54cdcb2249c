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
  expect(await refused(at("missing.keras"), "onnx", "x")).toEqual([
    1,
    expect.stringContaining(`models export: there is no file or folder ${at("missing.keras")}. Give a preset of`),
  ]);
  writeFileSync(at("notes.txt"), "no model");
  expect(await refused(at("notes.txt"), "onnx", "x")).toEqual([
    1,
    expect.stringContaining(`${at("notes.txt")}: importKeras: the file is neither HDF5 nor a whole .keras archive`),
  ]);
  expect(await refused("c5", "savedmodel", "empty/../run")).toEqual([1, expect.stringMatching(/not empty|native TensorFlow/)]);
  expect(readdirSync(folder)).not.toContain("x");
});

test("hostile and damaged folders are refused by name, and nothing is written", async () => {
  const { code } = await exported("c5", "tfjs", "good");
  expect(code).toBe(0);
  const [manifest, weights] = ["model.json", "weights.bin"].map((name) => readFileSync(join(at("good"), name)));
  const refused = async (name: string, json: string, bin: Uint8Array = weights!) => {
    mkdirSync(at(name));
    writeFileSync(join(at(name), "model.json"), json);
    writeFileSync(join(at(name), "weights.bin"), bin);
    const result = await exported(at(name), "onnx", "y");
    expect([result.code, readdirSync(folder).includes("y")]).toEqual([1, false]);
    return result.stderr;
  };
  const text = manifest!.toString();
  expect(await refused("outside", text.replace('"weights.bin"', '"../../x"'))).toContain(
    `${at("outside")}: loadTfjs: a file of weights is not in the model's folder, got "../../x".`,
  );
  expect(await refused("huge", text.replace('"units":5', '"units":500000000'))).toContain(
    'the tensor "dense1/kernel" has another shape, expected [1, 500000000], got [1, 5].',
  );
  expect(await refused("cut", text.slice(0, 300))).toContain(`${at("cut")}: loadTfjs: model.json: it is not JSON`);
  expect(await refused("short", text, weights!.subarray(4))).toContain("expected 68 bytes, got less.");
  const spoilt = Buffer.from(weights!);
  spoilt.writeFloatLE(NaN, 0);
  writeFileSync(join(at("good"), "weights.bin"), spoilt);
  expect((await exported(at("good"), "onnx", "spoilt.onnx")).stderr).toContain("c5: not every number in dense1/kernel is finite");
});

test("models show prints a summary or a drawing of a preset and of a saved model", async () => {
  const shown = (...args: string[]) => runCommand(["models", "show", ...args]);
  const { code, stdout, stderr } = await shown("d4");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^conv1 +Conv2D \(5x5, relu\) +\[28, 28, 6\] +456 +352,800 /m);
  expect((await exported("c5", "keras", "shown.keras")).code).toBe(0);
  expect(JSON.parse((await shown(at("shown.keras"), "--json")).stdout)).toMatchObject({ name: "c5", totalParams: 17 });
  expect((await shown("c5", "--format", "svg")).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
  expect((await shown("c5", "--format", "markdown")).stdout).toContain("| skip | Concatenate |");
  expect((await shown("d44")).stderr).toContain('Did you mean "d4"?');
});
