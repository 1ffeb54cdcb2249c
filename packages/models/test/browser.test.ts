import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "@tarea/configs/browser";
import { expect, test } from "vitest";
import { build, type Rolldown } from "vite";
import type { PageResult } from "./browser/page.js";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const dist = (path: string): string => file(`../dist/${path}`);

/** The page as one classic script, and what our own files import of Node. */
async function bundle(external: string[]): Promise<{ code: string; nodeImports: string[] }> {
  const nodeImports: string[] = [];
  const [output] = (await build({
    configFile: false,
    logLevel: "error",
    root: file("browser"),
    resolve: {
      alias: [
        { find: /^@tarea\/models$/, replacement: dist("index.js") },
        { find: /^@tarea\/models\/insight$/, replacement: dist("insight/insight.js") },
      ],
    },
    plugins: [
      {
        name: "node-imports",
        enforce: "pre",
        resolveId(source, importer) {
          const isNode = source.startsWith("node:") || builtinModules.includes(source);
          if (isNode && importer !== undefined && !importer.includes("node_modules")) nodeImports.push(`${importer}: ${source}`);
        },
      },
    ],
    build: {
      write: false,
      lib: { entry: file("browser/page.ts"), formats: ["iife"], name: "page" },
      rolldownOptions: { external, output: { globals: { "@tensorflow/tfjs": "tf" } } },
    },
  })) as Rolldown.RolldownOutput[];
  return { code: output!.output[0].code, nodeImports };
}

test(
  "a page bundled with Vite builds, trains, saves, loads and looks inside a model in Chromium",
  { timeout: 120_000 },
  async () => {
    const { code, nodeImports } = await bundle([]);
    expect(nodeImports).toEqual([]);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      await page.addScriptTag({ content: code });
      const { totalParams, losses, difference, maps, leaked } = await page.evaluate<PageResult>("run()");
      expect({ totalParams, difference, maps, leaked, faults }).toEqual({
        totalParams: 44_426,
        difference: 0,
        maps: 8,
        leaked: 0,
        faults: [],
      });
      expect(losses[2]).toBeLessThan(losses[0]!);
    } finally {
      await browser.close();
    }
  },
);

test("our part of the bundle stays small", { timeout: 60_000 }, async () => {
  const { code } = await bundle(["@tensorflow/tfjs"]);
  expect(code.length).toBeGreaterThan(10_000);
  expect(code.length).toBeLessThan(150_000);
});
