#!/usr/bin/env node
/** The `tarea` command. Facts go to standard output, progress and errors to standard error. */

import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addBuildCommand, addDevCommand } from "./buildCommand.js";
import { addDataCommands } from "./dataCommands.js";
import { addDoctorCommand } from "./doctorCommand.js";
import { addEngineCommand } from "./engineCommand.js";
import { addModelsCommand } from "./modelsCommand.js";
import { exitCodeOf, printError } from "./output.js";
import { addTrainCommand } from "./trainCommand.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

const program = new Command("tarea")
  .description("Turns TypeScript experiments into published deep-learning reports.")
  .version(version)
  .showHelpAfterError("Run the command with --help to see what it takes.")
  .exitOverride();

addDataCommands(program);
addModelsCommand(program);
addTrainCommand(program);
addDevCommand(program);
addBuildCommand(program);
addDoctorCommand(program);
addEngineCommand(program);

// Whoever reads the output may have seen enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) printError(error);
  process.exitCode = exitCodeOf(error);
}
