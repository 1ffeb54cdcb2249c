/** The options that loading, fetching and checking share, with their defaults filled in. */

import { join } from "node:path";
import { checkInteger, checkKnownOptions, checkOneOf } from "@tarea/core";
import { cacheFolder, type DownloadProgress } from "@tarea/files";
import { DEFAULT_TWIN_SEED, type DatasetCard, type TwinOptions } from "./dataset.js";

export interface LoadOptions {
  /**
   * `"auto"` (default): the data folder, the cache, a download, and when all fail the synthetic twin. `"files"`: an error in
   * place of the twin. `"synthetic"`: the twin, without looking for files.
   */
  source?: DataSource | undefined;
  /** True: no socket is opened; default false. */
  offline?: boolean | undefined;
  /** Folder with one folder per set in the publishers' formats; default `TAREA_DATA_DIR`, else none. */
  dataFolder?: string | undefined;
  /** Tarea's cache; default `TAREA_CACHE_DIR`, else the platform's folder. Sets lie in `datasets/<folder>` below it. */
  cacheFolder?: string | undefined;
  /** Default: the runtime's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** A mirror that sends nothing for this long is given up; default 10. */
  stallSeconds?: number | undefined;
  /** Called as bytes of a download arrive. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Receives one line for each thing worth telling: a mirror given up, a damaged copy, why the twin is used. */
  log?: ((line: string) => void) | undefined;
  /** The twin's seed and counts. */
  synthetic?: TwinOptions | undefined;
  /** Environment variables; default `process.env`. */
  env?: Record<string, string | undefined> | undefined;
}

export type DataSource = "auto" | "files" | "synthetic";

const DATA_SOURCES: readonly DataSource[] = ["auto", "files", "synthetic"];

/** Name of the environment variable that points at the user's own copies. */
export const DATA_FOLDER_VARIABLE = "TAREA_DATA_DIR";

const KNOWN_OPTIONS = [
  "source",
  "offline",
  "dataFolder",
  "cacheFolder",
  "fetch",
  "stallSeconds",
  "onProgress",
  "log",
  "synthetic",
  "env",
];

export interface Settings {
  source: DataSource;
  offline: boolean;
  /** Where the set may lie in the user's own data folder, and what that is called; `null` when none is named. */
  dataFolder: { path: string; title: string } | null;
  /** Where downloads of the set go. */
  cacheFolder: string;
  fetch: typeof fetch | undefined;
  stallSeconds: number | undefined;
  onProgress: ((progress: DownloadProgress) => void) | undefined;
  log: (line: string) => void;
  twin: Required<{ [K in keyof TwinOptions]: number }>;
}

/** @throws TareaError for an unknown option or a wrong value. */
export function settingsFor(where: string, card: DatasetCard, options: LoadOptions): Settings {
  checkKnownOptions(where, options, KNOWN_OPTIONS);
  const env = options.env ?? process.env;
  const root = options.dataFolder ?? (env[DATA_FOLDER_VARIABLE] || undefined);
  const synthetic = options.synthetic ?? {};
  checkKnownOptions(`${where}: synthetic`, synthetic, ["seed", "trainCount", "testCount"]);
  return {
    source: checkOneOf(where, "source", options.source ?? "auto", DATA_SOURCES),
    offline: options.offline ?? false,
    dataFolder:
      root === undefined
        ? null
        : {
            path: join(root, card.folder ?? card.name),
            title: options.dataFolder === undefined ? DATA_FOLDER_VARIABLE : "the data folder",
          },
    cacheFolder: join(options.cacheFolder ?? cacheFolder(env), "datasets", card.folder ?? card.name),
    fetch: options.fetch,
    stallSeconds: options.stallSeconds,
    onProgress: options.onProgress,
    log: options.log ?? (() => undefined),
    twin: {
      seed: checkInteger(where, "synthetic.seed", synthetic.seed ?? DEFAULT_TWIN_SEED, { min: 0 }),
      trainCount: checkInteger(where, "synthetic.trainCount", synthetic.trainCount ?? card.counts.train, {
        max: MAX_TWIN_SAMPLES,
      }),
      testCount: checkInteger(where, "synthetic.testCount", synthetic.testCount ?? card.counts.test, { max: MAX_TWIN_SAMPLES }),
    },
  };
}

/** A million images of 28 by 28 are 784 MB. */
export const MAX_TWIN_SAMPLES = 1_000_000;
