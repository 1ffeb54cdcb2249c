/**
 * The kernels of our own for native TensorFlow: C++ sources of this package, compiled on the machine where they run, for just its
 * processor, beside the engine in the cache folder. Without them everything runs on TensorFlow's own kernels.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TareaError } from "@tarea/core";
import { compileError, runSelfCheck } from "./buildAddon.js";
import { checkFolder } from "./manifest.js";
import type { Recipe } from "./provision.js";
import { failureText, runCommand } from "./runCommand.js";
import { requireModule } from "./tfjs.js";
import { findCompiler, type Environment } from "./toolchain.js";
import { FRAMEWORK_LIBRARY } from "./unpackWheel.js";
import { platformName, TENSORFLOW_VERSION } from "./versions.js";

/** File name of the compiled library, which Node loads as a module. */
const KERNELS_FILE = "tarea_kernels.node";

const SOURCES = fileURLToPath(new URL("../native/kernels", import.meta.url));

/** Each instruction that the compiler chooses is one that this processor has: the folder's name depends on its features. */
const FLAGS = ["-O3", "-march=native", "-std=c++17", "-fPIC", "-w", "-DNAPI_VERSION=8"];

const COMPILE_LIMIT_SECONDS = 300;
const NEEDED_BYTES = 20_000_000;

/** The folder, below a cache folder, of the kernels made from these sources for this processor. */
export async function kernelsFolder(cacheFolder: string): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([TENSORFLOW_VERSION, FLAGS, processorFeatures()]));
  for (const content of await Promise.all((await sources()).map((path) => readFile(path)))) hash.update(content);
  return join(cacheFolder, "engine", `kernels-${platformName()}-${hash.digest("hex").slice(0, 16)}`);
}

/** The compiled library that is ready to be loaded, or `undefined`. */
export async function kernelsPath(cacheFolder: string): Promise<string | undefined> {
  const folder = await kernelsFolder(cacheFolder);
  const { manifest } = await checkFolder(folder);
  return manifest && join(folder, manifest.addon);
}

/**
 * Registers the kernels with the TensorFlow that is loaded, and says whether they use a matrix unit.
 *
 * @throws Error when the library does not load, TareaError when TensorFlow does not take them
 */
export function loadKernels(path: string): { matrixUnit: boolean } {
  const { fault, matrixUnit } = requireModule(path) as { fault: string; matrixUnit: boolean };
  if (fault === "") return { matrixUnit };
  throw new TareaError({
    code: "engine",
    where: "useEngine",
    problem: `TensorFlow refused the kernels: ${fault}`,
    file: path,
  });
}

/** How the folder is made beside the engine with the addon `addonPath`, whose libraries lie in `librariesFolder`. */
export function kernelsRecipe(addonPath: string, librariesFolder: string, env: Environment): Recipe {
  return {
    neededBytes: NEEDED_BYTES,
    addon: KERNELS_FILE,
    make: (folder, _keep, steps) => steps.run("kernels", () => compile(folder, librariesFolder, env)),
    check: (path) => selfCheck(addonPath, path, env),
  };
}

/** Compiles the sources side by side, since some take seconds, and links them. */
async function compile(folder: string, librariesFolder: string, env: Environment): Promise<string> {
  const { program, missing } = await findCompiler(env);
  if (program === undefined) throw compileError(missing);
  const include = (requireModule("node-api-headers") as { include_dir: string }).include_dir;
  const run = async (args: readonly string[]) => {
    const options = { env: { ...env, TMPDIR: folder }, limitSeconds: COMPILE_LIMIT_SECONDS };
    const result = await runCommand(program.command, [...program.args, ...args], options);
    if (!result.ok)
      throw compileError(`${program.command} could not build the kernels (${result.failure}): ${failureText(result)}`);
  };
  const waiting = (await sources()).filter((path) => path.endsWith(".cc"));
  const objects: string[] = [];
  const work = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const object = join(folder, `${basename(path)}.o`);
      objects.push(object);
      await run([...FLAGS, `-I${include}`, "-c", "-o", object, path]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  await run(["-shared", "-o", join(folder, KERNELS_FILE), ...objects, join(librariesFolder, FRAMEWORK_LIBRARY), "-lpthread"]);
  await Promise.all(objects.map((object) => rm(object)));
  return program.version;
}

/** Loads TensorFlow and the kernels and runs one layer: [1 2] times [1 2; 3 4], plus [1 1]. */
const SELF_CHECK_SCRIPT = `
const binding = require(process.argv[1]);
const { fault } = require(process.argv[2]);
if (fault !== "") throw new Error(fault);
const tensor = (shape, values) => binding.createTensor(shape, binding.TF_FLOAT, new Float32Array(values));
const inputs = [tensor([1, 2], [1, 2]), tensor([2, 2], [1, 2, 3, 4]), tensor([2], [1, 1])];
const attributes = [
  { name: "rectify", type: binding.TF_ATTR_BOOL, value: true },
  { name: "parts", type: binding.TF_ATTR_INT, value: 2 },
  { name: "count", type: binding.TF_ATTR_INT, value: 0 },
  { name: "gathers", type: binding.TF_ATTR_INT, value: 0 },
];
const [y] = binding.executeOp("TareaDense", attributes, inputs, 1);
console.log(binding.TF_Version, Array.from(binding.tensorDataSync(y.id)).join());
`;

async function selfCheck(addonPath: string, path: string, env: Environment): Promise<string> {
  const result = await runSelfCheck(SELF_CHECK_SCRIPT, [addonPath, path], env);
  const [version = "", y] = result.stdout.trim().split(" ");
  if (result.ok && y === "8,11") return version;
  const problem = result.ok
    ? `[1 2] times [1 2; 3 4] plus [1 1] is not ${y ?? "there"}`
    : `${result.failure}, ${failureText(result)}`;
  throw new TareaError({
    code: "engine",
    where: "installEngine",
    problem: `the kernels failed their self-check: ${problem}`,
    file: path,
  });
}

async function sources(): Promise<string[]> {
  return (await readdir(SOURCES)).toSorted().map((name) => join(SOURCES, name));
}

/** What tells processors with different instructions apart. */
function processorFeatures(): string {
  try {
    const features = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    if (features !== undefined) return features;
  } catch {
    // Not Linux: the processor's name has to do.
  }
  return cpus()[0]?.model ?? "";
}
