/** Runs that are missing, damaged, failed or interrupted: the page is built all the same and says what is wrong where. */

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite, FIXTURE_RUNS, textOf, type BuiltSite } from "./builtSite.js";

const sites: BuiltSite[] = [];
let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "tarea-bad-runs-"));
});

afterAll(async () => {
  await Promise.all(sites.map((site) => site.remove()));
  await rm(temporary, { recursive: true, force: true });
});

async function build(runs: string): Promise<{ en: string; es: string }> {
  const site = await buildSite(runs);
  sites.push(site);
  return { en: site.pages.get("lab-2-mnist/index.html")!, es: site.pages.get("es/lab-2-mnist/index.html")! };
}

async function copyRuns(name: string): Promise<string> {
  const folder = join(temporary, name);
  await cp(FIXTURE_RUNS, folder, { recursive: true });
  return folder;
}

async function foldersOf(runs: string, experiment: string, stage: string): Promise<string[]> {
  return (await readdir(join(runs, experiment))).filter((id) => id.startsWith(stage)).map((id) => join(runs, experiment, id));
}

describe("a site without runs", () => {
  it("names the experiment, the stage and the command in place of each figure", async () => {
    const { en, es } = await build(join(temporary, "none"));
    expect(textOf(en)).toContain("There is no complete final run of experiment e2 yet. This command makes it: tarea train e2");
    expect(textOf(en)).toContain("There is no complete validation run of experiment e1 yet.");
    expect(textOf(es)).toContain(
      "Todavía no hay ninguna ejecución final completa del experimento e2. Esta orden la crea: tarea train e2",
    );
    expect(en.includes("<svg")).toBe(false);
    expect(textOf(en)).not.toContain("Synthetic data.");
    expect(textOf(en)).toMatch(/Figure\u00a07/);
  }, 120_000);
});

describe("a site with bad runs", () => {
  let en: string;
  let es: string;

  beforeAll(async () => {
    const runs = await copyRuns("bad");
    const [damaged, ...others] = await foldersOf(runs, "e1", "validation");
    await writeFile(join(damaged!, "run.json"), '{"schemaVersion": 1, "id": "<script>alert(1)</script>"');
    for (const other of others) await rm(other, { recursive: true });
    for (const folder of await foldersOf(runs, "e2", "validation")) {
      const record = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as Record<string, unknown>;
      const failure = { message: "the loss became NaN <b>here</b>", epoch: 6, step: 1 };
      await writeFile(
        join(folder, "run.json"),
        JSON.stringify({ ...record, status: "failed", failure, data: { ...(record["data"] as object), synthetic: false } }),
      );
    }
    for (const folder of await foldersOf(runs, "e2", "final")) await writeFile(join(folder, "predictions.bin"), "short");
    ({ en, es } = await build(runs));
  }, 120_000);

  it("shows the others", () => {
    expect(en.includes('data-runs="e1/final-s1')).toBe(true);
    expect(en.includes("<svg")).toBe(true);
  });

  it("lists damaged folders at the foot by their path below the runs' folder", () => {
    expect(textOf(en)).toContain("Run folders that could not be read");
    expect(textOf(es)).toContain("Carpetas de ejecución que no se pudieron leer");
    expect(en).toMatch(/<code>e1\/validation-s\d-[0-9a-f]+\/run\.json<\/code>/);
    expect(en.includes(temporary)).toBe(false);
  });

  it("says in which epoch, counted from 1, a run failed, and draws it as far as it came", () => {
    expect(textOf(en)).toMatch(/Run validation-s1-[0-9a-f]+ failed in epoch 7\s*: the loss became NaN/);
    expect(textOf(es)).toMatch(/La ejecución validation-s1-[0-9a-f]+ falló en la época 7/);
    expect(en.includes('id="curves-e2-validation-loss')).toBe(true);
  });

  it("says which run's predictions cannot be read", () => {
    expect(textOf(en)).toMatch(/The predictions of run final-s1-[0-9a-f]+ cannot be read, so this figure is left out\./);
  });

  it("lets no markup of a record through", () => {
    expect(en.includes("<script>alert")).toBe(false);
    expect(en.includes("<b>here</b>")).toBe(false);
    expect(en.includes("&lt;b&gt;here")).toBe(true);
  });
});
