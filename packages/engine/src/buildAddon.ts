/** Compiles the addon sources that `@tensorflow/tfjs-node` ships against the unpacked TensorFlow, and tries the result. */

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TareaError } from "@tarea/core";
import { QUIET_LOG_FILE } from "./quietLog.js";
import { failureText, runCommand, type CommandResult } from "./runCommand.js";
import { packageFolder, requireModule } from "./tfjs.js";
import { findCompiler, type Environment, type Program } from "./toolchain.js";
import { INCLUDE_FOLDER, LIBRARIES } from "./unpackWheel.js";

/** File name of the compiled addon in the engine folder. */
export const ADDON_FILE = "tfjs_binding.node";

const QUIET_LOG_SOURCE = new URL("../native/quietLog.cc", import.meta.url);

const COMPILE_LIMIT_SECONDS = 600;
const STRIP_LIMIT_SECONDS = 120;
const SELF_CHECK_LIMIT_SECONDS = 120;

/** Runs a self-check in a child process, since a library that is wrong ends the process that loads it. */
export function runSelfCheck(script: string, paths: readonly string[], env: Environment): Promise<CommandResult> {
  return runCommand(process.execPath, ["-e", script, ...paths], {
    env: { ...env, NODE_OPTIONS: undefined, TF_CPP_MIN_LOG_LEVEL: "3", TF_NUM_INTRAOP_THREADS: "1" },
    limitSeconds: SELF_CHECK_LIMIT_SECONDS,
  });
}

/**
 * Makes the addon beside the libraries in `folder` by one compiler call, removes the headers, and strips the libraries'
 * symbol tables (a quarter of their size) where the machine has `strip`. Returns the compiler's version line.
 *
 * @throws TareaError with code `"compiler"`.
 */
export async function buildAddon(folder: string, env: Environment): Promise<string> {
  const { program, missing } = await findCompiler(env);
  if (program === undefined) throw compileError(missing, "Install one, for example with: apt-get install g++.");
  await compile(program, folder, env);
  await rm(join(folder, INCLUDE_FOLDER), { recursive: true, force: true });
  for (const library of LIBRARIES) {
    await runCommand("strip", ["--strip-unneeded", join(folder, library)], { env, limitSeconds: STRIP_LIMIT_SECONDS });
  }
  return program.version;
}

async function compile(compiler: Program, folder: string, env: Environment): Promise<void> {
  const packagePath = packageFolder("@tensorflow/tfjs-node");
  if (packagePath === undefined) throw compileError("@tensorflow/tfjs-node is not installed, so there is no addon source");
  const binding = join(packagePath, "binding");
  const sources = (await readdir(binding)).filter((name) => name.endsWith(".cc")).toSorted();
  const build = (output: string, files: string[], libraries: readonly string[]) =>
    runCommand(
      compiler.command,
      [
        ...compiler.args,
        ...["-O2", "-std=c++17", "-shared", "-fPIC", "-w", "-DNAPI_VERSION=8"],
        `-I${join(folder, INCLUDE_FOLDER)}`,
        `-I${(requireModule("node-api-headers") as { include_dir: string }).include_dir}`,
        ...["-o", join(folder, output), ...files, ...libraries.map((name) => join(folder, name)), "-ldl", "-Wl,-rpath,$ORIGIN"],
      ],
      { env: { ...env, TMPDIR: folder }, limitSeconds: COMPILE_LIMIT_SECONDS },
    );
  const [addon] = await Promise.all([
    build(
      ADDON_FILE,
      sources.map((name) => join(binding, name)),
      LIBRARIES,
    ),
    build(QUIET_LOG_FILE, [fileURLToPath(QUIET_LOG_SOURCE)], []), // without it there is only more to read on standard error
  ]);
  if (!addon.ok) throw compileError(`${compiler.command} could not build the addon (${addon.failure}): ${failureText(addon)}`);
}

/** Loads the addon the way Node does and multiplies two matrices with it. */
const SELF_CHECK_SCRIPT = `
const binding = require(process.argv[1]);
const float = binding.TF_FLOAT;
const matrix = binding.createTensor([2, 2], float, new Float32Array([1, 2, 3, 4]));
const bool = (name) => ({ name, type: binding.TF_ATTR_BOOL, value: false });
const attributes = [bool("transpose_a"), bool("transpose_b"), { name: "T", type: binding.TF_ATTR_TYPE, value: float }];
const [product] = binding.executeOp("MatMul", attributes, [matrix, matrix], 1);
console.log(binding.TF_Version, Array.from(binding.tensorDataSync(product.id)).join());
`;

/**
 * Multiplies two matrices with the addon in a child process and returns the version of the TensorFlow that did it.
 *
 * @throws TareaError with code `"engine"` that says how the child failed.
 */
export async function selfCheckAddon(addonPath: string, env: Environment): Promise<string> {
  const result = await runSelfCheck(SELF_CHECK_SCRIPT, [addonPath], env);
  const fault = (problem: string) =>
    new TareaError({
      code: "engine",
      where: "installEngine",
      problem: `the native library failed its self-check: ${problem}`,
      file: addonPath,
    });
  if (!result.ok)
    throw fault(result.failure === "killed by SIGILL" ? "this processor lacks AVX" : `${result.failure}, ${failureText(result)}`);
  const [version = "", product] = result.stdout.trim().split(" ");
  if (product !== "7,10,15,22") throw fault(`the square of [1 2; 3 4] is not ${product ?? "there"}`);
  return version;
}

export function compileError(problem: string, hint?: string): TareaError {
  return new TareaError({ code: "compiler", where: "installEngine", problem, hint });
}
