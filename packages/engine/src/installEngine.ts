/** Sets the native engine up in the user's cache folder. */

import { dirname, join, resolve } from "node:path";
import { TareaError, checkOneOf } from "@tarea/core";
import { cacheFolder as defaultCacheFolder } from "@tarea/files";
import { ADDON_FILE, selfCheckAddon } from "./buildAddon.js";
import { kernelsFolder, kernelsRecipe } from "./kernelLibrary.js";
import { INSTALL_HINT, wasmStep, type EngineName } from "./ladder.js";
import { checkFolder } from "./manifest.js";
import { installerRecipe, ownAddonPath } from "./ownInstaller.js";
import { provision } from "./provision.js";
import { faultText, recordSteps, type InstallStep, type Steps } from "./steps.js";
import { packageFolder } from "./tfjs.js";
import type { Environment } from "./toolchain.js";
import { TFJS_VERSION, WHEELS, installerEngineFolder, platformName, wheelEngineFolder } from "./versions.js";
import { wheelRecipe, wheelRefusal } from "./wheelRecipe.js";

export interface InstallOptions {
  /** `"auto"` (default): when native TensorFlow cannot be set up, the result names the engine that is left. `"tensorflow"`: throw then. */
  prefer?: "auto" | "tensorflow";
  /** Default: `cacheFolder(env)` of `@tarea/files`. */
  cacheFolder?: string;
  /** Environment for `CXX`, `TAREA_CACHE_DIR`, pip and the compiler; default `process.env`. */
  env?: Environment;
  /** Called with one line per finished step. Default: silent. */
  log?: (line: string) => void;
  /** A clock in milliseconds, for the seconds in the result; default `performance.now`. */
  now?: () => number;
}

export interface InstallResult {
  engine: EngineName;
  /** Of TensorFlow, or of TensorFlow.js where that is all there is. */
  version: string;
  /** The folder of the engine's files. */
  folder: string;
  seconds: number;
  steps: InstallStep[];
  /** True when a whole engine was there already. */
  reused: boolean;
}

type Installed = Pick<InstallResult, "engine" | "version" | "folder" | "reused">;

/**
 * Makes sure that the best engine this machine can have is there: from the wheel, else by the installer of `@tensorflow/tfjs-node`.
 * What is there already is checked in full, by SHA-256, and kept if it is whole. Safe to call from several processes at once and after
 * any interruption.
 *
 * @throws TareaError when `prefer` is `"tensorflow"` and it cannot be set up: the first fault that was met
 * @example
 * const { engine, version, seconds } = await installEngine({ log: console.error });
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  const { env = process.env, log = () => undefined, now = () => performance.now() } = options;
  const prefer = checkOneOf("installEngine", "prefer", options.prefer ?? "auto", ["auto", "tensorflow"]);
  const cacheFolder = resolve(options.cacheFolder ?? defaultCacheFolder(env));
  const start = now();
  const steps = recordSteps({ log, now });
  const faults: unknown[] = [];
  for (const attempt of [fromWheel, fromInstaller]) {
    const installed = await attempt(cacheFolder, env, steps, log).catch((error: unknown) => void faults.push(error));
    if (installed !== undefined) return { ...installed, seconds: elapsed(), steps: steps.done };
  }
  if (prefer === "tensorflow") throw faults[0];
  return { ...whatIsLeft(steps), seconds: elapsed(), steps: steps.done };

  function elapsed(): number {
    return Math.round(now() - start) / 1000;
  }
}

async function fromWheel(cacheFolder: string, env: Environment, steps: Steps, log: (line: string) => void): Promise<Installed> {
  const folder = wheelEngineFolder(cacheFolder);
  if ((await checkFolder(folder)).manifest === undefined) {
    const refusal = await wheelRefusal(env);
    if (refusal !== undefined) throw refused(steps, "wheel", refusal);
  }
  const recipe = wheelRecipe(WHEELS[platformName()]!, env, { log });
  const installed = await install(folder, steps, () => provision(folder, recipe, steps, log));
  await addKernels(cacheFolder, folder, env, steps, log);
  return installed;
}

/** The engine is whole without the kernels of our own: a fault with them is a step that failed, no more. */
async function addKernels(
  cacheFolder: string,
  folder: string,
  env: Environment,
  steps: Steps,
  log: (line: string) => void,
): Promise<void> {
  const recipe = kernelsRecipe(join(folder, ADDON_FILE), folder, env);
  await provision(await kernelsFolder(cacheFolder), recipe, steps, log).catch((error: unknown) => {
    if (steps.done.at(-1)?.ok !== false) steps.note("kernels", false, faultText(error));
  });
}

async function fromInstaller(
  cacheFolder: string,
  env: Environment,
  steps: Steps,
  log: (line: string) => void,
): Promise<Installed> {
  const own = ownAddonPath();
  if (own !== undefined) {
    const version = await steps.run("self-check", () => selfCheckAddon(own, env));
    return { engine: "tensorflow", version, folder: dirname(own), reused: true };
  }
  if (packageFolder("@tensorflow/tfjs-node") === undefined)
    throw refused(steps, "installer", "@tensorflow/tfjs-node is not installed");
  const folder = installerEngineFolder(cacheFolder);
  return install(folder, steps, () => provision(folder, installerRecipe(env), steps, log));
}

/** Runs a provisioning and records its fault, if that was none of its steps'. */
async function install(folder: string, steps: Steps, task: () => ReturnType<typeof provision>): Promise<Installed> {
  try {
    const { manifest, reused } = await task();
    return { engine: "tensorflow", version: manifest.version, folder, reused };
  } catch (error) {
    if (steps.done.at(-1)?.ok !== false) steps.note("install", false, faultText(error));
    throw error;
  }
}

function refused(steps: Steps, name: string, reason: string): TareaError {
  steps.note(name, false, reason);
  return new TareaError({
    code: "engine",
    where: "installEngine",
    problem: `native TensorFlow cannot be set up: ${reason}`,
    hint: refusalHint(reason),
  });
}

function refusalHint(reason: string): string {
  if (reason.includes("C++ compiler")) return "Install one, for example with: apt-get install g++.";
  if (reason.includes("pip") || reason.includes("Python"))
    return "Install Python 3 with pip, for example with: apt-get install python3-pip.";
  if (reason.includes("@tensorflow/tfjs-node"))
    return `Add it to your project: npm install --ignore-scripts @tensorflow/tfjs-node@${TFJS_VERSION}.`;
  return INSTALL_HINT;
}

function whatIsLeft(steps: Steps): Installed {
  const step = wasmStep();
  const engine = step.ok ? "wasm" : "cpu";
  const name = step.ok ? "@tensorflow/tfjs-backend-wasm" : "@tensorflow/tfjs";
  steps.note(engine, true, step.ok ? step.reason : `plain JavaScript: ${step.reason}`);
  return { engine, version: TFJS_VERSION, folder: packageFolder(name) ?? "", reused: true };
}
