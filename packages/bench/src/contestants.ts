/** Who competes: our compiled training under several settings, and each peer under its documented fast ones. */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { BenchModel } from "./benchModel.js";
import type { Precision } from "@tarea/graph";
import type { Job } from "./job.js";

export const FAMILIES = ["keras", "pytorch", "tfjs-node"] as const;
/** Ours, or one of the peers. */
export type Family = "tarea" | (typeof FAMILIES)[number];

export interface Contestant {
  /** In the table and the JSON. */
  name: string;
  family: Family;
  settings: Job["settings"];
  program: "worker" | "keras_fit.py" | "torch_train.py" | "keras_predict.py" | "torch_predict.py";
  env: Readonly<Record<string, string>>;
}

export interface ContestantOptions {
  /** Peers to run against. */
  families: readonly Family[];
  /** `mixed`: everyone in bfloat16, as far as they can. */
  precision: Precision;
  /** Also the peers' settings for small models: many steps per execution, one thread. */
  tuned: boolean;
}

/** Those that can run `model`, ours first. */
export function contestantsFor(model: BenchModel, { families, precision, tuned }: ContestantOptions): Contestant[] {
  return [...ours(), ...keras(tuned), ...pytorch(model, tuned), ...(precision === "mixed" ? [] : tfjsNode())]
    .filter(({ family }) => family === "tarea" || families.includes(family))
    .map((contestant) => ({ ...contestant, settings: { ...contestant.settings, precision } }));
}

/** TensorFlow reads thread counts when it loads, so each setting is a process of its own. With one of each kind a call has no hand-overs. */
function ours(): Contestant[] {
  const cores = availableParallelism();
  const choices = [
    { threads: 1, shards: 1, operations: 1 },
    ...(cores === 1
      ? []
      : [
          { threads: cores, shards: 1, operations: cores },
          { threads: 1, shards: cores, operations: 1 },
          { threads: 1, shards: cores, operations: cores },
        ]),
  ];
  return choices.map(compiled);
}

/** Compiled training with so many threads of an operation, parts of a batch and operations side by side. */
export function compiled({ threads, shards, operations }: { threads: number; shards: number; operations: number }): Contestant {
  return {
    name: `tarea, threads ${threads}, shards ${shards}, operations ${operations}`,
    family: "tarea",
    settings: { shards },
    program: "worker",
    env: { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: String(operations) },
  };
}

function keras(tuned: boolean): Contestant[] {
  return (tuned ? [1, 32] : [1]).flatMap((stepsPerExecution) =>
    [false, true].map((jit) => ({
      name: `keras fit${jit ? " jit" : ""}${stepsPerExecution === 1 ? "" : `, ${stepsPerExecution} steps per execution`}`,
      family: "keras" as const,
      settings: { jit, stepsPerExecution },
      program: "keras_fit.py" as const,
      env: { TF_CPP_MIN_LOG_LEVEL: "2" },
    })),
  );
}

/** Threads: every core, PyTorch's default, or one, which may win on small models. */
function pytorch({ layers }: BenchModel, tuned: boolean): Contestant[] {
  const layouts = layers.some(({ type }) => type === "conv2d") ? [false, true] : [false];
  const inMemory = ["in memory", "compile"].flatMap((way) =>
    layouts.flatMap((channelsLast) =>
      (tuned ? [0, 1] : [0]).map((threads) => ({
        name: `${way}${channelsLast ? ", channels last" : ""}${threads === 1 ? ", 1 thread" : ""}`,
        settings: { loader: false, compile: way === "compile", channelsLast, threads },
      })),
    ),
  );
  const loader = { name: "DataLoader", settings: { loader: true, compile: false, channelsLast: false, threads: 0 } };
  return [loader, ...inMemory].map(({ name, settings }) => ({
    name: `pytorch ${name}`,
    family: "pytorch",
    settings,
    program: "torch_train.py",
    env: {},
  }));
}

function tfjsNode(): Contestant[] {
  return [{ name: "tfjs-node fit", family: "tfjs-node", settings: { stock: true }, program: "worker", env: {} }];
}

/** The file that a contestant's process runs. */
export function programFile(program: Contestant["program"]): string {
  return program === "worker"
    ? fileURLToPath(new URL("./worker.js", import.meta.url))
    : fileURLToPath(new URL(`../python/${program}`, import.meta.url));
}
