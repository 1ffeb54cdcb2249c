/** Sets the native engine up in the user's cache folder. */

import { cacheFolder as defaultCacheFolder } from "@tarea/files";
import { ADDON_FILE, buildAddon, selfCheckAddon } from "./buildAddon.js";
import { downloadWithPip } from "./fetchWheel.js";
import { provision, type InstallStep, type Recipe } from "./provision.js";
import type { Environment } from "./toolchain.js";
import { engineFolder, platformName, WHEELS, type Wheel } from "./versions.js";

export interface InstallOptions {
  cacheFolder?: string;
  env?: Environment;
  log?: (line: string) => void;
  /** A clock in milliseconds, for the seconds in the result; default `performance.now`. */
  now?: () => number;
}

export interface InstallResult {
  engine: "tensorflow";
  version: string;
  folder: string;
  seconds: number;
  steps: InstallStep[];
  /** True when a whole engine was there already. */
  reused: boolean;
}

export async function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  const { env = process.env, log = () => undefined, now = () => performance.now() } = options;
  const start = now();
  const folder = engineFolder(options.cacheFolder ?? defaultCacheFolder(env));
  const { manifest, steps, reused } = await provision(folder, wheelRecipe(WHEELS[platformName()]!, env), { log, now });
  return { engine: "tensorflow", version: manifest.version, folder, seconds: Math.round(now() - start) / 1000, steps, reused };
}

function wheelRecipe(wheel: Wheel, env: Environment): Recipe {
  return {
    wheel,
    neededBytes: 1_500_000_000,
    download: downloadWithPip(wheel, env),
    build: (folder) => buildAddon(folder, env),
    addon: ADDON_FILE,
    check: (addonPath) => selfCheckAddon(addonPath, env),
  };
}
