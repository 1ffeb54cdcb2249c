/** Where a site's run folders lie. The integration, the content loader and `buildReport` may be loaded as separate copies
 * of this module by the bundler, so what they agree on is kept on the process, by site root. */

import { isAbsolute, resolve } from "node:path";

/** Folder of run records below a site's root when nothing else is said. */
export const DEFAULT_RUNS_FOLDER = "./runs";

interface FolderChoice {
  /** Chosen by whoever started the build: comes before everything else. */
  override?: string;
  /** Chosen by the site's configuration: comes last. */
  configured?: string;
}

const SHARED = Symbol.for("@tarea/report/runs-folders");

/** Notes a choice for the site at `root`; `undefined` takes an earlier one back. */
export function chooseRunsFolder(root: string, level: keyof FolderChoice, folder: string | undefined): void {
  const choices = sharedChoices();
  const choice = { ...choices.get(resolve(root)) };
  if (folder === undefined) delete choice[level];
  else choice[level] = folder;
  choices.set(resolve(root), choice);
}

/**
 * The absolute folder to read runs from: `buildReport`'s option, then the environment's `TAREA_RUNS_DIR`, then the loader's
 * `folder`, then the integration's `runs`, then `./runs`. Relative paths start at the site's root.
 */
export function runsFolderOf(
  root: string,
  loaderFolder: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const choice = sharedChoices().get(resolve(root));
  const folder =
    choice?.override ?? (environment["TAREA_RUNS_DIR"] || undefined) ?? loaderFolder ?? choice?.configured ?? DEFAULT_RUNS_FOLDER;
  return isAbsolute(folder) ? folder : resolve(root, folder);
}

function sharedChoices(): Map<string, FolderChoice> {
  const holder = globalThis as { [SHARED]?: Map<string, FolderChoice> };
  return (holder[SHARED] ??= new Map());
}
