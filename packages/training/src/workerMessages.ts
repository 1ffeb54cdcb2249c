/** What the process that trains and the process that asked for it say to each other. */

import type { ExecutionInfo, RunStage } from "@tarea/runs";
import type { EngineName } from "@tarea/engine";
import type { Execution } from "./execution.js";
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
  /** Threads and shards that the caller asked for. */
  asked: Partial<Execution>;
  /** Cores that this run may use: its share of the machine's. */
  cores: number;
  /** Folder of the user's cache, which keeps measured choices. */
  cacheFolder: string;
  /** The choice, once it is made; until then the process chooses. */
  execution?: ExecutionInfo;
}

/** `measure` asks how fast steps are; no weight moves and nothing is written. */
export type ToWorker =
  | { type: "run"; job: TrainJob }
  | { type: "measure"; job: TrainJob; execution: Execution }
  | { type: "stop" };

export interface SerializedError {
  code: string;
  message: string;
}

export type FromWorker =
  | { type: "progress"; progress: TrainProgress }
  | { type: "done"; outcome: RunOutcome }
  /** Threads are read when TensorFlow loads: the run needs a process that begins with this choice. */
  | { type: "elsewhere"; execution: ExecutionInfo }
  /** Stopped before the run began. */
  | { type: "stopped" }
  | { type: "measured"; millisecondsPerStep: number }
  | { type: "error"; error: SerializedError };
