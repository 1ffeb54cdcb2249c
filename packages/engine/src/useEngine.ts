/** Chooses the engine of this process and makes it TensorFlow.js's backend. */

import { dirname, resolve } from "node:path";
import { TareaError, checkInteger, checkOneOf } from "@tarea/core";
import { cacheFolder as defaultCacheFolder } from "@tarea/files";
import { active } from "./active.js";
import { installEngine } from "./installEngine.js";
import { kernelsPath, loadKernels } from "./kernelLibrary.js";
import {
  cacheRung,
  cpuStep,
  ENGINE_NAMES,
  INSTALL_HINT,
  installerRung,
  wasmStep,
  type EngineName,
  type LadderStep,
  type Rung,
} from "./ladder.js";
import { loadNative } from "./loadNative.js";
import { loadCpu, loadWasm } from "./loadPortable.js";
import { faultText } from "./steps.js";
import { loadTensorFlowJs, type TensorFlowJs } from "./tfjs.js";
import { setThreadVariables } from "./threads.js";
import type { Environment } from "./toolchain.js";
import { wheelEngineFolder } from "./versions.js";

export interface Engine {
  name: EngineName;
  /** Version of TensorFlow for `tensorflow`, of TensorFlow.js for the others. */
  version: string;
  /** Threads that one operation may use; 1 for `wasm` and `cpu`. */
  threads: number;
  /** Whether native TensorFlow runs with the kernels of our own, which train faster; never on `wasm` and `cpu`. */
  kernels: boolean;
  /** Why this one, in one sentence. */
  reason: string;
  /** The one copy of `@tensorflow/tfjs` in this process. */
  tf: TensorFlowJs;
}

export interface UseEngineOptions {
  /** `"auto"` (default): the best that runs. A name: that one or an error. */
  prefer?: "auto" | EngineName;
  /** Threads per operation, at least 1; default `TF_NUM_INTRAOP_THREADS`, else every core. Only `tensorflow` has more than one. */
  threads?: number;
  /** Whether to use the kernels of our own where they have been set up; default true. */
  kernels?: boolean;
  /** Default: `cacheFolder(env)` of `@tarea/files`. */
  cacheFolder?: string;
  /** Whether to set the native engine up when it is not there (download, compile); default false. */
  install?: boolean;
  /** Environment for `TAREA_CACHE_DIR` and for setting up; default `process.env`. */
  env?: Environment;
  /** Called with a line for each step of setting up, and one line when a lesser engine is taken. Default: silent. */
  log?: (line: string) => void;
}

/**
 * Gives the engine of this process, choosing it at the first call: native TensorFlow from the cache, set up on the spot if `install`
 * is true, or from the package's own installer; else WebAssembly; else plain JavaScript. It is TensorFlow.js's current backend then.
 * Further calls give the same engine. Call it on the main thread before anything else uses TensorFlow.js.
 *
 * @throws TareaError with code `"engine"` when the preferred engine cannot run, or when another one is in use already
 * @example
 * const { tf, name, threads } = await useEngine();
 * tf.matMul([[1, 2]], [[3], [4]]).print();
 */
export async function useEngine(options: UseEngineOptions = {}): Promise<Engine> {
  const prefer = checkOneOf("useEngine", "prefer", options.prefer ?? "auto", ["auto", ...ENGINE_NAMES]);
  if (options.threads !== undefined) checkInteger("useEngine", "threads", options.threads);
  if (active.pending === undefined) {
    active.pending = choose(prefer, options);
    active.pending.catch(() => (active.pending = undefined));
    return active.pending;
  }
  return sameEngine(await active.pending, prefer, options.threads);
}

/** The library cannot be loaded twice, and tensors do not move between engines: what is asked for later must be what is there. */
function sameEngine(engine: Engine, prefer: "auto" | EngineName, threads: number | undefined): Engine {
  const sameName = prefer === "auto" || prefer === engine.name;
  if (sameName && (threads === undefined || engine.name !== "tensorflow" || threads === engine.threads)) return engine;
  throw new TareaError({
    code: "engine",
    where: "useEngine",
    problem: "another engine is in use in this process",
    expected: `${engine.name} with ${engine.threads} threads`,
    received: `${prefer} with ${threads ?? "any"} threads`,
    hint: "An engine is chosen once per process: start another process for another engine.",
  });
}

async function choose(prefer: "auto" | EngineName, options: UseEngineOptions): Promise<Engine> {
  const tf = loadTensorFlowJs();
  const refusals: LadderStep[] = [];
  const engine =
    (prefer === "auto" || prefer === "tensorflow" ? await tryNative(tf, options, refusals) : undefined) ??
    (prefer === "auto" || prefer === "wasm" ? await tryWasm(tf, prefer, refusals) : undefined) ??
    (prefer === "auto" || prefer === "cpu" ? await plain(tf, prefer, refusals) : undefined);
  if (engine === undefined) {
    throw new TareaError({
      code: "engine",
      where: "useEngine",
      problem: `the engine ${prefer} cannot run here: ${reasons(refusals)}`,
      hint: prefer === "tensorflow" ? INSTALL_HINT : "Add it to your project: npm install @tensorflow/tfjs-backend-wasm@4.22.0.",
    });
  }
  if (prefer === "auto" && engine.name !== "tensorflow") options.log?.(`engine: ${engine.reason}`);
  return engine;
}

/** The rungs of native TensorFlow, each a function so that a later one is only looked at when the earlier ones failed. */
async function tryNative(tf: TensorFlowJs, options: UseEngineOptions, refusals: LadderStep[]): Promise<Engine | undefined> {
  const cacheFolder = resolve(options.cacheFolder ?? defaultCacheFolder(options.env ?? process.env));
  const rungs = [() => cacheRung(cacheFolder), () => installRung(cacheFolder, options), () => installerRung()];
  for (const climb of rungs) {
    const { candidate, refusal } = await climb();
    if (candidate === undefined) {
      refusals.push(refusal);
      continue;
    }
    try {
      const threads = setThreadVariables(options.threads);
      active.native = await loadNative(candidate.addonPath);
      const version = active.native.binding.TF_Version;
      active.kernels = options.kernels !== false && (await tryKernels(cacheFolder, candidate.addonPath, options));
      const reason = `Native TensorFlow ${version} ${candidate.origin}.`;
      return { name: "tensorflow", version, threads, kernels: active.kernels, reason, tf };
    } catch (error) {
      refusals.push({ ...candidate.step, ok: false, reason: `${candidate.addonPath} does not load: ${faultText(error)}` });
    }
  }
  return undefined;
}

/** Kernels are made for the engine from the wheel; one that does not take them runs without. */
async function tryKernels(cacheFolder: string, addonPath: string, { log }: UseEngineOptions): Promise<boolean> {
  if (dirname(addonPath) !== wheelEngineFolder(cacheFolder)) return false;
  const path = await kernelsPath(cacheFolder);
  if (path === undefined) return false;
  try {
    active.matrixUnit = loadKernels(path).matrixUnit;
    return true;
  } catch (error) {
    log?.(`engine: without its own kernels: ${faultText(error)}`);
    return false;
  }
}

async function installRung(cacheFolder: string, options: UseEngineOptions): Promise<Rung> {
  const refusal = (reason: string): Rung => ({ refusal: { name: "wheel", ok: false, reason } });
  if (options.install !== true) return refusal("tarea engine install has not run");
  const { env = process.env, log = () => undefined } = options;
  const { engine, steps } = await installEngine({ cacheFolder, env, log });
  if (engine === "tensorflow") return cacheRung(cacheFolder);
  return refusal(
    steps
      .filter((step) => !step.ok)
      .map((step) => step.detail)
      .join("; "),
  );
}

async function tryWasm(tf: TensorFlowJs, prefer: string, refusals: LadderStep[]): Promise<Engine | undefined> {
  const step = wasmStep();
  const fault = step.ok ? await loadWasm(tf) : step.reason;
  if (fault !== undefined) {
    refusals.push({ name: "wasm", ok: false, reason: fault });
    return undefined;
  }
  return portable(tf, "wasm", because(step, prefer, refusals));
}

async function plain(tf: TensorFlowJs, prefer: string, refusals: LadderStep[]): Promise<Engine> {
  await loadCpu(tf);
  return portable(tf, "cpu", because(cpuStep(), prefer, refusals));
}

function portable(tf: TensorFlowJs, name: "wasm" | "cpu", reason: string): Engine {
  return { name, version: tf.version["tfjs-core"], threads: 1, kernels: false, reason, tf };
}

function because(step: LadderStep, prefer: string, refusals: LadderStep[]): string {
  return prefer === "auto"
    ? `${step.reason}, because nothing better runs here: ${reasons(refusals)}.`
    : `${step.reason}, as asked for.`;
}

function reasons(refusals: readonly LadderStep[]): string {
  return refusals.map((step) => step.reason).join("; ");
}
