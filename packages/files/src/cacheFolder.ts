/** Where Tarea keeps what it downloads and builds, one folder per user. */

import { homedir, platform } from "node:os";
import { isAbsolute, join } from "node:path";
import { TareaError } from "@tarea/core";

/**
 * `TAREA_CACHE_DIR` if set, else the platform's cache folder: `$XDG_CACHE_HOME/tarea` or `~/.cache/tarea`,
 * `~/Library/Caches/tarea` on macOS, `%LOCALAPPDATA%\tarea` on Windows. The folder may not exist yet.
 *
 * @throws TareaError when `TAREA_CACHE_DIR` is not an absolute path.
 */
export function cacheFolder(env: Record<string, string | undefined> = process.env): string {
  const own = env["TAREA_CACHE_DIR"];
  if (own) {
    if (isAbsolute(own)) return own;
    throw new TareaError({
      code: "option",
      where: "TAREA_CACHE_DIR",
      problem: "the cache folder must be an absolute path",
      received: own,
    });
  }
  if (platform() === "darwin") return join(homedir(), "Library", "Caches", "tarea");
  if (platform() === "win32") return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "tarea");
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "tarea");
}
