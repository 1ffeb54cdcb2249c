/** The benchmark: contestants take turns over several rounds, and each keeps its best. */

import { TareaError } from "@tarea/core";
import type { BenchModel } from "./benchModel.js";
import { contestantsFor, type Contestant, type ContestantOptions, type Family } from "./contestants.js";
import { MINIMUM_EPOCHS, type Answer, type Measurement } from "./job.js";
import type { RunContestant } from "./runContestant.js";

export interface BenchOptions extends ContestantOptions {
  models: readonly BenchModel[];
  /** Default: each model's own, and 128. */
  batchSizes?: readonly number[];
  rounds: number;
  /** Measured seconds per contestant and round. */
  seconds: number;
  run: RunContestant;
  /** Gets a line per measurement, and one for everything that is left out. */
  log: (line: string) => void;
}

export interface BenchRow {
  model: BenchModel;
  batchSize: number;
  ours: Result;
  /** Fastest first. */
  peers: Result[];
}

export interface Result extends Measurement {
  name: string;
  family: Family;
}

/** After so many rounds a contestant that is `HOPELESS` times slower than the fastest of its side stays out of the later ones. */
const FAIR_ROUNDS = 2;
const HOPELESS = 1.5;

const SEED = 1;

/** One row per model and batch size, as they come; those that we cannot train yet are left out, with a word about it. */
export async function* benchPeers(options: BenchOptions): AsyncGenerator<BenchRow> {
  for (const model of options.models) {
    for (const batchSize of options.batchSizes ?? new Set([model.batchSize, 128])) {
      const row = await benchModel(model, batchSize, options);
      if (row !== undefined) yield row;
    }
  }
}

async function benchModel(model: BenchModel, batchSize: number, options: BenchOptions): Promise<BenchRow | undefined> {
  const { rounds, seconds, run, log } = options;
  const best = new Map<Contestant, Measurement>();
  let running = contestantsFor(model, options);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of running) {
      if (contestant.family !== "tarea" && fastest(best, "tarea") === Infinity) return undefined; // ours came first: none of them runs
      const title = `${model.name}, batch ${batchSize}, round ${round + 1}: ${contestant.name}`;
      const job = { model, batchSize, seconds, minimumEpochs: MINIMUM_EPOCHS, seed: SEED, settings: contestant.settings };
      const answer = await run(contestant, job).catch(asSkipped);
      if ("skipped" in answer) {
        log(`${title}: left out: ${answer.skipped}`);
        continue;
      }
      checkParameters(title, model, answer);
      log(`${title}: ${answer.msPerStep.toFixed(3)} ms per step`);
      const before = best.get(contestant);
      if (before === undefined || answer.msPerStep < before.msPerStep) best.set(contestant, answer);
    }
    if (round + 1 >= FAIR_ROUNDS) running = running.filter((contestant) => isPromising(contestant, best));
  }
  const results = [...best].map(([{ name, family }, measurement]) => ({ name, family, ...measurement }));
  const sorted = results.toSorted((a, b) => a.msPerStep - b.msPerStep);
  const ours = sorted.find(({ family }) => family === "tarea");
  const peers = sorted.filter(({ family }) => family !== "tarea");
  return ours && peers.length > 0 ? { model, batchSize, ours, peers } : undefined;
}

/** A contestant that ends without an answer is left out; everything else, as being stopped, ends the benchmark. */
function asSkipped(error: unknown): Answer {
  if (error instanceof TareaError && error.code === "bench") return { skipped: error.message };
  throw error;
}

function isPromising(contestant: Contestant, best: ReadonlyMap<Contestant, Measurement>): boolean {
  const own = best.get(contestant);
  return own !== undefined && own.msPerStep <= HOPELESS * fastest(best, contestant.family);
}

/** Milliseconds per step of the fastest of ours, or of all the peers. */
function fastest(best: ReadonlyMap<Contestant, Measurement>, family: Family): number {
  const side = [...best].filter(([other]) => (other.family === "tarea") === (family === "tarea"));
  return Math.min(...side.map(([, { msPerStep }]) => msPerStep));
}

/** @throws TareaError when a contestant trains another model than the one that is asked for. */
function checkParameters(where: string, model: BenchModel, { parameters }: Measurement): void {
  if (parameters === model.parameters) return;
  throw new TareaError({
    code: "bench",
    where,
    problem: "the contestant has built another model",
    expected: `${model.parameters} parameters`,
    received: String(parameters),
  });
}
