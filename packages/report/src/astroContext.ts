/** What every component starts from: the page's language and the runs of the content collection. */

import { relative } from "node:path";
import type { Run } from "@tarea/runs";
import { getCollection } from "astro:content";
import type { RunsEntry } from "./loader.js";
import { localeOf, stringsFor, type Locale, type ReportStrings } from "./strings.js";

export interface ReportContext {
  locale: Locale;
  strings: ReportStrings;
  runs: Run[];
  /** Damaged run folders, by path below the runs' folder. */
  faults: { file: string; problem: string; hint: string }[];
}

/** Reads the collection `runs`, which the site defines with `runsLoader()`. */
export async function reportContext(astro: { currentLocale: string | undefined }): Promise<ReportContext> {
  const locale = localeOf(astro.currentLocale);
  const runs: Run[] = [];
  const faults: ReportContext["faults"] = [];
  for (const { data } of (await getCollection("runs")) as { data: RunsEntry }[]) {
    if (data.kind === "run") runs.push(data.run);
    else for (const { file, problem, hint } of data.faults) faults.push({ file: relative(data.folder, file), problem, hint });
  }
  return { locale, strings: stringsFor(locale), runs, faults };
}
