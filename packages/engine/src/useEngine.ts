/** Chooses the engine of this process and makes it TensorFlow.js's backend. */

import { join } from "node:path";
import { cacheFolder as defaultCacheFolder } from "@tarea/files";
import { active } from "./active.js";
import { loadNative } from "./loadNative.js";
import { checkFolder } from "./manifest.js";
import { loadTensorFlowJs, type TensorFlowJs } from "./tfjs.js";
import { setThreadVariables } from "./threads.js";
import type { Environment } from "./toolchain.js";
import { engineFolder } from "./versions.js";

export type EngineName = "tensorflow" | "wasm" | "cpu";

export interface Engine {
  name: EngineName;
  /** Version of TensorFlow for `tensorflow`, of TensorFlow.js for the others. */
  version: string;
  threads: number;
  /** Why this one, in one sentence. */
  reason: string;
  tf: TensorFlowJs;
}

export interface UseEngineOptions {
  prefer?: "auto" | EngineName;
  threads?: number;
  cacheFolder?: string;
  install?: boolean;
  env?: Environment;
  log?: (line: string) => void;
}

export async function useEngine(options: UseEngineOptions = {}): Promise<Engine> {
  if (active.engine) return active.engine;
  const folder = engineFolder(options.cacheFolder ?? defaultCacheFolder(options.env ?? process.env));
  const { manifest, fault } = await checkFolder(folder);
  const tf = loadTensorFlowJs();
  if (manifest !== undefined && options.prefer !== "cpu") {
    const threads = setThreadVariables(options.threads);
    active.native = await loadNative(join(folder, manifest.addon));
    const version = active.native.binding.TF_Version;
    active.engine = { name: "tensorflow", version, threads, reason: `native TensorFlow ${version} from the cache`, tf };
  } else {
    await tf.setBackend("cpu");
    active.engine = { name: "cpu", version: tf.version.tfjs, threads: 1, reason: `plain JavaScript, because the cache has no engine: ${fault}`, tf };
  }
  return active.engine;
}
