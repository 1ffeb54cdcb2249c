import { expect, it } from "vitest";
import { entryPoints, scriptEntryPoints } from "../packaging/entryPoints.ts";

const manifest = {
  name: "@tarea/charts",
  version: "1.0.0",
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./styles.css": "./styles.css",
    "./components/*": "./components/*",
    "./package.json": "./package.json",
  },
};

it("lists what can be imported, without wildcards and the manifest", () => {
  expect(entryPoints(manifest)).toEqual([
    { specifier: "@tarea/charts", file: "./dist/index.js", types: "./dist/index.d.ts" },
    { specifier: "@tarea/charts/styles.css", file: "./styles.css", types: undefined },
  ]);
});

it("lists what plain Node can import", () => {
  expect(scriptEntryPoints(manifest).map(({ specifier }) => specifier)).toEqual(["@tarea/charts"]);
});
