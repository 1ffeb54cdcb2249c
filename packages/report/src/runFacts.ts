/** One named fact of a run: a final metric, a timing, a count, or a value of its configuration. */

import { didYouMean, TareaError } from "@tarea/core";
import type { Run } from "@tarea/runs";

type Fact = (run: Run) => number | undefined;

const FACTS: Record<string, Fact> = {
  trainSeconds: ({ record }) => record.timings.trainSeconds,
  secondsPerEpoch: ({ record }) => quotient(record.timings.trainSeconds, record.timings.epochsCompleted),
  totalSeconds: ({ record }) => record.timings.totalSeconds,
  epochsCompleted: ({ record }) => record.timings.epochsCompleted,
  totalParams: ({ record }) => record.model.totalParams,
  trainableParams: ({ record }) => record.model.trainableParams,
  sizeBytes: ({ record }) => record.model.sizeBytes,
  threads: ({ record }) => record.engine.threads,
  testSetUses: ({ record }) => record.testSetUses.length,
  trainSamples: ({ record }) => record.data.counts["train"],
  validationSamples: ({ record }) => record.data.counts["validation"],
  testSamples: ({ record }) => record.data.counts["test"],
  steps: (run) => product(stepsPerEpoch(run), run.record.timings.epochsCompleted),
  stepsPerEpoch,
  testErrors: testErrorCount,
  bestEpoch: (run) => lowestValidationLoss(run)?.epoch,
  bestValLoss: (run) => lowestValidationLoss(run)?.loss,
  generalizationGap: ({ record }) => difference(record.finalMetrics["valLoss"], record.finalMetrics["loss"]),
};

/** Facts that every run can have, apart from its final metrics and `config.…`. */
export const FACT_NAMES: readonly string[] = Object.keys(FACTS);

const METRIC_NAMES = ["loss", "accuracy", "valLoss", "valAccuracy", "testLoss", "testAccuracy"];

/**
 * The value of a fact, or undefined when this run did not record it.
 *
 * `bestEpoch` is counted from 1. `config.batchSize` and the like read a number from the configuration.
 *
 * @throws TareaError for a name that no run could have
 */
export function factOf(run: Run, name: string): number | undefined {
  if (Object.hasOwn(FACTS, name)) return FACTS[name]!(run);
  if (name.startsWith("config.")) return numberAt(run.record.config, name.split(".").slice(1));
  if (Object.hasOwn(run.record.finalMetrics, name)) return run.record.finalMetrics[name];
  if (METRIC_NAMES.includes(name)) return undefined;
  const known = [...METRIC_NAMES, ...FACT_NAMES];
  throw new TareaError({
    code: "report",
    where: "<Metric>",
    problem: `no run has a value called ${JSON.stringify(name)}`,
    expected: `one of ${known.join(", ")}, or config.…`,
    hint: didYouMean(name, known),
  });
}

function numberAt(value: unknown, path: string[]): number | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return typeof current === "number" ? current : undefined;
}

function lowestValidationLoss({ history }: Run): { epoch: number; loss: number } | undefined {
  let best: { epoch: number; loss: number } | undefined;
  for (const [i, loss] of (history["valLoss"] ?? []).entries()) {
    if (loss !== null && Number.isFinite(loss) && (best === undefined || loss < best.loss))
      best = { epoch: history.epoch[i]! + 1, loss };
  }
  return best;
}

function stepsPerEpoch({ record }: Run): number | undefined {
  const samples = record.data.counts["train"];
  const batchSize = record.config["batchSize"];
  if (batchSize === "full") return 1;
  return samples === undefined || typeof batchSize !== "number" ? undefined : Math.ceil(samples / batchSize);
}

function testErrorCount({ record }: Run): number | undefined {
  const accuracy = record.finalMetrics["testAccuracy"];
  const samples = record.data.counts["test"];
  return accuracy === undefined || samples === undefined ? undefined : Math.round((1 - accuracy) * samples);
}

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

function quotient(a: number, b: number): number | undefined {
  return b === 0 ? undefined : a / b;
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
