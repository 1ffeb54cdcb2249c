/** What one contestant is asked to do in a process of its own, and what it answers: one line of JSON each way. */

import type { BenchModel } from "./benchModel.js";

export interface Job {
  model: BenchModel;
  batchSize: number;
  /** Measure whole passes over the data until this much time is over, at least `MINIMUM_EPOCHS` of them. */
  seconds: number;
  minimumEpochs: number;
  seed: number;
  /** The contestant's settings, in words of its own program. */
  settings: Readonly<Record<string, string | number | boolean>>;
}

export interface Measurement {
  /** Milliseconds per step in the best pass over the data. */
  msPerStep: number;
  /** From the built model to the end of the first pass, with compiling. */
  warmUpSeconds: number;
  /** Peak resident memory of the process. */
  peakBytes: number;
  /** Weights of the model, trainable or not. */
  parameters: number;
  /** For one sample, forward; told by our own worker. */
  multiplyAdds?: number | null;
}

/** A contestant's answer; `skipped` gives the reason why it cannot run this model. */
export type Answer = Measurement | { skipped: string };

export const MINIMUM_EPOCHS = 1;
