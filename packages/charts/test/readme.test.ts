import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as charts from "../src/index.js";
import { CHART_DEFAULTS, NARROW_BELOW } from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("The example of the README draws the chart that it promises", () => {
  const [code] = /(?<=```ts\n)[^]*?(?=```)/.exec(readme)!;
  const folder = mkdtempSync(join(import.meta.dirname, "readme-"));
  try {
    writeFileSync(join(folder, "example.mjs"), code);
    expect(execFileSync(process.execPath, [join(folder, "example.mjs")], { encoding: "utf8" })).toBe("true\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("The defaults in the README are those of the code", () => {
  const row = (name: string): string =>
    readme
      .split("\n")
      .find((line) => line.startsWith(`| \`${name}\``))!
      .replaceAll(/ +\|/g, " |");
  expect(row("width")).toContain(`| ${CHART_DEFAULTS.width} |`);
  expect(row("width")).toContain(`below ${NARROW_BELOW}`);
  expect(row("locale")).toContain(`| \`"${CHART_DEFAULTS.locale}"\` |`);
  expect(row("showTitle")).toContain(`| \`${CHART_DEFAULTS.showTitle}\` |`);
  expect(row("embedStyles")).toContain(`| \`${CHART_DEFAULTS.embedStyles}\` |`);
});

test("Every chart and table that the README names is exported", () => {
  for (const [, chart, table] of readme.matchAll(/^\| `(\w+)` +\|[^|]+\| `(\w+Table)` +\|$/gm)) {
    expect(charts).toHaveProperty(chart!);
    expect(charts).toHaveProperty(table!);
  }
});
