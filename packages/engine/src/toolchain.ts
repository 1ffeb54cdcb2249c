/** Looks for the programs that setting up the native engine needs: Python with pip, and a C++ compiler. */

import { runCommand } from "./runCommand.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Program {
  /** What to run: a command and leading arguments. */
  command: string;
  args: string[];
  /** First line of its version message. */
  version: string;
}

/** A program, or the reason why there is none. */
export type Found = { program: Program; missing?: undefined } | { program?: undefined; missing: string };

const PROBE_SECONDS = 20;

/** The first Python that can run pip: `python3 -m pip`, then `python -m pip`. */
export async function findPip(env: Environment): Promise<Found> {
  let python: string | undefined;
  for (const command of ["python3", "python"]) {
    const pip = await runCommand(command, ["-m", "pip", "--version"], { env, limitSeconds: PROBE_SECONDS });
    if (pip.ok) return { program: { command, args: ["-m", "pip"], version: firstLine(pip.stdout) } };
    if (pip.failure !== "not found") python ??= command;
  }
  if (python === undefined) return { missing: "no Python found (looked for python3, python)" };
  return { missing: `${python} has no pip (${python} -m pip fails)` };
}

/** The first C++ compiler of `$CXX`, `g++`, `c++`, `clang++`. `$CXX` may hold arguments, as in `ccache g++`. */
export async function findCompiler(env: Environment): Promise<Found> {
  const own = env["CXX"]?.trim();
  for (const candidate of [...(own ? [own] : []), "g++", "c++", "clang++"]) {
    const [command = "", ...args] = candidate.split(/\s+/);
    const result = await runCommand(command, [...args, "--version"], { env, limitSeconds: PROBE_SECONDS });
    if (result.ok) return { program: { command, args, version: firstLine(result.stdout) } };
  }
  return { missing: "no C++ compiler found (looked for $CXX, g++, c++, clang++)" };
}

/** The version of the running GNU C library, or `undefined` where there is another one. */
export function glibcVersion(): [major: number, minor: number] | undefined {
  const settings = process.report as { excludeNetwork?: boolean };
  const { excludeNetwork = false } = settings;
  settings.excludeNetwork = true; // else the report looks up the name of every network interface
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  settings.excludeNetwork = excludeNetwork;
  const [major, minor] = (report.header?.glibcVersionRuntime ?? "").split(".").map(Number);
  return major === undefined || minor === undefined ? undefined : [major, minor];
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
