/** What a benchmarked model is, in words that every framework's program can build it from; also the JSON those programs read. */

export interface BenchModel {
  /** As the course reports number it. */
  name: string;
  /** Shape of one sample, channels last. */
  inputShape: readonly number[];
  /** `bytes` are pixels, seen by the model in [0, 1]; `floats` any numbers; `ids` token numbers below the vocabulary. */
  input: "bytes" | "floats" | "ids";
  layers: readonly LayerSpec[];
  loss: LossName;
  optimizer: { type: "adam" | "sgd" | "adagrad"; learningRate: number };
  /** Weight of each class in the loss; all 1 when left out. */
  classWeights?: readonly number[];
  /** Samples in one pass over the data. */
  samples: number;
  /** That of the source report, 32 where it gives none. */
  batchSize: number;
  /** All weights, trainable or not: every program must build exactly this many. */
  parameters: number;
}

/** Worked out on logits. */
export type LossName = "categoricalCrossentropy" | "binaryCrossentropy" | "meanSquaredError";

export type Activation = "relu" | "elu" | "linear";

/** Each layer takes the output of the one before it. */
export type LayerSpec =
  | { type: "dense"; units: number; activation?: Activation }
  | { type: "conv2d"; filters: number; size: number; strides?: number; padding?: "valid" | "same"; activation?: Activation }
  | { type: "conv1d"; filters: number; size: number; activation?: Activation }
  | { type: "maxPool2d"; size: number; strides?: number }
  | { type: "maxPool1d"; size: number }
  | { type: "upSample2d"; size: number }
  | { type: "embedding"; vocabulary: number; units: number }
  | { type: "batchNorm" }
  | { type: "dropout"; rate: number }
  | { type: "flatten"; name?: string }
  | { type: "concatenate"; with: string };

/** Whether the model is to give its input back, as an autoencoder does. */
export function reconstructs({ layers }: BenchModel): boolean {
  return layers.at(-1)?.type !== "dense";
}
