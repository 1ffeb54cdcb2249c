/** `tarea models`: the presets of the model zoo and what each costs. */

import type { Command } from "commander";
import { useEngine } from "@tarea/engine";
import { summarizePresets } from "@tarea/models";
import { addModelsExportCommand } from "./modelsExport.js";
import { jsonOption } from "./options.js";
import { printJson, printTable } from "./output.js";

export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("list the models by preset, with parameters and multiply-adds per sample")
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => list(options));
  addModelsExportCommand(models);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  await useEngine({ prefer: "cpu" });
  const presets = summarizePresets();
  if (json) return printJson(presets);
  const count = (value: number): string => value.toLocaleString("en");
  const rows = presets.map((preset) => [
    preset.id,
    preset.title,
    preset.architecture,
    `[${preset.inputShape.join(", ")}]`,
    count(preset.totalParams),
    count(preset.trainableParams),
    count(preset.multiplyAdds),
  ]);
  printTable([["preset", "title", "function", "input", "parameters", "trainable", "multiply-adds"], ...rows], [4, 5, 6]);
}
