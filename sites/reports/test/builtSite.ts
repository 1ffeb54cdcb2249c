/** Builds the site from run folders into a temporary folder, and reads what came out. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "@tarea/files";
import { buildReport } from "@tarea/report";

export const FIXTURE_RUNS = fileURLToPath(new URL("../../../test-fixtures/runs", import.meta.url));

const SITE = fileURLToPath(new URL("..", import.meta.url));

export interface BuiltSite {
  folder: string;
  /** The built pages by path below `folder`. */
  pages: Map<string, string>;
  remove(): Promise<void>;
}

/** Builds of the one site wait for each other, since Astro writes its types beside the sources. */
export async function buildSite(runs: string = FIXTURE_RUNS): Promise<BuiltSite> {
  const temporary = await mkdtemp(join(tmpdir(), "tarea-site-"));
  const folder = join(temporary, "dist");
  await withLock(join(tmpdir(), "tarea-reports-site.lock"), () =>
    buildReport({ root: SITE, runs, outDir: folder, logLevel: "silent" }),
  );
  const files = await readdir(folder, { recursive: true });
  const pages = await Promise.all(
    files
      .filter((file) => file.endsWith(".html"))
      .map(async (file) => [file, await readFile(join(folder, file), "utf8")] as const),
  );
  return { folder, pages: new Map(pages), remove: () => rm(temporary, { recursive: true, force: true }) };
}

/** The page's text as a reader sees it, without scripts, styles and drawings. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style|svg|metadata)\b[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, "")
    .replace(/&nbsp;/g, "\u00a0")
    .replace(/[ \n]+/g, " ");
}
