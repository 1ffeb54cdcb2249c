/** `tarea train`: trains the experiments of a report and shows where each run stands. */

import { resolve } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import * as datasets from "@tarea/datasets";
import { installEngine, type EngineName } from "@tarea/engine";
import { trainProject, type TrainProjectResult } from "@tarea/training";
import type { RunStage } from "@tarea/runs";
import { describeInstall } from "./engineCommand.js";
import { jsonOption, parseInteger, parseIntegers, resolveRoot, rootOption } from "./options.js";
import { formatSeconds, note, printJson } from "./output.js";
import { stopOnSignals } from "./signals.js";
import { createTrainDisplay } from "./trainDisplay.js";

interface TrainCommandOptions {
  root: string;
  runs?: string;
  seeds?: number[];
  stage?: RunStage;
  jobs?: number;
  threads?: number;
  shards?: number;
  engine: "auto" | EngineName;
  data: "auto" | "files" | "synthetic";
  offline?: boolean;
  force?: boolean;
  json?: boolean;
}

export function addTrainCommand(program: Command): void {
  program
    .command("train")
    .description("train experiments and write their run records; complete runs are kept, interrupted ones are continued")
    .argument("[experiments...]", "ids of experiments, that is, names of files in experiments/ (default: all)")
    .option("--seeds <list>", "seeds, for example 1,2,3 (default: the experiment's own)", parseIntegers)
    .addOption(new Option("--stage <stage>", "train only this stage").choices(["validation", "final"]))
    .option("--jobs <number>", "runs side by side (default: one per core)", parseInteger)
    .option("--threads <number>", "threads of one operation (default: measured, or as in an earlier run)", parseInteger)
    .option(
      "--shards <number>",
      "parts of a batch worked on side by side (default: measured, or as in an earlier run)",
      parseInteger,
    )
    .addOption(new Option("--engine <name>", "the engine to use").choices(["auto", "tensorflow", "wasm", "cpu"]).default("auto"))
    .addOption(
      new Option("--data <source>", "real files, the synthetic twin, or whichever can be had")
        .choices(["auto", "files", "synthetic"])
        .default("auto"),
    )
    .option("--offline", "open no network connection")
    .option("--force", "train again what is complete")
    .addOption(rootOption())
    .option("--runs <folder>", "folder of the run records (default: runs in the report's folder)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(train);
}

const EXAMPLES = `
Examples:
  tarea train                      everything that is not trained yet
  tarea train e2 --seeds 1,2,3     one experiment over three seeds
  tarea train e1 --stage final --force

Ctrl-C ends the run after the steps under way and keeps a checkpoint; the same command continues it.`;

async function train(experiments: string[], options: TrainCommandOptions): Promise<void> {
  const startedAt = performance.now();
  const stopping = stopOnSignals(() => note("\nStopping after the steps under way; the same command continues the run."));
  const display = createTrainDisplay(process.stderr);
  if (options.engine === "auto" || options.engine === "tensorflow") await prepareEngine(options);
  try {
    const result = await trainProject({
      root: resolveRoot(options),
      datasets,
      worker: new URL("./trainWorker.js", import.meta.url),
      experiments,
      stages: options.stage && [options.stage],
      seeds: options.seeds,
      jobs: options.jobs,
      threads: options.threads,
      shards: options.shards,
      engine: options.engine,
      data: options.data,
      offline: options.offline ?? false,
      force: options.force ?? false,
      runsFolder: options.runs && resolve(options.runs),
      signal: stopping.signal,
      onEvent: display.show,
    });
    display.end();
    if (options.json) printJson(toFacts(result));
    else note(`${result.outcomes.length} runs in ${formatSeconds((performance.now() - startedAt) / 1000)}.`);
    if (result.outcomes.some((outcome) => outcome.status === "failed")) process.exitCode = 1;
    if (result.interrupted) process.exitCode = stopping.exitCode();
  } finally {
    display.end();
    stopping.release();
  }
}

/** Sets the native engine up if it is missing; says nothing when it is there. */
async function prepareEngine({ engine, offline }: TrainCommandOptions): Promise<void> {
  if (offline) return;
  const installed = await installEngine({ prefer: engine === "tensorflow" ? "tensorflow" : "auto" });
  if (installed.engine !== "tensorflow" || !installed.reused) note(describeInstall(installed));
}

function toFacts({ outcomes, interrupted }: TrainProjectResult): unknown {
  const runs = outcomes.map(({ status, folder, record }) => ({
    experiment: record.experiment.id,
    stage: record.stage,
    seed: record.seed,
    status,
    folder,
    synthetic: record.data.synthetic,
    engine: record.engine,
    execution: record.execution,
    trainSeconds: record.timings.trainSeconds,
    finalMetrics: record.finalMetrics,
    targets: record.targets,
    failure: record.failure,
  }));
  return { interrupted, runs };
}
