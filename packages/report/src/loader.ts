/** The content loader: run folders become entries of an Astro collection, and damaged folders become a list of faults. */

import { fileURLToPath } from "node:url";
import { sep } from "node:path";
import { readRuns, type Run, type RunFault } from "@tarea/runs";
import type { Loader, LoaderContext } from "astro/loaders";
import { runKey } from "./pageRuns.js";
import { runsFolderOf } from "./runsFolder.js";

export interface RunsLoaderOptions {
  /** Folder of run records, relative to the site's root. Default: the integration's `runs`. */
  folder?: string | undefined;
}

/** One entry of the collection: a run that could be read, or (with the id `faults`) what could not. */
export type RunsEntry = { kind: "run"; run: Run } | { kind: "faults"; folder: string; faults: RunFault[] };

/** Id of the entry that lists the damaged folders. */
export const FAULTS_ID = "faults";

/**
 * A content-layer loader for `src/content.config.ts`. A damaged run folder is named in the log and left out; the others load.
 * In development the collection follows the folder: a finished epoch shows after a moment.
 *
 * @example
 * export const collections = { runs: defineCollection({ loader: runsLoader() }) };
 */
export function runsLoader(options: RunsLoaderOptions = {}): Loader {
  return {
    name: "tarea-runs",
    async load(context) {
      const folder = runsFolderOf(fileURLToPath(context.config.root), options.folder);
      await readInto(context, folder);
      if (context.watcher !== undefined) follow(context, folder);
    },
  };
}

async function readInto({ store, logger, generateDigest }: LoaderContext, folder: string): Promise<void> {
  const { runs, faults } = await readRuns(folder);
  const entries: [string, RunsEntry][] = runs.map((run) => [runKey(run), { kind: "run", run }]);
  entries.push([FAULTS_ID, { kind: "faults", folder, faults }]);
  const known = new Set(entries.map(([id]) => id));
  for (const id of store.keys()) if (!known.has(id)) store.delete(id);
  for (const [id, entry] of entries) {
    const data = { ...entry };
    store.set({ id, data, digest: generateDigest(data) });
  }
  logger.info(`${runs.length} ${runs.length === 1 ? "run" : "runs"} in ${folder}`);
  for (const fault of faults) logger.warn(`left out ${fault.file}: ${fault.problem}. ${fault.hint}`);
}

/** Training writes several files per run: wait until they have settled before reading again. */
const SETTLE_MILLISECONDS = 300;

function follow(context: LoaderContext, folder: string): void {
  const { watcher, logger } = context;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watcher!.add(folder);
  watcher!.on("all", (_event, path) => {
    if (path !== folder && !path.startsWith(folder + sep)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      readInto(context, folder).catch((error: unknown) => logger.error(String(error)));
    }, SETTLE_MILLISECONDS);
  });
}
