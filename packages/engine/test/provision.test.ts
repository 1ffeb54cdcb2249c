import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkFolder } from "../src/manifest.js";
import { provision, type Recipe } from "../src/provision.js";
import { recordSteps } from "../src/steps.js";
import { SMALL_WHEEL, smallRecipe, temporaryFolder, WHEEL_BYTES } from "./helpers/smallWheel.js";

const FILES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2", "manifest.json", "tfjs_binding.node"];

async function run(folder: string, recipe: Recipe) {
  const steps = recordSteps({ log: () => undefined, now: () => 0 });
  const outcome = await provision(folder, recipe, steps, () => undefined).then(
    (result) => ({ result, error: undefined }),
    (error: Error) => ({ result: undefined, error }),
  );
  return { ...outcome, steps: steps.done };
}

async function newFolder(): Promise<string> {
  return join(await temporaryFolder(), "engine", "key");
}

/** Everything below `engine/`, as sorted relative paths of files and empty folders. */
async function whatIsThere(folder: string): Promise<string[]> {
  return (await readdir(dirname(folder), { recursive: true })).toSorted();
}

describe("provision", () => {
  it("leaves the libraries, the addon and a manifest, and neither the wheel nor the headers", async () => {
    const folder = await newFolder();
    const { recipe } = smallRecipe();
    const { result, steps } = await run(folder, recipe);
    expect(result?.reused).toBe(false);
    expect(result?.manifest).toMatchObject({
      version: "0.1.0",
      addon: "tfjs_binding.node",
      origin: `${SMALL_WHEEL.fileName}, test compiler 1`,
    });
    expect(await whatIsThere(folder)).toEqual(["downloads", "key", ...FILES.map((name) => `key/${name}`)]);
    expect(steps.map(({ name, ok }) => [name, ok])).toEqual([
      ["wheel", true],
      ["unpack", true],
      ["compile", true],
      ["self-check", true],
    ]);
  });

  it("keeps an engine that is there and whole", async () => {
    const folder = await newFolder();
    const { recipe, counts } = smallRecipe();
    await run(folder, recipe);
    const { result } = await run(folder, recipe);
    expect(result?.reused).toBe(true);
    expect(counts).toEqual({ downloads: 1, builds: 1 });
  });

  it("removes what was left over by a process killed just before its end", async () => {
    const folder = await newFolder();
    const { recipe, counts } = smallRecipe();
    await run(folder, recipe);
    await writeFile(join(dirname(folder), "downloads", SMALL_WHEEL.fileName), WHEEL_BYTES);
    await mkdir(join(dirname(folder), ".tmp-key-1-0000"));
    expect((await run(folder, recipe)).result?.reused).toBe(true);
    expect(await whatIsThere(folder)).toEqual(["downloads", "key", ...FILES.map((name) => `key/${name}`)]);
    expect(counts.builds).toBe(1);
  });

  it("sets up again when a byte of the engine has changed", async () => {
    const folder = await newFolder();
    const { recipe, counts } = smallRecipe();
    await run(folder, recipe);
    await writeFile(join(folder, "libtensorflow_framework.so.2"), "smaLl library");
    expect(await checkFolder(folder)).toHaveProperty("manifest"); // the size is right
    const { result, steps } = await run(folder, recipe);
    expect(result?.reused).toBe(false);
    expect(steps[0]).toMatchObject({ name: "cache", ok: false });
    expect(steps[0]?.detail).toContain("libtensorflow_framework.so.2 has changed since it was set up");
    expect(counts.builds).toBe(2);
    expect(await readFile(join(folder, "libtensorflow_framework.so.2"), "utf8")).toBe("small library");
  });

  it("downloads a tampered wheel once more and then uses the good one", async () => {
    const folder = await newFolder();
    let attempt = 0;
    const tampered = Buffer.from(WHEEL_BYTES);
    tampered[100]! ^= 1;
    const { recipe } = smallRecipe({ download: (path) => writeFile(path, attempt++ === 0 ? tampered : WHEEL_BYTES) });
    const { result, steps } = await run(folder, recipe);
    expect(result?.manifest.version).toBe("0.1.0");
    expect(steps[0]?.detail).toContain("downloaded again after a faulty first download");
  });

  it("refuses a wheel that is wrong twice, says how, and keeps nothing of it", async () => {
    const folder = await newFolder();
    const { recipe, counts } = smallRecipe({ download: (path) => writeFile(path, WHEEL_BYTES.subarray(0, -10)) });
    const { error } = await run(folder, recipe);
    expect(error).toMatchObject({ name: "TareaError", code: "checksum" });
    expect(error?.message).toContain(`it has ${WHEEL_BYTES.length - 10} bytes instead of ${WHEEL_BYTES.length}`);
    expect(counts).toEqual({ downloads: 2, builds: 0 });
    expect(await whatIsThere(folder)).toEqual(["downloads"]);
  });

  it("deletes a truncated wheel of an earlier attempt and downloads it anew", async () => {
    const folder = await newFolder();
    const downloads = join(dirname(folder), "downloads");
    await mkdir(downloads, { recursive: true });
    await writeFile(join(downloads, SMALL_WHEEL.fileName), WHEEL_BYTES.subarray(0, 50));
    const { recipe, counts } = smallRecipe();
    const { result } = await run(folder, recipe);
    expect(result?.reused).toBe(false);
    expect(counts.downloads).toBe(1);
  });

  it.each([
    ["the download", { download: (path: string) => fillDisk(path) }, []],
    ["compiling", { build: (path: string) => fillDisk(path).then(() => "") }, [`downloads/${SMALL_WHEEL.fileName}`]],
  ])("reports a disk that fills up during %s and leaves nothing half done", async (_, parts, kept) => {
    const folder = await newFolder();
    const { error } = await run(folder, smallRecipe(parts).recipe);
    expect(error).toMatchObject({ name: "TareaError", code: "write" });
    expect(error?.message).toContain("the disk is full. Free some space");
    expect(await whatIsThere(folder)).toEqual(["downloads", ...kept]);
  });

  it("says how much space it needs before it begins, when there is too little", async () => {
    const folder = await newFolder();
    const { recipe, counts } = smallRecipe();
    const { error } = await run(folder, { ...recipe, neededBytes: 1e18 });
    expect(error?.message).toMatch(
      /not enough free disk space in .*, expected 1000000000\.0 GB, got [\d.]+ GB\. Free some space/,
    );
    expect(counts.downloads).toBe(0);
  });

  it("puts nothing in place when the self-check fails, and the next attempt needs no download", async () => {
    const folder = await newFolder();
    const first = smallRecipe({ check: () => Promise.reject(new Error("killed by SIGILL")) });
    const { error, steps } = await run(folder, first.recipe);
    expect(error?.message).toBe("killed by SIGILL");
    expect(steps.at(-1)).toEqual({ name: "self-check", ok: false, detail: "killed by SIGILL", seconds: 0 });
    expect(await whatIsThere(folder)).toEqual(["downloads", `downloads/${SMALL_WHEEL.fileName}`]);
    const second = smallRecipe();
    expect((await run(folder, second.recipe)).result?.reused).toBe(false);
    expect(second.counts.downloads).toBe(0);
  });

  it.each(["download", "build", "check"])("recovers from kill -9 during %s", async (moment) => {
    const folder = await newFolder();
    const child = await startChild(folder, moment);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await checkFolder(folder)).toEqual({ fault: "not installed", damaged: false });
    const { recipe, counts } = smallRecipe();
    expect((await run(folder, recipe)).result?.reused).toBe(false);
    expect(counts.downloads).toBe(moment === "download" ? 1 : 0);
    expect(await whatIsThere(folder)).toEqual(["downloads", "key", ...FILES.map((name) => `key/${name}`)]);
  });

  it("does the work once when two processes want it at the same time", async () => {
    const folder = await newFolder();
    const children = await Promise.all([startChild(folder, ""), startChild(folder, "")]);
    const outputs = await Promise.all(children.map((child) => child.stdout.toArray()));
    const results = outputs.map((output) => JSON.parse(output.join("")) as { reused: boolean });
    expect(results.filter(({ reused }) => reused)).toHaveLength(1);
    expect(await readFile(join(dirname(dirname(folder)), "builds.txt"), "utf8")).toBe("x");
  });
});

/** A real write to a full device. */
async function fillDisk(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await appendFile("/dev/full", "x");
}

async function startChild(folder: string, stopAt: string) {
  const wheelPath = join(dirname(dirname(folder)), "small.whl");
  await writeFile(wheelPath, WHEEL_BYTES);
  const script = fileURLToPath(new URL("helpers/provisionChild.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, folder, wheelPath, stopAt], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8");
  return child;
}
