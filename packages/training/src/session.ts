/** The step behind an interface: what a training engine, eager or compiled, does for the loop. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { LossName } from "./experiment.js";
import type { Samples } from "./libraries.js";
import type { OptimizerConfig } from "./optimizers.js";

export interface SessionOptions {
  /** Ends in a softmax activation layer; the session trains its weights in place. */
  model: LayersModel;
  loss: LossName;
  optimizer: OptimizerConfig;
  /** Inputs as stored (uint8 images are scaled to [0, 1]) and class ids. */
  train: Samples;
  /** Seed of dropout and every other draw of the step. */
  seed: number;
}

/** One entry per step of a chunk; sums, not means, so that chunks of any size add up to the same epoch. */
export interface ChunkResult {
  /** Sum of the data loss over the samples of each step. */
  dataLoss: Float64Array;
  /** Regularization penalty at each step. */
  penalty: Float64Array;
  /** Correctly classified samples of each step. */
  correct: Float64Array;
}

export interface EvaluationResult {
  /** Mean data loss per sample. */
  loss: number;
  /** Share of samples classified correctly. */
  accuracy: number;
}

/** A checkpoint: everything that the next step depends on besides the data and the configuration. */
export interface SessionState {
  /** Steps done so far. */
  step: number;
  /** The model's weights, then the optimizer's slots, in a fixed order. */
  arrays: Float32Array[];
}

export interface TrainingSession {
  /** `eager` or `compiled`. */
  readonly kind: string;
  /** Runs one optimizer step for each batch of row numbers, in order. */
  runSteps(batches: readonly Uint32Array[]): Promise<ChunkResult>;
  evaluate(samples: Samples): Promise<EvaluationResult>;
  /** Class probabilities, row-major `[N, K]`. */
  predict(samples: Samples): Promise<Float32Array>;
  readState(): Promise<SessionState>;
  writeState(state: SessionState): void;
  /** Frees everything but the model. */
  dispose(): void;
}
