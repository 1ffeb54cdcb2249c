/** What the process that trains and the process that asked for it say to each other. */

import type { RunStage } from "@tarea/runs";
import type { EngineName } from "@tarea/engine";
import type { RunOutcome } from "./runExperiment.js";
import type { TrainProgress } from "./trainModel.js";

export interface TrainJob {
  root: string;
  runsFolder: string;
  experiment: string;
  stage: RunStage;
  seed: number;
  engine: "auto" | EngineName;
  dataSource: "files" | "synthetic";
  force: boolean;
}

export type ToWorker = { type: "run"; job: TrainJob } | { type: "stop" };

export interface SerializedError {
  code: string;
  message: string;
}

export type FromWorker =
  | { type: "progress"; progress: TrainProgress }
  | { type: "done"; outcome: RunOutcome }
  | { type: "error"; error: SerializedError };
