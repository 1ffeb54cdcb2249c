/** Compiled training: many optimizer steps in one call of the native library. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkKnownOptions, checkOneOf, TareaError, type NumericArray } from "@tarea/core";
import { checkAugmentation, type Augmentation } from "./augmentation.js";
import { checkData, sampleWeightsOf, type LabelledData } from "./checkData.js";
import { EagerSession } from "./eagerSession.js";
import { lossOf, LOSSES, type LossName } from "./losses.js";
import { checkOptimizer, type OptimizerConfig } from "./optimizerConfig.js";
import { checkPrecision, type Precision } from "./mixedPrecision.js";
import { CompiledSession, type CompiledTraining } from "./session.js";
import { traineeOf, type ForwardModel, type Trainee } from "./trainee.js";

export interface CompileOptions {
  /**
   * A layers model with one input and one output that ends in softmax or sigmoid, as a layer of its own or as the last layer's activation,
   * where the loss is a cross-entropy; or a function, to logits then. Its weights are trained in place.
   */
  model: tf.LayersModel | ForwardModel;
  /** Cross-entropies are worked out on logits; a sample's loss is the mean over its outputs, as in Keras. */
  loss: LossName;
  optimizer: OptimizerConfig;
  /** `[N, ...]` as stored; bytes are scaled to [0, 1]. Kept in the native library without a copy: do not change it meanwhile. */
  inputs: NumericArray;
  /**
   * Class ids `[N]` for `categoricalCrossentropy`, else numbers in the shape of the outputs, axes of length 1 left out or not: from 0 to 1
   * for `binaryCrossentropy`. Kept without a copy too.
   */
  labels: NumericArray;
  /** Scales labels stored as bytes to [0, 1], as inputs are: for images as labels, which know no right and wrong. Default false. */
  scaleLabels?: boolean;
  /**
   * Takes class ids `[N]` for `binaryCrossentropy` and `meanSquaredError` too: the outputs, one per class, are compared with a row that
   * has a single 1, and the largest one decides what is right. Default false.
   */
  oneHotLabels?: boolean;
  /** What happens to images while they train; labels, evaluation and prediction stay as they are. Default: nothing. */
  augmentation?: Augmentation | undefined;
  /** Seed of augmentation, dropout and every other draw of the step. */
  seed: number;
  /** Weight of each class in the loss, where samples have one (`[w0, w1]` for one output from 0 to 1); default: all 1. The loss is divided by the number of samples, as in Keras. */
  classWeights?: readonly number[] | undefined;
  /** Weight of each sample in the loss, `[N]`; default: all 1. */
  sampleWeights?: ArrayLike<number> | undefined;
  /**
   * Batches whose mean gradient makes one update, so that the weights change in every `accumulateSteps`-th step only; learning rates count
   * updates then. Penalties and results belong to each step. Default `COMPILE_DEFAULTS.accumulateSteps`.
   */
  accumulateSteps?: number;
  /** Batch sizes to be ready for; others are compiled when they first come, which takes a new trace. */
  batchSizes?: readonly number[];
  /**
   * Parts of a step that are worked on side by side, on as many cores: samples of the batch, or blocks of the kernel of a dense layer that is
   * large. Pays with one thread per operation. Batch normalization stays in one piece. Equal up to rounding. Default `COMPILE_DEFAULTS.shards`.
   */
  shards?: number;
  /**
   * `mixed`: matrix products and convolutions take numbers of 16 bits (bfloat16, 2 to 3 significant digits); weights, sums, statistics,
   * losses and updates stay in float32. Several times faster on processors with AMX or AVX512-BF16 (`comparePrecisions` measures it),
   * slower on others; native engine only. Default `COMPILE_DEFAULTS.precision`.
   */
  precision?: Precision;
  /** Samples per forward pass in evaluation and prediction. Default `COMPILE_DEFAULTS.evaluationBatchSize`. */
  evaluationBatchSize?: number;
}

export const COMPILE_DEFAULTS = {
  scaleLabels: false,
  oneHotLabels: false,
  augmentation: undefined,
  classWeights: undefined,
  sampleWeights: undefined,
  accumulateSteps: 1,
  batchSizes: [] as readonly number[],
  shards: 1,
  precision: "float32" as Precision,
  evaluationBatchSize: 1000,
} as const;

/**
 * Traces one training step of `model` and returns what runs it natively, n steps a call. On other engines than native TensorFlow
 * the same calls run eagerly. Dispose the result; the model stays yours.
 *
 * @throws TareaError for bad options, for data that do not fit the model and for operations that cannot be traced.
 */
export function compileTraining(options: CompileOptions): CompiledTraining {
  const session = checkCompileOptions("compileTraining", options);
  return tf.getBackend() === "tensorflow" ? new CompiledSession(session) : new EagerSession(session);
}

/** As `compileTraining`, but `undefined` where it would run eagerly. */
export function compiledSession(options: CompileOptions): CompiledSession | undefined {
  const session = checkCompileOptions("compileTraining", options);
  return tf.getBackend() === "tensorflow" ? new CompiledSession(session) : undefined;
}

/**
 * The same training one operation at a time, on any engine: the reference for `compileTraining`.
 *
 * @throws TareaError for bad options and for data that do not fit the model.
 */
export function eagerTraining(options: CompileOptions): CompiledTraining {
  return new EagerSession(checkCompileOptions("eagerTraining", options));
}

/** Complete and checked options. */
export interface SessionOptions extends LabelledData {
  trainee: Trainee;
  optimizer: OptimizerConfig;
  /** Float32 `[N]`, when samples weigh differently. */
  weights: Float32Array | undefined;
  seed: number;
  augmentation: Augmentation | undefined;
  shards: number;
  precision: Precision;
  accumulateSteps: number;
  batchSizes: readonly number[];
  evaluationBatchSize: number;
}

function checkCompileOptions(where: string, options: CompileOptions): SessionOptions {
  checkKnownOptions(where, options, ["model", "loss", "optimizer", "inputs", "labels", "seed", ...Object.keys(COMPILE_DEFAULTS)]);
  const {
    model,
    loss,
    optimizer,
    inputs,
    labels,
    scaleLabels,
    oneHotLabels,
    augmentation,
    seed,
    shards,
    precision,
    accumulateSteps,
    batchSizes,
    evaluationBatchSize,
    ...weighting
  } = {
    ...COMPILE_DEFAULTS,
    ...options,
  };
  checkOneOf(where, "loss", loss, LOSSES);
  checkOptimizer(where, optimizer);
  checkInteger(where, "seed", seed, { min: 0 });
  checkInteger(where, "shards", shards);
  checkPrecision(where, precision, { compiled: where === "compileTraining" && tf.getBackend() === "tensorflow" });
  checkInteger(where, "accumulateSteps", accumulateSteps);
  checkInteger(where, "evaluationBatchSize", evaluationBatchSize);
  for (const [i, size] of batchSizes.entries()) checkInteger(where, `batchSizes[${i}]`, size);
  if (scaleLabels && (oneHotLabels || loss === "categoricalCrossentropy"))
    throw new TareaError({ code: "option", where, problem: "scaleLabels is for numbers as labels, not for class ids" });
  const trainee = traineeOf(model, lossOf(loss, { scaleLabels, oneHotLabels }));
  checkData(where, trainee, { inputs, labels });
  if (augmentation !== undefined) checkAugmentation(where, augmentation, inputs);
  const weights = sampleWeightsOf(where, trainee, labels, weighting);
  return {
    trainee,
    optimizer,
    inputs,
    labels,
    weights,
    augmentation,
    seed,
    shards,
    precision,
    accumulateSteps,
    batchSizes,
    evaluationBatchSize,
  };
}
