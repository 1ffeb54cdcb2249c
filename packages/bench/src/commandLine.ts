/** What `bench:peers` takes. */

import { Command, InvalidArgumentError, Option } from "commander";
import { checkOneOf } from "@tarea/core";
import { PRECISIONS, type Precision } from "@tarea/graph";
import type { BenchModel } from "./benchModel.js";
import { FAMILIES, type Family } from "./contestants.js";
import { BENCH_MODELS } from "./models.js";

export interface BenchCommand {
  models: BenchModel[];
  /** File that the results are written to. */
  json?: string;
  seconds: number;
  rounds: number;
  batchSizes?: number[];
  families: Family[];
  precision: Precision;
  tuned: boolean;
}

/**
 * Reads the arguments after the command's name.
 *
 * @throws TareaError for unknown models and peers; CommanderError for everything else that does not fit, and after `--help`.
 */
export function parseCommandLine(args: readonly string[]): BenchCommand {
  const names = BENCH_MODELS.map(({ name }) => name);
  const command = new Command("bench:peers")
    .description("Measures training speed against Keras, PyTorch and TensorFlow.js on this machine.")
    .argument("[models...]", `of ${names.join(", ")}; all of them when none is named`)
    .addOption(new Option("--json <file>", "write the results to this file"))
    .addOption(new Option("--seconds <n>", "measured seconds per contestant and round").argParser(parsePositive).default(2))
    .addOption(new Option("--rounds <n>", "turns of each contestant; the best counts").argParser(parseCount).default(3))
    .addOption(
      new Option("--batch-sizes <list>", "for example 32,128; default: each model's own, and 128").argParser((text) =>
        text.split(",").map(parseCount),
      ),
    )
    .addOption(
      new Option("--peers <list>", "run against these only")
        .argParser((text) => text.split(","))
        .default([...FAMILIES], FAMILIES.join(",")),
    )
    .addOption(
      new Option("--precision <name>", "mixed: everyone multiplies in bfloat16").choices([...PRECISIONS]).default(PRECISIONS[0]),
    )
    .addOption(
      new Option("--tuned", "also the peers' settings for small models: many steps per execution, one thread").default(false),
    )
    .exitOverride();
  command.parse(args, { from: "user" });
  const { peers, ...options } = command.opts<Omit<BenchCommand, "models" | "families"> & { peers: string[] }>();
  const wanted = command.args.length === 0 ? names : command.args;
  return {
    ...options,
    families: peers.map((peer) => checkOneOf("bench:peers", "--peers", peer, FAMILIES)),
    models: wanted.map((name) => {
      checkOneOf("bench:peers", "models", name, names);
      return BENCH_MODELS.find((model) => model.name === name)!;
    }),
  };
}

/** A number above 0. @throws InvalidArgumentError */
export function parsePositive(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError(`expected a number above 0, got ${JSON.stringify(text)}.`);
}

function parseCount(text: string): number {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError(`expected a positive whole number, got ${JSON.stringify(text)}.`);
}
