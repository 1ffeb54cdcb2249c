/** How the runs of some experiments were made: what they share is said once, and their times are listed one stage a row. */

import type { Run, RunStage } from "@tarea/runs";
import { overSeeds, type OverSeeds } from "./results.js";
import { selectRuns } from "./selectRuns.js";

export interface StageTimes {
  experiment: string;
  stage: RunStage;
  seeds: number[];
  epochs: number;
  trainSeconds: OverSeeds;
  ids: string[];
}

export interface Provenance {
  runs: Run[];
  stages: StageTimes[];
  /** Each distinct value once, in order of the runs. */
  data: { name: string; synthetic: boolean; fingerprint: string }[];
  /** Steps of the preparation plans by kind, and how many training samples they were fitted to. */
  preparations: { steps: string[]; samples: number }[];
  engines: { name: string; version: string; reason: string }[];
  threads: number[];
  versions: { name: string; versions: string[] }[];
  commits: { commit: string; dirty: boolean }[];
  /** Most times that one of the final runs looked at the test set; null when there is no final run. */
  testSetUses: number | null;
}

/** Gathers the facts of the complete runs of these experiments, both stages. */
export function provenance(all: readonly Run[], experiments: readonly string[]): Provenance {
  const stages: StageTimes[] = [];
  const runs: Run[] = [];
  for (const experiment of experiments) {
    for (const stage of ["validation", "final"] as const) {
      const { complete } = selectRuns(all, { experiment, stage });
      const trainSeconds = overSeeds(complete, "trainSeconds");
      if (trainSeconds === null) continue;
      runs.push(...complete);
      stages.push({
        experiment,
        stage,
        seeds: complete.map(({ record }) => record.seed),
        epochs: Math.max(...complete.map(({ record }) => record.timings.epochsCompleted)),
        trainSeconds,
        ids: complete.map(({ record }) => record.id),
      });
    }
  }
  const records = runs.map(({ record }) => record);
  const names = distinct(records.flatMap(({ versions }) => Object.keys(versions)));
  const uses = records.filter(({ stage }) => stage === "final").map(({ testSetUses }) => testSetUses.length);
  return {
    runs,
    stages,
    data: distinct(records.map(({ data }) => ({ name: data.name, synthetic: data.synthetic, fingerprint: data.fingerprint }))),
    preparations: distinct(
      records.flatMap(({ preparation }) =>
        preparation === undefined ? [] : [{ steps: preparation.plan.map(stepText), samples: preparation.fittedTo.samples }],
      ),
    ),
    engines: distinct(records.map(({ engine }) => ({ name: engine.name, version: engine.version, reason: engine.reason }))),
    threads: distinct(records.map(({ engine }) => engine.threads)),
    versions: names.map((name) => ({
      name,
      versions: distinct(records.flatMap(({ versions }) => (Object.hasOwn(versions, name) ? [versions[name]!] : []))),
    })),
    commits: distinct(records.flatMap(({ git }) => (git === null ? [] : [{ commit: git.commit, dirty: git.dirty }]))),
    testSetUses: uses.length === 0 ? null : Math.max(...uses),
  };
}

/** A step with its settings, for example `impute columns=["bmi"] by="mean"`. */
function stepText(step: object): string {
  const { kind, ...settings } = step as { kind?: unknown };
  return [String(kind), ...Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

function distinct<T>(values: readonly T[]): T[] {
  const seen = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...seen.values()];
}
