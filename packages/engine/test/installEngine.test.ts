import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectEngine } from "../src/inspectEngine.js";
import { installEngine } from "../src/installEngine.js";
import { checkFolder } from "../src/manifest.js";
import { wheelEngineFolder } from "../src/versions.js";
import { temporaryFolder } from "./helpers/smallWheel.js";

/** A machine without Python and compiler, on which the installer of tfjs-node reaches nobody. */
const BARE = { PATH: "/nowhere", TFJS_NODE_BASE_URI: "http://127.0.0.1:1/" };

describe("installEngine on a machine without Python and compiler", () => {
  it("names each rung that failed in one line and what is left", async () => {
    const cacheFolder = await temporaryFolder();
    const lines: string[] = [];
    let time = 0;
    const result = await installEngine({ cacheFolder, env: BARE, log: (line) => lines.push(line), now: () => (time += 1000) });
    expect(result).toMatchObject({ engine: "wasm", version: "4.22.0", reused: true });
    expect(result.seconds).toBeGreaterThan(0);
    expect(result.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ["wheel", false],
      ["installer", false],
      ["wasm", true],
    ]);
    expect(lines[0]).toMatch(/^wheel: no Python found \(looked for python3, python\)/);
    expect(lines[1]).toMatch(/^installer: the installer of @tensorflow\/tfjs-node failed \(.*\)/);
    for (const line of lines) expect(line).not.toContain("\n");
    expect(await readdir(cacheFolder, { recursive: true })).toEqual(["engine"]);
  });

  it("throws the first fault, with what to do, when it must be native TensorFlow", async () => {
    const installing = installEngine({ prefer: "tensorflow", cacheFolder: await temporaryFolder(), env: BARE });
    await expect(installing).rejects.toMatchObject({
      name: "TareaError",
      message: expect.stringMatching(/native TensorFlow cannot be set up: no Python found .*Install Python 3 with pip/) as string,
    });
  });

  it("says so when the cache folder cannot be written", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "not a folder");
    const { engine, steps } = await installEngine({ cacheFolder: file, env: { ...BARE, PATH: process.env["PATH"] } });
    expect(engine).toBe("wasm");
    expect(steps[0]?.detail).toContain("a part of the path is a file, not a folder");
  });
});

describe("inspectEngine", () => {
  it("reports every rung with its reason, and what is missing", async () => {
    const report = await inspectEngine({ cacheFolder: await temporaryFolder(), env: BARE });
    expect(report.ladder.map(({ name, ok }) => [name, ok])).toEqual([
      ["cache", false],
      ["wheel", false],
      ["installer", false],
      ["wasm", true],
      ["cpu", true],
    ]);
    expect(report.engine).toMatchObject({ name: "wasm", version: "4.22.0", threads: 1 });
    expect(report.engine.reason).toContain("no Python found");
    expect(report.tools).toMatchObject({ pip: null, compiler: null });
    expect(report.cache).toMatchObject({ installed: false, fault: null });
    expect(report.kernels).toMatchObject({ compiled: false, reason: expect.stringContaining("no C++ compiler found") as string });
  });

  it("does not throw for a cache folder that is no path", async () => {
    const report = await inspectEngine({ env: { ...BARE, TAREA_CACHE_DIR: "relative" } });
    expect(report.engine.name).toBe("wasm");
    expect(report.ladder[0]).toMatchObject({ name: "cache", ok: false });
    expect(report.ladder[0]?.reason).toContain("the cache folder must be an absolute path");
  });

  it.each([
    ["{", "manifest.json cannot be parsed"],
    ["[]", "manifest.json is not an engine's manifest"],
    [manifest("../../etc/passwd"), "manifest.json is not an engine's manifest"],
    [manifest("tfjs_binding.node"), "tfjs_binding.node is missing"],
  ])("names the damage of an engine folder whose manifest is %j", async (content, fault) => {
    const cacheFolder = await temporaryFolder();
    const folder = wheelEngineFolder(cacheFolder);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "manifest.json"), content);
    expect(await checkFolder(folder)).toEqual({ fault, damaged: true });
    expect((await inspectEngine({ cacheFolder, env: BARE })).cache.fault).toContain(fault);
  });
});

describe("the package", () => {
  it("asks for the versions of TensorFlow.js that its constants name", async () => {
    const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
    const { peerDependencies } = JSON.parse(text) as { peerDependencies: Record<string, string> };
    expect(new Set(Object.values(peerDependencies))).toEqual(new Set(["4.22.0"]));
  });
});

function manifest(addon: string): string {
  return JSON.stringify({ version: "2.21.0", addon, origin: "test", files: [{ name: addon, sizeBytes: 1, sha256: "00" }] });
}
