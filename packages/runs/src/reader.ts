/** Reads run folders: one, or all below a root, where a damaged one is named and the others still come. */

import { type Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { TareaError, messageOf, show } from "@tarea/core";
import { fault, readJson } from "./readFiles.js";
import type { History, Run, RunRecord } from "./record.js";
import { HISTORY_FILE, RECORD_FILE } from "./runPaths.js";
import { checkHistory, checkRecord } from "./validate.js";

/** A folder that could not be read as a run. */
export interface RunFault {
  /** Absolute path of the run's folder. */
  folder: string;
  /** Absolute path of the file at fault, or the folder itself. */
  file: string;
  /** What is wrong, as a clause without a full stop. */
  problem: string;
  /** What to do about it, one sentence. */
  hint: string;
}

/**
 * Reads `run.json` and `history.json` of one folder. A run that has not completed may have no history yet: it is then empty.
 *
 * @throws TareaError that names the file and the fault, with code `"version"` when a newer Tarea wrote it.
 */
export async function readRun(folder: string): Promise<Run> {
  const path = resolve(folder);
  await checkFolder(path);
  const value = await readJson(path, RECORD_FILE);
  const file = join(path, RECORD_FILE);
  if (value === undefined) throw fault(file, "the folder has no run.json");
  const record = checkRecord("readRun", value, file);
  return { folder: path, record, history: await readHistory(path, record) };
}

/**
 * Reads every run below `root`, laid out as `<experiment>/<run id>/`, ordered by experiment, start and id. A root that does
 * not exist holds no runs; hidden names and files beside the experiments' folders are passed over.
 *
 * @throws TareaError only when `root` itself is there but cannot be listed.
 * @example
 * const { runs, faults } = await readRuns("runs");
 */
export async function readRuns(root: string): Promise<{ runs: Run[]; faults: RunFault[] }> {
  const runs: Run[] = [];
  const faults: RunFault[] = [];
  for (const { folder, experiment, id } of await runFolders(resolve(root), faults)) {
    try {
      await checkInsideRoot(resolve(root), folder);
      const run = await readRun(folder);
      checkNames(run, experiment, id);
      runs.push(run);
    } catch (error) {
      faults.push(toFault(folder, error));
    }
  }
  return { runs: runs.toSorted(byExperimentAndStart), faults };
}

async function readHistory(folder: string, record: RunRecord): Promise<History> {
  const value = await readJson(folder, HISTORY_FILE);
  const file = join(folder, HISTORY_FILE);
  if (value !== undefined) return checkHistory("readRun", value, file);
  if (record.status === "complete") throw fault(file, "a complete run has no history.json");
  return { epoch: [] };
}

async function runFolders(root: string, faults: RunFault[]): Promise<{ folder: string; experiment: string; id: string }[]> {
  const found: { folder: string; experiment: string; id: string }[] = [];
  for (const entry of await listRoot(root)) {
    const experimentFolder = join(root, entry.name);
    if (!(await leadsToFolder(experimentFolder, entry))) continue;
    try {
      await checkInsideRoot(root, experimentFolder);
      for (const id of visibleNames(await readdir(experimentFolder))) {
        found.push({ folder: join(experimentFolder, id), experiment: entry.name, id });
      }
    } catch (error) {
      faults.push(toFault(experimentFolder, error));
    }
  }
  return found;
}

async function listRoot(root: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    const names = visibleNames(entries.map((entry) => entry.name));
    return names.map((name) => entries.find((entry) => entry.name === name)!);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new TareaError({
      code: "read",
      where: "readRuns",
      problem: `cannot list the runs' folder: ${messageOf(error)}`,
      hint: "Give the folder that holds one folder per experiment.",
      file: root,
      cause: error,
    });
  }
}

/** Hidden names hold unfinished writes (`.tmp-…`) and what other programs leave. */
function visibleNames(names: string[]): string[] {
  return names.filter((name) => !name.startsWith(".")).toSorted(byCodeUnits);
}

async function leadsToFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (info) => info.isDirectory(),
    () => true,
  );
}

async function checkFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return;
  throw fault(path, info ? "the run's folder is a file" : "there is no such folder");
}

async function checkInsideRoot(root: string, folder: string): Promise<void> {
  const step = relative(await realpath(root), await realpath(folder));
  if (step !== "" && step !== ".." && !step.startsWith(`..${sep}`)) return;
  throw new TareaError({
    code: "path",
    where: "readRuns",
    problem: "the folder is a link that leads outside the runs' folder",
    hint: "Copy the run there instead.",
    file: folder,
  });
}

function checkNames({ folder, record }: Run, experiment: string, id: string): void {
  if (record.id === id && record.experiment.id === experiment) return;
  throw new TareaError({
    code: "record",
    where: "readRuns",
    problem: "the folder is not named after the run in it",
    expected: `${record.experiment.id}/${record.id}`,
    received: show(`${experiment}/${id}`),
    hint: "Rename the folder, or remove it if it is a copy.",
    file: join(folder, RECORD_FILE),
  });
}

function toFault(folder: string, error: unknown): RunFault {
  if (!(error instanceof TareaError))
    return { folder, file: folder, problem: messageOf(error), hint: "Check the folder's permissions." };
  const { problem, expected, received, hint = "Restore the file, or run the experiment again.", file = folder } = error;
  const details = [expected && `expected ${expected}`, received && `got ${received}`].filter(Boolean);
  return { folder, file, problem: [problem, ...details].join(", "), hint };
}

function byExperimentAndStart(a: Run, b: Run): number {
  return (
    byCodeUnits(a.record.experiment.id, b.record.experiment.id) ||
    Date.parse(a.record.timings.startedAt) - Date.parse(b.record.timings.startedAt) ||
    byCodeUnits(a.record.id, b.record.id)
  );
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
