import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_TWIN_SEED, listDatasets, loadDataset, stratifiedSplit } from "../src/index.js";

const readme = await readFile(join(import.meta.dirname, "..", "README.md"), "utf8");

describe("the package's page", () => {
  it("holds an example that runs and prints what it says", async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
    const body = example.replaceAll(/^import .*\n/gm, "").replace('loadDataset("mnist")', 'loadDataset("mnist", smallTwin)');
    const lines: string[] = [];
    const print = { log: (line: unknown) => lines.push(String(line)) };
    const smallTwin = { source: "synthetic", synthetic: { trainCount: 600, testCount: 20 } };
    const names = ["loadDataset", "stratifiedSplit", "smallTwin", "console"];
    const AsyncFunction = (async () => undefined).constructor as new (
      ...lines: string[]
    ) => (...values: unknown[]) => Promise<void>;
    await new AsyncFunction(...names, body)(loadDataset, stratifiedSplit, smallTwin, print);
    expect(lines).toEqual(["600,28,28,1", "Synthetic twin (drawn, seed 1), as asked for.", "500 100"]);
  });

  it("names every set, every option and every default", () => {
    for (const { name } of listDatasets()) expect(readme).toContain(`\`${name}\``);
    for (const option of ["source", "offline", "dataFolder", "cacheFolder", "fetch", "onProgress", "log", "synthetic", "env"]) {
      expect(readme).toContain(`| \`${option}\``);
    }
    expect(readme).toContain(`seed ${DEFAULT_TWIN_SEED}`);
  });
});
