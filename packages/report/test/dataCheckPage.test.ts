import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildReport } from "../src/index.js";

/** Ignored by git, and below this package, so that the site finds Astro. */
const PARENT = fileURLToPath(new URL("../.astro", import.meta.url));
const COMPONENTS = fileURLToPath(new URL("../components", import.meta.url));
const REPORT = new URL("../dist/index.js", import.meta.url).href;

const part = {
  count: 614,
  imbalance: 1.869,
  labelOrder: "mixed",
  minimum: 0,
  maximum: 846.5,
  duplicates: { count: 3 },
  nearDuplicates: null,
  columns: [{ name: "glucose", zeros: 4, blanks: 0, constant: false, zerosSeemMissing: true }],
};
const pima = {
  name: "pima_diabetes",
  title: "Pima diabetes",
  synthetic: false,
  fingerprint: "ab",
  repeated: 4,
  train: part,
  test: { ...part, count: 154, duplicates: { count: 0 } },
  duplicatesAcross: { count: 1 },
  nearDuplicatesAcross: null,
};
const column = { ...part.columns[0], name: "<img src=x onerror=alert(2)>", constant: true, zerosSeemMissing: false };
const hostile = {
  ...pima,
  name: "hostile",
  title: "<script>alert(1)</script>",
  synthetic: true,
  train: { ...part, columns: [column] },
};

const page = (...names: string[]): string => `---
import { DataCheck } from ${JSON.stringify(join(COMPONENTS, "index.ts"))};
const checks = ${JSON.stringify([pima, hostile])};
---
<html><head><title>Data</title></head><body>${names.map((name) => `<DataCheck checks={checks} name="${name}" />`).join("")}</body></html>
`;

const SITE = {
  "astro.config.mjs": `import { tareaReport } from ${JSON.stringify(REPORT)};
export default { integrations: [tareaReport()] };`,
  "src/content.config.ts": `import { runsLoader } from ${JSON.stringify(REPORT)};
import { defineCollection } from "astro:content";
export const collections = { runs: defineCollection({ loader: runsLoader() }) };`,
  "src/pages/index.astro": page("pima_diabetes", "hostile"),
  "src/pages/es/index.astro": page("pima_diabetes"),
};

let folder: string;
let en: string;
let es: string;

beforeAll(async () => {
  await mkdir(PARENT, { recursive: true });
  folder = await mkdtemp(join(PARENT, "data-check-"));
  for (const [name, text] of Object.entries(SITE)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await buildReport({ root: folder, runs: "runs", outDir: "dist", logLevel: "silent" });
  en = await readFile(join(folder, "dist", "index.html"), "utf8");
  es = await readFile(join(folder, "dist", "es", "index.html"), "utf8");
}, 60_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** The cells of each row of the page's tables, as a reader sees them. */
function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!.replaceAll(/<[^>]*>/g, "").trim()),
  );
}

describe("<DataCheck> in a built page", () => {
  it("is a table with headings for rows and columns, and notes below it", () => {
    const table = en.slice(en.indexOf("<table"), en.indexOf("</table>"));
    expect(table).toMatch(/^<table class="data-check"/);
    expect(rowsOf(table)).toEqual([
      ["Pima diabetes", "train", "test"],
      ["Samples", "614", "154"],
      ["Values", "0 – 846.50", "0 – 846.50"],
      ["Largest class / smallest", "1.87", "1.87"],
      ["Repeat an earlier sample", "3", "0"],
      ["Also in the training part", "", "1"],
    ]);
    expect(table.match(/<th scope="row"/g)).toHaveLength(5);
    expect(table.match(/<th scope="col"/g)).toHaveLength(3);
    const notes = "Repeated in both parts together: 4. Zeros in the training part that seem to stand for missing: glucose 4.";
    expect(en).toContain(notes);
  });

  it("speaks the language of the page", () => {
    expect(rowsOf(es)).toContainEqual(["Clase mayor / menor", "1,87", "1,87"]);
    expect(es).toContain("Repetidas en las dos partes juntas: 4.");
  });

  it("stamps a twin, and takes no name of a set or column as markup", () => {
    expect(en).toContain("&lt;script&gt;alert(1)&lt;/script&gt;, synthetic twin");
    expect(en).toContain("Constant in the training part: &lt;img src=x onerror=alert(2)&gt;.");
    expect(en).not.toMatch(/<script>alert|<img src=x/);
  });
});
