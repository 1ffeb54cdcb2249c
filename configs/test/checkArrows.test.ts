import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageRules } from "../arrows.ts";
import { checkArrows } from "../scripts/checkArrows.ts";
import { moduleImports } from "../scripts/moduleImports.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-arrows-"));
  await put("packages/core/package.json", '{ "name": "@tarea/core", "exports": { ".": "./dist/index.js" } }');
  await put("packages/metrics/package.json", '{ "name": "@tarea/metrics", "dependencies": { "@tarea/core": "workspace:^" } }');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe("checkArrows", () => {
  it("accepts imports that the table allows", async () => {
    await put("packages/metrics/src/index.ts", 'import { show } from "@tarea/core";\nexport * from "./f1.js";\n');
    expect(checkArrows(folder)).toEqual([]);
  });

  it.each([
    ['import "@tarea/charts";', "must not import @tarea/charts"],
    ['export { x } from "@tarea/core/src/random.js";', "@tarea/core/src/random.js is not a public entry point"],
    ['const tf = await import("@tensorflow/tfjs");', "must never import @tensorflow/tfjs"],
    ['import type { Stats } from "node:fs";', "must never import node:fs"],
    ['import { readFileSync } from "fs";', "must never import fs"],
    ['type T = import("@tarea/runs").RunRecord;', "must not import @tarea/runs"],
    ['import { x } from "../../core/src/random.js";', "imports ../../core/src/random.js, which is outside its package"],
  ])("refuses %s in a package of plain numbers", async (line, fault) => {
    await put("packages/metrics/src/index.ts", `\n${line}\n`);
    expect(checkArrows(folder)).toEqual([`packages/metrics/src/index.ts:2: ${fault}`]);
  });

  it("refuses values from a package whose types alone are allowed", async () => {
    await put("packages/models/package.json", '{ "exports": { ".": "./dist/index.js" } }');
    await put("packages/training/package.json", "{}");
    await put(
      "packages/training/src/a.ts",
      'import type { Model } from "@tarea/models";\nimport { type B, mlp } from "@tarea/models";\n',
    );
    expect(checkArrows(folder)).toEqual(["packages/training/src/a.ts:2: may import types of @tarea/models only"]);
  });

  it("refuses a declared dependency and a package that the table does not know", async () => {
    await put(
      "packages/core/package.json",
      '{ "exports": { ".": "./a.js" }, "dependencies": { "@tarea/charts": "workspace:^" } }',
    );
    await put("packages/other/package.json", "{}");
    expect(checkArrows(folder)).toEqual([
      "packages/core/package.json: must not import @tarea/charts",
      "packages/other/package.json: the package has no rule in configs/arrows.ts",
    ]);
  });

  it("reads the imports of Astro and MDX files of a site", async () => {
    await put("sites/reports/package.json", "{}");
    await put("sites/reports/src/a.astro", '---\nimport { x } from "@tarea/cli";\n---\n<p>import y from "z"</p>\n');
    await put("sites/reports/src/b.mdx", 'Prose that says import.\n\nimport y from "@tarea/core/dist/index.js";\n');
    expect(checkArrows(folder)).toEqual([
      "sites/reports/src/a.astro:2: must not import @tarea/cli",
      "sites/reports/src/b.mdx:3: @tarea/core/dist/index.js is not a public entry point",
    ]);
  });
});

describe("the table of arrows", () => {
  it("lets no package reach itself", () => {
    const reach = (name: string, seen = new Set<string>()): Set<string> => {
      for (const next of packageRules[name]?.mayImport ?? []) if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    expect(Object.keys(packageRules).filter((name) => reach(name).has(name))).toEqual([]);
  });
});

describe("moduleImports", () => {
  it("tells types from values and gives lines", () => {
    const source = 'import type { A } from "a";\nimport { type B } from "b";\nexport { c } from "c";\nimport("d");\n';
    expect(moduleImports("x.ts", source)).toEqual([
      { specifier: "a", typeOnly: true, line: 1 },
      { specifier: "b", typeOnly: true, line: 2 },
      { specifier: "c", typeOnly: false, line: 3 },
      { specifier: "d", typeOnly: false, line: 4 },
    ]);
  });
});
