/** What an engine can be had on this machine and why, for `tarea doctor`. */

import { resolve } from "node:path";
import { cacheFolder as defaultCacheFolder } from "@tarea/files";
import { selfCheckAddon } from "./buildAddon.js";
import { kernelsPath } from "./kernelLibrary.js";
import { cacheRung, cpuStep, installerRung, wasmStep, type EngineName, type LadderStep } from "./ladder.js";
import { checkFolder } from "./manifest.js";
import { faultText } from "./steps.js";
import { requireModule } from "./tfjs.js";
import { defaultThreads } from "./threads.js";
import { findCompiler, findPip, glibcVersion, type Environment } from "./toolchain.js";
import { installerEngineFolder, platformName, wheelEngineFolder } from "./versions.js";
import { wheelRefusal } from "./wheelRecipe.js";

export interface InspectOptions {
  cacheFolder?: string;
  env?: Environment;
}

export interface EngineReport {
  /** What `useEngine()` would give here and now. */
  engine: { name: EngineName; version: string; threads: number; reason: string };
  /** Every rung, best first, with the reason for or against it. */
  ladder: LadderStep[];
  /** The engine in the cache folder, checked by SHA-256. */
  cache: {
    folder: string;
    installed: boolean;
    version: string | null;
    origin: string | null;
    sizeBytes: number;
    fault: string | null;
  };
  /** Whether kernels of our own are there for native TensorFlow on this processor, and what to do about it. */
  kernels: { compiled: boolean; reason: string };
  /** Version lines of what setting up needs; null where it is missing. */
  tools: { pip: string | null; compiler: string | null; glibc: string | null };
  /** Versions by package, null where it is not installed. */
  versions: Record<string, string | null>;
  platform: string;
}

/**
 * Looks at everything the engine depends on, tries the native library in a child process, and reports. Installs nothing, loads nothing
 * into this process and never throws.
 */
export async function inspectEngine(options: InspectOptions = {}): Promise<EngineReport> {
  const env = options.env ?? process.env;
  const [pip, compiler] = await Promise.all([findPip(env), findCompiler(env)]);
  const report: Omit<EngineReport, "engine"> = {
    ladder: [],
    cache: { folder: "", installed: false, version: null, origin: null, sizeBytes: 0, fault: null },
    kernels: { compiled: false, reason: "the cache folder cannot be looked at" },
    tools: {
      pip: pip.program?.version ?? null,
      compiler: compiler.program?.version ?? null,
      glibc: glibcVersion()?.join(".") ?? null,
    },
    versions: packageVersions(),
    platform: platformName(),
  };
  let native: { version: string; origin: string } | undefined;
  try {
    const cacheFolder = resolve(options.cacheFolder ?? defaultCacheFolder(env));
    report.cache = await inspectCache(cacheFolder);
    report.kernels = await inspectKernels(cacheFolder, compiler.missing);
    native = await climb(cacheFolder, env, report.ladder);
  } catch (error) {
    report.ladder.push({ name: "cache", ok: false, reason: faultText(error) });
  }
  report.ladder.push(wasmStep(), cpuStep());
  return { engine: chosen(native, report.ladder, report.versions["@tensorflow/tfjs"] ?? "", env), ...report };
}

async function inspectCache(cacheFolder: string): Promise<EngineReport["cache"]> {
  let fault: string | null = null;
  const folders = [wheelEngineFolder(cacheFolder), installerEngineFolder(cacheFolder)];
  for (const folder of folders) {
    const { manifest, ...problem } = await checkFolder(folder, { full: true });
    if (manifest !== undefined) {
      const sizeBytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      return { folder, installed: true, version: manifest.version, origin: manifest.origin, sizeBytes, fault: null };
    }
    if (problem.damaged) fault ??= `${folder}: ${problem.fault}`;
  }
  return { folder: folders[0]!, installed: false, version: null, origin: null, sizeBytes: 0, fault };
}

async function inspectKernels(cacheFolder: string, missing: string | undefined): Promise<EngineReport["kernels"]> {
  if ((await kernelsPath(cacheFolder)) !== undefined) return { compiled: true, reason: "compiled for this processor" };
  return { compiled: false, reason: missing ?? "not compiled for this processor: tarea engine install does it" };
}

/** Appends the native rungs to the ladder; returns what would be loaded, tried in a child process. */
async function climb(
  cacheFolder: string,
  env: Environment,
  ladder: LadderStep[],
): Promise<{ version: string; origin: string } | undefined> {
  let native: { version: string; origin: string } | undefined;
  const tryRung = async ({ candidate, refusal }: Awaited<ReturnType<typeof cacheRung>>) => {
    if (candidate === undefined) return void ladder.push(refusal);
    try {
      const version = await selfCheckAddon(candidate.addonPath, env);
      native ??= { version, origin: candidate.origin };
      ladder.push(candidate.step);
    } catch (error) {
      ladder.push({ ...candidate.step, ok: false, reason: faultText(error) });
    }
  };
  await tryRung(await cacheRung(cacheFolder));
  const refusal = await wheelRefusal(env);
  ladder.push({ name: "wheel", ok: refusal === undefined, reason: refusal ?? "can be set up with: tarea engine install" });
  await tryRung(installerRung());
  return native;
}

function chosen(
  native: { version: string; origin: string } | undefined,
  ladder: LadderStep[],
  tfjs: string,
  env: Environment,
): EngineReport["engine"] {
  if (native !== undefined) {
    const threads = Number(env["TF_NUM_INTRAOP_THREADS"]) || defaultThreads();
    return {
      name: "tensorflow",
      version: native.version,
      threads,
      reason: `Native TensorFlow ${native.version} ${native.origin}.`,
    };
  }
  const refusals = ladder.filter((step) => !step.ok).map((step) => step.reason);
  const step = ladder.find(({ name, ok }) => ok && name !== "wheel")!;
  const reason = `${step.reason}, because nothing better is set up: ${refusals.join("; ")}.`;
  return { name: step.name === "wasm" ? "wasm" : "cpu", version: tfjs, threads: 1, reason };
}

function packageVersions(): Record<string, string | null> {
  const names = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-backend-wasm"];
  const versions = names.map((name) => {
    try {
      return [name, (requireModule(`${name}/package.json`) as { version: string }).version];
    } catch {
      return [name, null];
    }
  });
  return { node: process.versions.node, ...(Object.fromEntries(versions) as Record<string, string | null>) };
}
