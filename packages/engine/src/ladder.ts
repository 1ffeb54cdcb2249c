/** The ladder of engines, best first, and the reasons for and against each rung. */

import { join } from "node:path";
import { checkFolder } from "./manifest.js";
import { OWN_ADDON, ownAddonPath } from "./ownInstaller.js";
import { packageFolder } from "./tfjs.js";
import { installerEngineFolder, wheelEngineFolder } from "./versions.js";

export type EngineName = "tensorflow" | "wasm" | "cpu";

/** `cache`: set up earlier. `wheel`: can be set up from TensorFlow's wheel. `installer`: what `@tensorflow/tfjs-node` brings itself. */
export type RungName = "cache" | "wheel" | "installer" | "wasm" | "cpu";

export const ENGINE_NAMES: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];

export interface LadderStep {
  name: RungName;
  /** Whether the engine in use comes, or can come, from this rung. */
  ok: boolean;
  /** One line: what is there, or what is missing. */
  reason: string;
}

/** A native addon on disk, ready to be loaded. */
export interface NativeCandidate {
  addonPath: string;
  /** Where it comes from, as a phrase after "native TensorFlow". */
  origin: string;
  step: LadderStep;
}

/** What a rung has: an addon, or the refusal. */
export type Rung = { candidate: NativeCandidate; refusal?: undefined } | { candidate?: undefined; refusal: LadderStep };

/** What a person who has no native engine can do. */
export const INSTALL_HINT = "Set it up with: tarea engine install.";

/** The engine in the cache folder, from the wheel or from the installer; `full` compares hashes, not only sizes. */
export async function cacheRung(cacheFolder: string, { full = false } = {}): Promise<Rung> {
  const folders = [wheelEngineFolder(cacheFolder), installerEngineFolder(cacheFolder)];
  let reason = "not set up";
  for (const folder of folders) {
    const found = await checkFolder(folder, { full });
    if (found.manifest !== undefined) {
      const step: LadderStep = { name: "cache", ok: true, reason: `set up in ${folder}` };
      return { candidate: { addonPath: join(folder, found.manifest.addon), origin: "from the cache", step } };
    }
    if (found.damaged) reason = `the engine in ${folder} is damaged: ${found.fault}`;
  }
  return { refusal: { name: "cache", ok: false, reason } };
}

/** The addon inside the installed package. */
export function installerRung(): Rung {
  const addonPath = ownAddonPath();
  if (addonPath !== undefined) {
    const step: LadderStep = { name: "installer", ok: true, reason: `@tensorflow/tfjs-node has its own addon, ${addonPath}` };
    return { candidate: { addonPath, origin: "from the package's own installer", step } };
  }
  const missing = packageFolder("@tensorflow/tfjs-node") === undefined;
  const reason = missing
    ? "@tensorflow/tfjs-node is not installed"
    : `@tensorflow/tfjs-node has no ${OWN_ADDON}, its installer has not run`;
  return { refusal: { name: "installer", ok: false, reason } };
}

/** Whether the WebAssembly backend's package is there; it brings its binaries. */
export function wasmStep(): LadderStep {
  const ok = packageFolder("@tensorflow/tfjs-backend-wasm") !== undefined;
  return {
    name: "wasm",
    ok,
    reason: ok ? "WebAssembly, one thread with SIMD" : "@tensorflow/tfjs-backend-wasm is not installed",
  };
}

export function cpuStep(): LadderStep {
  return { name: "cpu", ok: true, reason: "plain JavaScript, one thread, slow" };
}
