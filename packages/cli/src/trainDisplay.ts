/** Live progress of several runs: one line each, redrawn on a terminal, printed now and then elsewhere. */

import type { WriteStream } from "node:tty";
import type { ExecutionInfo } from "@tarea/runs";
import type { RunName, TrainEvent, TrainProgress } from "@tarea/training";
import { formatSeconds } from "./output.js";

export interface TrainDisplay {
  show: (event: TrainEvent) => void;
  /** Leaves the cursor on a fresh line; may be called twice. */
  end: () => void;
}

const BAR_WIDTH = 20;
/** Away from a terminal, a run prints this many progress lines in all. */
const PLAIN_LINES_PER_RUN = 5;

export function createTrainDisplay(stream: WriteStream): TrainDisplay {
  const live = new Map<string, string>();
  const plainShown = new Map<string, number>();
  const warned = new Set<string>();
  let drawn = 0;

  function clear(): void {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  }
  function print(line: string): void {
    clear();
    stream.write(`${line}\n`);
    draw();
  }
  function draw(): void {
    if (!stream.isTTY) return;
    clear();
    const columns = stream.columns || 80;
    for (const line of live.values()) stream.write(`${line.slice(0, columns - 1)}\n`);
    drawn = live.size;
  }

  return {
    show(event) {
      if (event.type === "note") return print(event.message);
      const key = nameOf(event.run);
      if (event.type === "start") {
        if (stream.isTTY) live.set(key, `${key}  starting`);
        else print(`${key}  ${event.title}`);
      } else if (event.type === "progress") {
        const line = `${key}  ${describe(event.progress)}`;
        if (stream.isTTY) live.set(key, line);
        else if (isDue(event.progress, plainShown, key)) print(line);
      } else {
        live.delete(key);
        print(`${key}  ${summarize(event)}`);
        for (const warning of event.outcome.record.warnings) if (!warned.has(warning)) print(`  ${warning}`);
        event.outcome.record.warnings.forEach((warning) => warned.add(warning));
      }
      draw();
    },
    end() {
      clear();
      live.clear();
    },
  };
}

function nameOf({ experiment, stage, seed }: RunName): string {
  return `${experiment} ${stage.padEnd(10)} seed ${seed}`;
}

function describe(progress: TrainProgress): string {
  const share = (progress.epoch + progress.step / progress.steps) / progress.epochs;
  const full = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH));
  const bar = `${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)}`;
  const epochs = String(progress.epochs);
  const position = `${bar}  epoch ${String(progress.epoch + 1).padStart(epochs.length)}/${epochs}`;
  const validation = progress.valLoss === undefined ? "" : `  val ${numbers(progress.valLoss, progress.valAccuracy)}`;
  return `${position}  ${numbers(progress.loss, progress.accuracy)}${validation}`;
}

function numbers(loss: number, accuracy: number | undefined): string {
  return `loss ${loss.toFixed(4)}${accuracy === undefined ? "" : `  accuracy ${accuracy.toFixed(4)}`}`;
}

function isDue(progress: TrainProgress, shown: Map<string, number>, key: string): boolean {
  if (progress.step < progress.steps) return false;
  const part = Math.floor(((progress.epoch + 1) / progress.epochs) * PLAIN_LINES_PER_RUN);
  if (part <= (shown.get(key) ?? 0)) return false;
  shown.set(key, part);
  return true;
}

function summarize({ outcome: { status, record } }: TrainEvent & { type: "end" }): string {
  const { finalMetrics: metrics, timings, failure } = record;
  if (status === "reused") return `already complete (${record.id})`;
  if (status === "failed") return `failed: ${failure?.message ?? "for an unknown reason"}`;
  const names = metrics["accuracy"] === undefined ? ["loss", "valLoss", "testLoss"] : ["accuracy", "valAccuracy", "testAccuracy"];
  const shown = names.filter((name) => metrics[name] !== undefined);
  const results = shown.map((name) => `${LABELS[name]} ${metrics[name]!.toFixed(4)}`).join("  ");
  const state = status === "interrupted" ? `interrupted after ${timings.epochsCompleted} epochs  ` : "";
  const where = `${record.engine.name} ${record.engine.version}${describeExecution(record.execution)}`;
  return `${state}${results}  ${formatSeconds(timings.trainSeconds)}  ${where}`;
}

/** `, 1 thread, 2 shards (measured)`. */
function describeExecution(execution: ExecutionInfo | undefined): string {
  if (execution === undefined) return "";
  const { threads, shards, chosenBy } = execution;
  const count = (number: number, what: string) => `, ${number} ${what}${number === 1 ? "" : "s"}`;
  return `${count(threads, "thread")}${count(shards, "shard")}${CHOSEN_BY[chosenBy]}`;
}

const CHOSEN_BY: Readonly<Record<ExecutionInfo["chosenBy"], string>> = {
  option: " (as asked for)",
  experiment: " (as the experiment says)",
  record: " (as recorded)",
  cache: " (as measured before)",
  measurement: " (measured)",
  default: "",
};

const LABELS: Record<string, string> = {
  accuracy: "train accuracy",
  valAccuracy: "val accuracy",
  testAccuracy: "test accuracy",
  loss: "train loss",
  valLoss: "val loss",
  testLoss: "test loss",
};
