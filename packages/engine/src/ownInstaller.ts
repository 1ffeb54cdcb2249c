/** The engine that `@tensorflow/tfjs-node` brings itself: an addon already in the package, or one that its own installer makes. */

import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { TareaError } from "@tarea/core";
import { selfCheckAddon } from "./buildAddon.js";
import type { Recipe } from "./provision.js";
import { failureText, runCommand } from "./runCommand.js";
import { packageFolder } from "./tfjs.js";
import type { Environment } from "./toolchain.js";

/** The installer's downloads and what it unpacks. */
const NEEDED_BYTES = 1_000_000_000;
const INSTALLER_LIMIT_SECONDS = 300;
/** The newest Node-API version that the package has an addon for. */
const NEWEST_API_VERSION = 8;

/** Path of the addon below the package's folder, for this Node. */
export const OWN_ADDON = `lib/napi-v${Math.min(NEWEST_API_VERSION, Number(process.versions.napi))}/tfjs_binding.node`;

/** The addon in the installed package itself, or `undefined` when its install script never ran. */
export function ownAddonPath(): string | undefined {
  const folder = packageFolder("@tensorflow/tfjs-node");
  if (folder === undefined) return undefined;
  const path = join(folder, OWN_ADDON);
  return existsSync(path) ? path : undefined;
}

/** Runs the package's installer on a copy of the package, since it writes into its own folder, which may be shared between projects. */
export function installerRecipe(env: Environment): Recipe {
  return {
    neededBytes: NEEDED_BYTES,
    addon: OWN_ADDON,
    async make(folder, _keep, steps) {
      const original = packageFolder("@tensorflow/tfjs-node");
      if (original === undefined) throw installerError("the package @tensorflow/tfjs-node is not installed");
      await steps.run("installer", () => runInstaller(original, folder, env));
      return "the installer of @tensorflow/tfjs-node";
    },
    check: (addonPath) => selfCheckAddon(addonPath, env),
  };
}

async function runInstaller(original: string, folder: string, env: Environment): Promise<string> {
  const copied = ["package.json", "binding.gyp", "binding", "scripts"];
  for (const name of copied) await cp(join(original, name), join(folder, name), { recursive: true });
  const modules = [join(original, "node_modules"), dirname(dirname(original))];
  const tools = modules.map((path) => join(path, "@mapbox", "node-pre-gyp", "bin"));
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const result = await runCommand(process.execPath, [join("scripts", "install.js")], {
    cwd: folder,
    env: {
      ...env,
      NODE_OPTIONS: undefined,
      NODE_PATH: modules.join(delimiter),
      PATH: [...tools, ...modules.map((path) => join(path, ".bin")), env["PATH"]].join(delimiter),
      TMPDIR: temporary,
    },
    limitSeconds: INSTALLER_LIMIT_SECONDS,
  });
  if (!result.ok || !existsSync(join(folder, OWN_ADDON))) {
    throw installerError(
      `the installer of @tensorflow/tfjs-node failed (${result.failure ?? "it left no addon"}): ${failureText(result)}`,
    );
  }
  const unneeded = (await readdir(folder)).filter((name) => name !== "lib" && name !== "deps");
  for (const name of [...unneeded, join("deps", "include")]) await rm(join(folder, name), { recursive: true, force: true });
  return "done";
}

function installerError(problem: string): TareaError {
  return new TareaError({ code: "installer", where: "installEngine", problem });
}
