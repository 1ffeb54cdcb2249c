/** Picks the runs that a table or a figure is about. */

import type { Run, RunStage } from "./record.js";

/** Which runs to choose from. */
export interface LatestRunsOptions {
  /** Experiment id, for example `e2`. */
  experiment: string;
  /** Only runs of this stage; without it, the newest of each stage and seed. */
  stage?: RunStage | undefined;
  /** Only runs of this seed. */
  seed?: number | undefined;
}

/**
 * The newest complete run of each seed (and stage), ordered by stage, `validation` first, then by seed. Of two that
 * started at the same moment the one with the later id counts.
 */
export function latestRuns(runs: readonly Run[], { experiment, stage, seed }: LatestRunsOptions): Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    const { record } = run;
    if (record.experiment.id !== experiment || record.status !== "complete") continue;
    if ((stage !== undefined && record.stage !== stage) || (seed !== undefined && record.seed !== seed)) continue;
    const key = `${record.stage} ${record.seed}`;
    const rival = newest.get(key);
    if (!rival || isNewer(run, rival)) newest.set(key, run);
  }
  return [...newest.values()].toSorted((a, b) => stageOrder(a) - stageOrder(b) || a.record.seed - b.record.seed);
}

function isNewer(a: Run, b: Run): boolean {
  const difference = Date.parse(a.record.timings.startedAt) - Date.parse(b.record.timings.startedAt);
  return difference > 0 || (difference === 0 && a.record.id > b.record.id);
}

function stageOrder({ record }: Run): number {
  return record.stage === "validation" ? 0 : 1;
}
