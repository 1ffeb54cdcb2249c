/** The pages built from the fixture runs: structure, numbers, links, sizes. */

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { readRuns, type Run } from "@tarea/runs";
import { factOf, formatNumber } from "@tarea/report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LAB_2 } from "../src/source.js";
import { buildSite, FIXTURE_RUNS, textOf, type BuiltSite } from "./builtSite.js";

let site: BuiltSite;
let runs: Run[];

beforeAll(async () => {
  site = await buildSite();
  runs = (await readRuns(FIXTURE_RUNS)).runs;
}, 120_000);

afterAll(() => site.remove());

const REPORTS = ["lab-2-mnist/index.html", "es/lab-2-mnist/index.html"];
const PAGES = ["index.html", "es/index.html", ...REPORTS];

describe("the site", () => {
  it("has an index and the report in both languages, and no file beside pages", async () => {
    expect([...site.pages.keys()].toSorted()).toEqual([...PAGES].toSorted());
    const files = await readdir(site.folder, { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile() && !entry.name.endsWith(".html"))).toEqual([]);
  });
});

describe.each(PAGES)("the page %s", (name) => {
  const html = (): string => site.pages.get(name)!;

  it("has its language, landmarks, one first heading and headings in order", () => {
    expect(/<html lang="([^"]*)">/.exec(html())?.[1]).toBe(name.startsWith("es/") ? "es" : "en");
    for (const landmark of ['<main id="report"', '<header class="site"', '<a class="skip" href="#report"'])
      expect(html().includes(landmark), landmark).toBe(true);
    const levels = [...html().matchAll(/<h([1-6])[\s>]/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
  });

  it("names its twin in the other language, there and back", () => {
    const alternates = [...html().matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"/g)].map(
      ([, language, href]) => [language, join(dirname(name), href!)],
    );
    const english = name.replace(/^es\//, "");
    expect(alternates.toSorted(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
      ["en", english],
      ["es", `es/${english}`],
    ]);
  });

  it("links to files that are there, and to anchors that are on their page", () => {
    for (const [, link] of html().matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (link!.startsWith("data:") || link!.startsWith("https://doi.org/")) continue;
      expect(link).not.toMatch(/^(?:[a-z]+:|\/)/);
      const [path, anchor] = link!.split("#");
      const target = path === "" ? join(site.folder, name) : resolve(site.folder, dirname(name), path!);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined)
        expect(site.pages.get(target.slice(site.folder.length + 1))!.includes(`id="${anchor}"`), link).toBe(true);
    }
  });

  it("loads nothing: no script file, no style sheet, no address in a style", () => {
    const loading = [
      /<script[^>]+(?:src=|type="module")[^>]*>/,
      /<link[^>]+rel="?(?:stylesheet|preload|modulepreload)[^>]*>/,
      /@import[^;]*|url\((?!#)[^)]*/,
      /<(?:img|iframe|image)[^>]+(?:src|href)="(?!data:)[^"]*/,
    ];
    expect(loading.flatMap((pattern) => pattern.exec(html())?.[0] ?? [])).toEqual([]);
  });

  it("gives every id once", () => {
    const ids = [...html().matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps within 300 kB of compressed page and 60 kB of script", () => {
    const scripts = [...html().matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code!).join("");
    expect(gzipSync(html()).length).toBeLessThan(300_000);
    expect(scripts.length).toBeLessThan(60_000);
  });
});

describe.each(REPORTS)("the report %s", (name) => {
  const html = (): string => site.pages.get(name)!;
  const locale = name.startsWith("es/") ? "es" : "en";

  it("numbers seven figures and four tables in order, and refers to each", () => {
    const [figure, table] = locale === "es" ? ["Figura", "Tabla"] : ["Figure", "Table"];
    const labels = [...html().matchAll(/<span class="label">([^<]+)<\/span>/g)].map(([, label]) => label!);
    expect(labels.filter((label) => label.startsWith(figure))).toEqual(
      Array.from({ length: 7 }, (_, i) => `${figure}\u00a0${i + 1}`),
    );
    expect(labels.filter((label) => label.startsWith(table))).toEqual(
      Array.from({ length: 4 }, (_, i) => `${table}\u00a0${i + 1}`),
    );
    const references = new Set([...html().matchAll(/<a class="ref" href="#[^"]+">([^<]+)<\/a>/g)].map(([, label]) => label));
    expect(references).toEqual(new Set(labels));
    expect(html().includes("data-ref>")).toBe(false);
  });

  it("says that the runs used synthetic data", () => {
    expect(textOf(html())).toContain(locale === "es" ? "Datos sintéticos." : "Synthetic data.");
  });

  it("computes every inline value from the runs that it names", () => {
    const values = [...html().matchAll(/<data class="metric" value="([^"]+)" data-runs="([^"]+)" data-fact="([^"]+)"/g)];
    expect(values.length).toBeGreaterThan(20);
    for (const [, value, keys, fact] of values) {
      const named = keys!.split(" ").map((key) => runs.find(({ record }) => `${record.experiment.id}/${record.id}` === key)!);
      const numbers = fact === "seeds" ? [named.length] : named.map((run) => factOf(run, fact!)!);
      expect(Number(value), fact).toBeCloseTo(numbers.reduce((a, b) => a + b) / numbers.length, 9);
    }
  });

  it("prints the records' means in the results table, and the source beside them", () => {
    const [table] = /<table class="results">[\s\S]*?<\/table>/.exec(html())!;
    for (const experiment of ["e1", "e2"]) {
      const finals = runs.filter(({ record }) => record.experiment.id === experiment && record.stage === "final");
      for (const [metric, scale, digits] of [
        ["testAccuracy", 100, 2],
        ["testLoss", 1, 4],
      ] as const) {
        const mean = finals.reduce((sum, { record }) => sum + record.finalMetrics[metric]!, 0) / finals.length;
        expect(textOf(table)).toContain(`${formatNumber(mean * scale, locale, { digits })} ± `);
      }
    }
    for (const loss of LAB_2.flatMap(({ source }) => [source.trainLoss!, source.valLoss!, source.testLoss!]))
      expect(textOf(table)).toContain(formatNumber(loss, locale, { digits: 4 }));
  });

  it("writes numbers in its own language", () => {
    expect(textOf(html())).toMatch(locale === "es" ? /\d,\d\u00a0%/ : /\d\.\d%/);
    expect(textOf(html())).not.toMatch(locale === "es" ? /\d\.\d+\s?%/ : /\d,\d+\s?%/);
  });

  it("gives tables headers with a scope and drawings a name", () => {
    for (const [th] of html().matchAll(/<th\b[^>]*>/g)) expect(th).toContain("scope=");
    for (const [svg] of html().matchAll(/<svg\b[^>]*>/g)) expect(svg).toMatch(/aria-label(?:ledby)?=/);
  });
});

it("no result is typed into the prose", async () => {
  for (const page of ["lab-2-mnist.mdx", "es/lab-2-mnist.mdx"]) {
    const source = await readFile(fileURLToPath(new URL(`../src/pages/${page}`, import.meta.url)), "utf8");
    const prose = source
      .replace(/^---[\s\S]*?---/, "")
      .replace(/<div class="references">[\s\S]*/, "")
      .replace(/<[A-Z][\s\S]*?\/>/g, "")
      .replace(/`[^`]*`/g, "");
    expect(prose.match(/\d+[.,]\d+/g) ?? []).toEqual(page.startsWith("es/") ? ["0,005", "0,08"] : ["0.005", "0.08"]);
    expect(prose).not.toMatch(/\d\s?%/);
  }
});
