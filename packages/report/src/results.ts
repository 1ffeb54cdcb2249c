/** The rows of a results table: what the runs measured over their seeds, and the source's figures beside them. */

import { meanAndSpread } from "@tarea/metrics";
import type { Run } from "@tarea/runs";
import { factOf } from "./runFacts.js";
import { selectRuns } from "./selectRuns.js";

/** What the original report prints; a figure that it does not print is left out. */
export interface SourceFigures {
  trainAccuracy?: number;
  trainLoss?: number;
  valAccuracy?: number;
  valLoss?: number;
  testAccuracy?: number;
  testLoss?: number;
}

export type ResultPart = "train" | "validation" | "retrain" | "test";

/** A value over seeds: `spread` is the sample standard deviation, null for one run. */
export interface OverSeeds {
  mean: number;
  spread: number | null;
  count: number;
}

export interface ResultCell {
  ours: OverSeeds | null;
  source: number | null;
  /** Ours less the source's. */
  difference: number | null;
}

export interface ResultRow {
  part: ResultPart;
  samples: number | null;
  accuracy: ResultCell;
  loss: ResultCell;
}

export interface ResultGroup {
  experiment: string;
  title: string;
  runs: Run[];
  seeds: number;
  rows: ResultRow[];
}

const PARTS = [
  {
    part: "train",
    stage: "validation",
    samples: "trainSamples",
    accuracy: "accuracy",
    loss: "loss",
    source: ["trainAccuracy", "trainLoss"],
  },
  {
    part: "validation",
    stage: "validation",
    samples: "validationSamples",
    accuracy: "valAccuracy",
    loss: "valLoss",
    source: ["valAccuracy", "valLoss"],
  },
  { part: "retrain", stage: "final", samples: "trainSamples", accuracy: "accuracy", loss: "loss", source: [] },
  {
    part: "test",
    stage: "final",
    samples: "testSamples",
    accuracy: "testAccuracy",
    loss: "testLoss",
    source: ["testAccuracy", "testLoss"],
  },
] as const;

/** One group per experiment that has a complete run; its rows are the parts that its runs measured. */
export function resultGroups(
  runs: readonly Run[],
  experiments: readonly { id: string; source?: SourceFigures | undefined }[],
): ResultGroup[] {
  return experiments.flatMap(({ id, source = {} }) => {
    const stages = {
      validation: selectRuns(runs, { experiment: id, stage: "validation" }).complete,
      final: selectRuns(runs, { experiment: id }).complete,
    };
    const all = [...stages.validation, ...stages.final];
    if (all.length === 0) return [];
    const rows = PARTS.flatMap((part): ResultRow[] => {
      const chosen = stages[part.stage];
      if (chosen.length === 0) return [];
      const [accuracySource, lossSource] = part.source;
      return [
        {
          part: part.part,
          samples: factOf(chosen[0]!, part.samples) ?? null,
          accuracy: cell(overSeeds(chosen, part.accuracy), accuracySource && source[accuracySource]),
          loss: cell(overSeeds(chosen, part.loss), lossSource && source[lossSource]),
        },
      ];
    });
    const seeds = new Set(all.map(({ record }) => record.seed)).size;
    return [{ experiment: id, title: all[0]!.record.experiment.title, runs: all, seeds, rows }];
  });
}

/** Mean and spread of a fact over runs, or null when one of them did not record it. The fact `seeds` is their number. */
export function overSeeds(runs: readonly Run[], fact: string): OverSeeds | null {
  if (fact === "seeds" && runs.length > 0) return { mean: runs.length, spread: null, count: runs.length };
  const values = runs.map((run) => factOf(run, fact));
  if (values.length === 0 || !values.every((value) => value !== undefined && Number.isFinite(value))) return null;
  const { mean, std, n } = meanAndSpread(values as number[]);
  return { mean, spread: std, count: n };
}

function cell(ours: OverSeeds | null, source: number | undefined): ResultCell {
  return { ours, source: source ?? null, difference: ours === null || source === undefined ? null : ours.mean - source };
}
