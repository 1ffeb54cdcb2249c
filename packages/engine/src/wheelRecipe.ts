/** The engine made from TensorFlow's wheel: download, unpack, compile. */

import { join } from "node:path";
import { ADDON_FILE, buildAddon, selfCheckAddon } from "./buildAddon.js";
import { downloadWithPip, fetchWheel, type DownloadWheel } from "./fetchWheel.js";
import type { Recipe } from "./provision.js";
import { findCompiler, findPip, glibcVersion, type Environment } from "./toolchain.js";
import { packageFolder } from "./tfjs.js";
import { unpackWheel } from "./unpackWheel.js";
import { platformName, WHEELS, type Wheel } from "./versions.js";

/** The wheel and what is unpacked from it, before the symbol tables are stripped. */
const NEEDED_BYTES = 1_500_000_000;

/** The parts of the recipe that a caller may replace. */
export interface WheelRecipeParts {
  neededBytes?: number;
  /** Called with a line as the download goes on. */
  log?: (line: string) => void;
  download?: DownloadWheel;
  build?: (folder: string) => Promise<string>;
  check?: (addonPath: string) => Promise<string>;
}

/** The wheel is kept until the engine stands, so that an attempt that was cut off is not a download lost; then it is deleted. */
export function wheelRecipe(wheel: Wheel, env: Environment, parts: WheelRecipeParts = {}): Recipe {
  const { download = downloadWithPip(wheel, env, parts.log), build = (folder) => buildAddon(folder, env) } = parts;
  return {
    neededBytes: parts.neededBytes ?? NEEDED_BYTES,
    addon: ADDON_FILE,
    async make(folder, keep, steps) {
      const path = join(keep, wheel.fileName);
      await steps.run("wheel", async () => `${wheel.fileName}, ${await fetchWheel(path, wheel, download)}`);
      await steps.run("unpack", async () => `${await unpackWheel(path, folder)} files`);
      const compiler = await steps.run("compile", () => build(folder));
      return `${wheel.fileName}, ${compiler}`;
    },
    check: parts.check ?? ((addonPath) => selfCheckAddon(addonPath, env)),
    keptFile: wheel.fileName,
  };
}

/** Why this machine cannot make the engine from a wheel, in a few words, or `undefined` when it can. */
export async function wheelRefusal(env: Environment): Promise<string | undefined> {
  const wheel = WHEELS[platformName()];
  if (wheel === undefined) return `there is no wheel for ${platformName()} (there is for ${Object.keys(WHEELS).join(" and ")})`;
  const [major, minor] = glibcVersion() ?? [0, 0];
  const [neededMajor, neededMinor] = wheel.glibc;
  if (major === 0) return `the C library is not the GNU one, version ${neededMajor}.${neededMinor} or later`;
  if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
    return `the GNU C library is ${major}.${minor}, older than ${neededMajor}.${neededMinor}`;
  }
  if (packageFolder("@tensorflow/tfjs-node") === undefined) return "the package @tensorflow/tfjs-node is not installed";
  const [pip, compiler] = await Promise.all([findPip(env), findCompiler(env)]);
  return pip.missing ?? compiler.missing;
}
