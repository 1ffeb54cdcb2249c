/** `tarea engine install`: provisions the native engine by hand. */

import type { Command } from "commander";
import { installEngine, type InstallResult } from "@tarea/engine";
import { jsonOption } from "./options.js";
import { formatSeconds, note, printJson } from "./output.js";

export function addEngineCommand(program: Command): void {
  const engine = program.command("engine").description("the TensorFlow engine of this machine");
  engine
    .command("install")
    .description("install the fastest engine this machine can have; does nothing when it is there")
    .addOption(jsonOption())
    .action(install);
}

async function install({ json }: { json?: boolean }): Promise<void> {
  const result = await installEngine({ log: note });
  if (json) printJson(result);
  else note(describeInstall(result));
  if (result.engine !== "tensorflow") process.exitCode = 1;
}

/** One line on what there is now; where native TensorFlow cannot be had, why, and what does its work. */
export function describeInstall({ engine, version, reused, seconds, steps }: InstallResult): string {
  if (engine === "tensorflow")
    return `native TensorFlow ${version}, ${reused ? "set up already" : `set up in ${formatSeconds(seconds)}`}`;
  const reason = steps.find((step) => step.name === "wheel" && !step.ok)?.detail ?? "it cannot be set up here";
  return `no native TensorFlow (${reason}); going on with ${engine === "wasm" ? "WebAssembly" : "plain JavaScript"}, which is slower`;
}
