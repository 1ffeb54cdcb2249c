/** The threads and shards of an earlier run of the same configuration: taken again, they give the same bits again. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { canonicalHash } from "@tarea/core";
import { readRun, type RunRecord } from "@tarea/runs";
import type { Execution } from "./execution.js";
import type { RunSettings } from "./prepareRun.js";

/**
 * That of the newest such run below `folder`, an experiment's own; `undefined` when there is none that has what is given.
 */
export async function recordedExecution(
  folder: string,
  settings: RunSettings,
  given: Partial<Execution>,
): Promise<Execution | undefined> {
  const wanted = canonicalHash(settings);
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${settings.stage}-s${settings.seed}-`));
  const runs = await Promise.all(own.map((name) => readRun(join(folder, name)).catch(() => undefined)));
  return runs
    .flatMap((run) => (run !== undefined && canonicalHash(settingsOf(run.record)) === wanted ? [run.record] : []))
    .toSorted((a, b) => (a.timings.startedAt < b.timings.startedAt ? 1 : -1))
    .map(executionOf)
    .find(({ threads, shards }) => threads === (given.threads ?? threads) && shards === (given.shards ?? shards));
}

function settingsOf({ config: { threads: _threads, shards: _shards, ...config }, ...record }: RunRecord): RunSettings {
  const { stage, seed, engine, data } = record;
  return { config, stage, seed, engine: engine.name, data: data.fingerprint };
}

/** Records from before there were shards name the threads alone. */
function executionOf({ execution, engine }: RunRecord): Execution {
  return execution === undefined
    ? { threads: engine.threads, shards: 1 }
    : { threads: execution.threads, shards: execution.shards, operations: execution.operations };
}
