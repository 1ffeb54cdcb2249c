/** The run record, schema 1: what training writes and what charts and reports read. Nothing else joins the two. */

export const SCHEMA_VERSION = 1;

/** `interrupted`: ended by a signal, resumable. `failed`: ended by an error, which `failure` describes. */
export type RunStatus = "running" | "complete" | "interrupted" | "failed";

/** `validation`: trained on the training part, watched on the validation part. `final`: retrained on both, tested once. */
export type RunStage = "validation" | "final";

export interface RunRecord {
  schemaVersion: typeof SCHEMA_VERSION;
  /** Folder name below the experiment's folder, for example `final-s1-3f9a1c`. */
  id: string;
  experiment: ExperimentInfo;
  stage: RunStage;
  status: RunStatus;
  /** The run's one seed; every random stream of the run derives from it. */
  seed: number;
  /** Everything that decides the result, as plain data: model, optimizer, epochs, batch size, split. */
  config: Record<string, unknown>;
  /** Canonical SHA-256 of `config`, stage, seed and data fingerprint: equal hashes mean the same run. */
  configHash: string;
  data: DataInfo;
  engine: EngineInfo;
  model: ModelInfo;
  /** Package and runtime versions, by name: `node`, `@tarea/training`, … */
  versions: Record<string, string>;
  git: GitInfo | null;
  timings: RunTimings;
  /** Last values by quantity: `loss`, `accuracy`, `valLoss`, `valAccuracy`, `testLoss`, `testAccuracy`. */
  finalMetrics: Record<string, number>;
  /** What the experiment set out to reach, and whether this run did. */
  targets: TargetResult[];
  warnings: string[];
  /** One entry for every time this run looked at the test set. */
  testSetUses: TestSetUse[];
  /** Describes `predictions.bin`, when the run has one. */
  predictions: PredictionsInfo | null;
  /** Describes the files below `samples/`. */
  samples: SampleSheet[];
  failure: RunFailure | null;
}

export interface ExperimentInfo {
  /** File-safe id, for example `e2`. */
  id: string;
  title: string;
  description?: string | undefined;
}

export interface DataInfo {
  /** Data set id, for example `mnist`. */
  name: string;
  /** True when the synthetic twin stood in for the real files; every page then says so. */
  synthetic: boolean;
  /** SHA-256 over the files' own SHA-256s, or over the twin's recipe and seed. */
  fingerprint: string;
  /** Samples in each part as used by this run: `train`, `validation`, `test`. */
  counts: Record<string, number>;
  /** Shape of one input sample, for example `[28, 28, 1]`. */
  inputShape: number[];
  classNames: string[] | null;
}

export interface EngineInfo {
  /** `tensorflow`, `wasm` or `cpu`. */
  name: string;
  version: string;
  threads: number;
  /** Why this engine was chosen, one sentence. */
  reason: string;
}

export interface ModelInfo {
  name: string;
  layers: LayerInfo[];
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  /** Bytes of the weights as stored (float32). */
  sizeBytes: number;
}

export interface LayerInfo {
  name: string;
  /** TF.js class name, for example `Dense`. */
  type: string;
  /** Output shape without the batch axis. */
  outputShape: number[];
  params: number;
  /** What the layer does in one phrase, for example `ReLU`; empty when there is nothing to add. */
  details: string;
  /** Names of the layers whose output this layer takes; empty for an input. */
  connectedTo: string[];
}

export interface GitInfo {
  commit: string;
  /** True when tracked files differed from the commit. */
  dirty: boolean;
}

export interface RunTimings {
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string | null;
  /** Wall time of the epochs, without loading data and writing files. */
  trainSeconds: number;
  totalSeconds: number;
  epochsCompleted: number;
}

export interface TargetResult {
  /** Column or final metric, for example `testAccuracy`. */
  metric: string;
  comparison: ">=" | "<=";
  value: number;
  /** The measured value; null when the run ended before it was known. */
  measured: number | null;
  met: boolean;
}

export interface TestSetUse {
  /** ISO 8601, UTC. */
  at: string;
  purpose: string;
}

/** Row-major float32 probabilities `[samples, classes]` followed by uint8 labels `[samples]`, little-endian. */
export interface PredictionsInfo {
  file: string;
  samples: number;
  classes: number;
  sha256: string;
}

/** Images kept for galleries: `file` holds uint8 pixels `[count, height, width, channels]`. */
export interface SampleSheet {
  kind: "misclassified" | "topLosses" | "reconstructions";
  file: string;
  height: number;
  width: number;
  channels: number;
  items: SampleItem[];
}

export interface SampleItem {
  /** Position in the test set. */
  index: number;
  label: number;
  prediction: number;
  /** Probability given to `prediction`, from 0 to 1. */
  confidence: number;
}

export interface RunFailure {
  message: string;
  /** Counted from 0, as everywhere in data; null when training had not begun. */
  epoch: number | null;
  step: number | null;
}

/** One array per quantity, all as long as `epoch`; null where a quantity was not measured in that epoch. */
export interface History {
  epoch: number[];
  [quantity: string]: (number | null)[];
}

/** What the reader returns for a folder that could be read. */
export interface Run {
  /** Absolute path of the run's folder. */
  folder: string;
  record: RunRecord;
  history: History;
}
