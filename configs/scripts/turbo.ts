/** Calls Turborepo without telemetry, updates or a daemon: `node configs/scripts/turbo.ts run build`. */

import { spawnSync, type StdioOptions } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The environment of every tool that the scripts start: this checkout's binaries first, nothing phones home. */
export const toolEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
};

/** Runs `turbo` with `args` in the root folder; returns its exit code and whatever `stdio` let through as text. */
export function turbo(args: readonly string[], stdio: StdioOptions): { code: number; output: string } {
  const binary = join(root, "node_modules", "turbo", "bin", "turbo");
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [binary, ...args], {
    cwd: root,
    env: toolEnvironment,
    stdio,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { code: status ?? 1, output: `${stdout ?? ""}${stderr ?? ""}` };
}

if (import.meta.main) process.exitCode = turbo(process.argv.slice(2), "inherit").code;
