/** Building and developing a report site from a program: thin calls of the Astro that the site itself has installed. */

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readRuns, type RunFault } from "@tarea/runs";
import { messageOf, TareaError } from "@tarea/core";
import { chooseRunsFolder, runsFolderOf } from "./runsFolder.js";
import { DEFAULT_PORT } from "./serve.js";

export interface BuildReportOptions {
  /** Folder of the site: the one with `astro.config.mjs`. */
  root: string;
  /** Folder of run records in place of the configured one, relative to the working folder. */
  runs?: string | undefined;
  /** Where the pages go, relative to the site. Default `"dist"`. */
  outDir?: string | undefined;
  /** How much Astro prints. Default `"warn"`. */
  logLevel?: "info" | "warn" | "error" | "silent" | undefined;
}

export interface BuildReportResult {
  /** Absolute folder of the pages. */
  outDir: string;
  /** Absolute folder that the runs were read from. */
  runsFolder: string;
  /** Number of runs that could be read. */
  runs: number;
  /** Run folders that could not; the pages say so too. */
  faults: RunFault[];
}

/** Builds the site into plain files. @throws TareaError when the site has no Astro or a page is at fault */
export async function buildReport(options: BuildReportOptions): Promise<BuildReportResult> {
  const root = resolve(options.root);
  const outDir = resolve(root, options.outDir ?? "dist");
  const astro = await astroOf(root);
  return withRuns(root, options.runs, async () => {
    const runsFolder = runsFolderOf(root, undefined);
    // Astro's content cache goes with the output, so that builds of one site into several folders do not meet in it.
    const cacheDir =
      options.outDir === undefined ? {} : { cacheDir: join(outDir, "..", `.${outDir.split(/[\\/]/).at(-1)}-cache`) };
    try {
      await astro.build({ root, outDir, logLevel: options.logLevel ?? "warn", mode: "production", ...cacheDir });
    } catch (error) {
      throw new TareaError({
        code: "report",
        where: `building ${root}`,
        problem: messageOf(error).replace(/\.$/, ""),
        cause: error,
      });
    }
    const { runs, faults } = await readRuns(runsFolder);
    return { outDir, runsFolder, runs: runs.length, faults };
  });
}

export interface DevelopReportOptions {
  root: string;
  runs?: string | undefined;
  /** First port to try. Default 4321. */
  port?: number | undefined;
}

/** Serves the site with live updates: pages follow their sources and the run folders. Ends with `close()`. */
export async function developReport(options: DevelopReportOptions): Promise<{ url: string; close(): Promise<void> }> {
  const root = resolve(options.root);
  const astro = await astroOf(root);
  if (options.runs !== undefined) chooseRunsFolder(root, "override", resolve(options.runs));
  const server = await astro.dev({ root, logLevel: "warn", server: { host: "127.0.0.1", port: options.port ?? DEFAULT_PORT } });
  return {
    url: `http://127.0.0.1:${server.address.port}/`,
    close: async () => {
      await server.stop();
      chooseRunsFolder(root, "override", undefined);
    },
  };
}

/** The two calls of Astro's programming interface that are used here. */
type AstroCalls = Pick<typeof import("astro"), "build" | "dev">;

async function astroOf(root: string): Promise<AstroCalls> {
  process.env["ASTRO_TELEMETRY_DISABLED"] ??= "1";
  try {
    const entry = createRequire(join(root, "package.json")).resolve("astro");
    return (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as AstroCalls;
  } catch (error) {
    throw new TareaError({
      code: "report",
      where: root,
      problem: "the site has no Astro that can be loaded",
      hint: "Install the site's dependencies first, for example with npm install.",
      cause: error,
    });
  }
}

async function withRuns<T>(root: string, runs: string | undefined, work: () => Promise<T>): Promise<T> {
  if (runs !== undefined) chooseRunsFolder(root, "override", resolve(runs));
  try {
    return await work();
  } finally {
    if (runs !== undefined) chooseRunsFolder(root, "override", undefined);
  }
}
