/** `tarea models show`: the layers of a model with shapes and counts, as a table or as a drawing. */

import { Option, type Command } from "commander";
import { useEngine } from "@tarea/engine";
import { formatSummary, SUMMARY_FORMATS, summarizeModel, type SummaryFormat } from "@tarea/models";
import { drawDiagram } from "@tarea/models/diagram";
import { MODEL_HELP, openModel } from "./openModel.js";
import { jsonOption } from "./options.js";

interface ShowOptions {
  format: SummaryFormat | "svg";
  json?: boolean;
}

export function addModelsShowCommand(models: Command): void {
  models
    .command("show")
    .description("print the layers of a model with shapes, parameters, multiply-adds and connections")
    .argument("<model>", MODEL_HELP)
    .addOption(
      new Option("--format <format>", "format of the table, or svg for a drawing")
        .choices([...SUMMARY_FORMATS, "svg"])
        .default("text"),
    )
    .addOption(jsonOption())
    .action((source: string, _options, command: Command) => show(source, command.optsWithGlobals<ShowOptions>()));
}

async function show(source: string, { format, json }: ShowOptions): Promise<void> {
  await useEngine({ prefer: "cpu" });
  const summary = summarizeModel(await openModel(source, { where: "models show", seed: null }));
  const text =
    format === "svg" && !json
      ? drawDiagram(summary, { idPrefix: "model" })
      : formatSummary(summary, { format: json ? "json" : (format as SummaryFormat) });
  process.stdout.write(`${text}\n`);
}
