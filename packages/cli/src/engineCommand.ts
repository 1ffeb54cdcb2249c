/** `tarea engine install`: provisions the native engine by hand. */

import type { Command } from "commander";
import { installEngine } from "@tarea/engine";
import { jsonOption } from "./options.js";
import { formatSeconds, note, printJson } from "./output.js";

export function addEngineCommand(program: Command): void {
  const engine = program.command("engine").description("the TensorFlow engine of this machine");
  engine
    .command("install")
    .description("install the fastest engine this machine can have; does nothing when it is there")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const result = await installEngine({ log: note });
      if (json) printJson(result);
      else
        note(
          `${result.engine} ${result.version} ${result.reused ? "was installed already" : `installed in ${formatSeconds(result.seconds)}`}`,
        );
      if (result.engine !== "tensorflow") process.exitCode = 1;
    });
}
