/** Keeps TensorFlow's log off standard error, as its Python package can and its C library cannot (`native/quietLog.cc`). */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { requireModule } from "./tfjs.js";
import { FRAMEWORK_LIBRARY } from "./unpackWheel.js";

/** File name of the module that does it, beside the addon; it is missing where it could not be compiled. */
export const QUIET_LOG_FILE = "quiet_log.node";

/** TensorFlow's levels: 0 information, 1 warnings, 2 errors, 3 fatal ones. */
const QUIET_FROM = 1;

/** Loads the native library by `load`, with `TF_CPP_MIN_LOG_LEVEL` in force from the library's first line on. */
export function withQuietLog<T>(folder: string, load: () => T): T {
  const path = join(folder, QUIET_LOG_FILE);
  const level = Number(process.env["TF_CPP_MIN_LOG_LEVEL"]);
  if (!(level >= QUIET_FROM) || !existsSync(path)) return load();
  const { hush, speak } = requireModule(path) as { hush: () => void; speak: (frameworkPath: string, level: number) => void };
  hush();
  try {
    return load();
  } finally {
    speak(join(folder, FRAMEWORK_LIBRARY), level);
  }
}
