/** The run record, schema 1: what training writes and what charts and reports read. Nothing else joins the two. */

/** The version that the writer writes and the newest that the reader knows. */
export const SCHEMA_VERSION = 1;

/** `interrupted`: ended by a signal, resumable. `failed`: ended by an error, which `failure` describes. */
export type RunStatus = "running" | "complete" | "interrupted" | "failed";

/** `validation`: trained on the training part, watched on the validation part. `final`: retrained on both, tested once. */
export type RunStage = "validation" | "final";

/** All of `run.json`. */
export interface RunRecord {
  schemaVersion: typeof SCHEMA_VERSION;
  /**
   * Folder name below the experiment's folder, for example `final-s1-3f9a1c`.
   * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$
   */
  id: string;
  experiment: ExperimentInfo;
  stage: RunStage;
  status: RunStatus;
  /**
   * The run's one seed; every random stream of the run derives from it.
   * @asType integer
   * @minimum 0
   */
  seed: number;
  /** Everything that decides the result, as plain data: model, optimizer, epochs, batch size, split. */
  config: Record<string, unknown>;
  /** Canonical SHA-256 of `config`, stage, seed and data fingerprint: equal hashes mean the same run. */
  configHash: string;
  data: DataInfo;
  /** What was done to the samples before the model saw them; left out where it was nothing. */
  preparation?: PreparationInfo | undefined;
  engine: EngineInfo;
  /** How the work was spread over the cores; records written before it was measured have none. */
  execution?: ExecutionInfo | undefined;
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

/** The experiment that the run belongs to. */
export interface ExperimentInfo {
  /**
   * File-safe id, for example `e2`.
   * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$
   */
  id: string;
  title: string;
  description?: string | undefined;
}

/** What the run learned from. */
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

/** A preparation plan and what was fitted to the training part alone. */
export interface PreparationInfo {
  /** The steps as the experiment names them. */
  readonly plan: readonly object[];
  /** The part that the statistics are of. */
  readonly fittedTo: FittedTo;
  /** Shape of one sample before; null for texts. */
  readonly inputShape: readonly number[] | null;
  /** Shape of one sample as the model sees it. */
  readonly outputShape: readonly number[];
  /** The fitted steps; a long list is kept as its beginning, length and hash. */
  readonly steps: readonly object[];
  /**
   * Canonical SHA-256 of all that was fitted.
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256: string;
}

export interface FittedTo {
  readonly part: "train";
  /**
   * @asType integer
   * @minimum 0
   */
  readonly samples: number;
}

/** What did the computing. */
export interface EngineInfo {
  /** `tensorflow`, `wasm` or `cpu`. */
  name: string;
  version: string;
  /**
   * @asType integer
   * @minimum 0
   */
  threads: number;
  /** Whether kernels of Tarea's own did part of the work; left out in records from before there were any. */
  kernels?: boolean | undefined;
  /** Why this engine was chosen, one sentence. */
  reason: string;
}

/** What equal bits need besides seed and engine: how a step is cut up. */
export interface ExecutionInfo {
  /**
   * Threads of one operation.
   * @asType integer
   * @minimum 1
   */
  threads: number;
  /**
   * Parts of a batch that are worked on side by side.
   * @asType integer
   * @minimum 1
   */
  shards: number;
  /**
   * TensorFlow's operations that could run side by side, where that was another number than `threads`; it changes the time only.
   * @asType integer
   * @minimum 1
   */
  operations?: number | undefined;
  /**
   * `option` and `experiment`: asked for. `record`: as in an earlier run of the same configuration. `cache`: as measured before on this
   * machine. `measurement`: measured before this run. `default`: there was nothing to choose.
   */
  chosenBy: "option" | "experiment" | "record" | "cache" | "measurement" | "default";
}

/** The model as its summary shows it. */
export interface ModelInfo {
  name: string;
  layers: LayerInfo[];
  /**
   * @asType integer
   * @minimum 0
   */
  totalParams: number;
  /**
   * @asType integer
   * @minimum 0
   */
  trainableParams: number;
  /**
   * @asType integer
   * @minimum 0
   */
  nonTrainableParams: number;
  /**
   * Bytes of the weights as stored (float32).
   * @asType integer
   * @minimum 0
   */
  sizeBytes: number;
}

/** One row of a model's summary, and one box of its diagram. */
export interface LayerInfo {
  name: string;
  /** TF.js class name, for example `Dense`. */
  type: string;
  /** Output shape without the batch axis. */
  outputShape: number[];
  /**
   * @asType integer
   * @minimum 0
   */
  params: number;
  /** What the layer does in one phrase, for example `ReLU`; empty when there is nothing to add. */
  details: string;
  /** Names of the layers whose output this layer takes; empty for an input. */
  connectedTo: string[];
}

/** The state of the repository that the experiment lay in. */
export interface GitInfo {
  commit: string;
  /** True when tracked files differed from the commit. */
  dirty: boolean;
}

/** When the run happened and how long it took. */
export interface RunTimings {
  /**
   * ISO 8601, UTC.
   * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$
   */
  startedAt: string;
  /**
   * ISO 8601, UTC; null while the run goes on.
   * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$
   */
  finishedAt: string | null;
  /**
   * Wall time of the epochs, without loading data and writing files.
   * @minimum 0
   */
  trainSeconds: number;
  /** @minimum 0 */
  totalSeconds: number;
  /**
   * @asType integer
   * @minimum 0
   */
  epochsCompleted: number;
}

/** A figure that was to be reached. */
export interface TargetResult {
  /** Column or final metric, for example `testAccuracy`. */
  metric: string;
  comparison: ">=" | "<=";
  value: number;
  /** The measured value; null when the run ended before it was known. */
  measured: number | null;
  met: boolean;
}

/** A look at the test set. */
export interface TestSetUse {
  /**
   * ISO 8601, UTC.
   * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$
   */
  at: string;
  purpose: string;
}

/** Row-major float32 probabilities `[samples, classes]` followed by uint8 labels `[samples]`, little-endian. */
export interface PredictionsInfo {
  /** Path in the run's folder: `predictions.bin`. */
  file: string;
  /**
   * @asType integer
   * @minimum 1
   */
  samples: number;
  /**
   * @asType integer
   * @minimum 1
   * @maximum 256
   */
  classes: number;
  /**
   * SHA-256 of the whole file.
   * @pattern ^[0-9a-f]{64}$
   */
  sha256: string;
}

/** Images kept for galleries: `file` holds uint8 pixels `[count, height, width, channels]`. */
export interface SampleSheet {
  kind: "misclassified" | "topLosses" | "reconstructions";
  /** Path in the run's folder, for example `samples/misclassified.bin`. */
  file: string;
  /**
   * @asType integer
   * @minimum 1
   */
  height: number;
  /**
   * @asType integer
   * @minimum 1
   */
  width: number;
  /**
   * @asType integer
   * @minimum 1
   */
  channels: number;
  items: SampleItem[];
}

/** One image of a gallery. */
export interface SampleItem {
  /**
   * Position in the test set.
   * @asType integer
   * @minimum 0
   */
  index: number;
  /**
   * @asType integer
   * @minimum 0
   */
  label: number;
  /**
   * @asType integer
   * @minimum 0
   */
  prediction: number;
  /**
   * Probability given to `prediction`, from 0 to 1.
   * @minimum 0
   */
  confidence: number;
}

/** What ended the run, and where it was then. */
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
