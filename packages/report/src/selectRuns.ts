/** Chooses the runs that a component shows, and keeps those that ended badly, so that the page can say so. */

import { latestRuns, type Run, type RunStage } from "@tarea/runs";

export interface RunChoice {
  /** Experiment id, for example `e2`. */
  experiment: string;
  /** Default `"final"`. */
  stage?: RunStage | undefined;
  /** One seed only. Default: every seed, newest complete run of each. */
  seed?: number | undefined;
}

export interface ChosenRuns {
  experiment: string;
  stage: RunStage;
  /** Newest complete run of each seed, by seed. */
  complete: Run[];
  /** Failed and interrupted runs that no newer complete run of the same seed replaces, newest first. */
  unfinished: Run[];
}

export const DEFAULT_STAGE: RunStage = "final";

export function selectRuns(runs: readonly Run[], { experiment, stage = DEFAULT_STAGE, seed }: RunChoice): ChosenRuns {
  const complete = latestRuns(runs, { experiment, stage, seed });
  const replaced = (run: Run): boolean =>
    complete.some(
      (other) => other.record.seed === run.record.seed && other.record.timings.startedAt >= run.record.timings.startedAt,
    );
  const unfinished = runs
    .filter(
      ({ record }) =>
        record.experiment.id === experiment && record.stage === stage && (seed === undefined || record.seed === seed),
    )
    .filter((run) => (run.record.status === "failed" || run.record.status === "interrupted") && !replaced(run))
    .toSorted((a, b) => (a.record.timings.startedAt < b.record.timings.startedAt ? 1 : -1));
  return { experiment, stage, complete, unfinished };
}
