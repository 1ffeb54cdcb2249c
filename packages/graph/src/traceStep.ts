/** Runs one training step on the recording backend to write it down. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import { applyDraws, AUGMENTATION_ARRAYS, type Augmentation } from "./augmentation.js";
import { fusedBatchNorm } from "./batchNorm.js";
import { blockedDense, type BlockedWeight } from "./kernelBlocks.js";
import { clipGradients, type Clipping } from "./clipping.js";
import { fusedSums } from "./crossentropy.js";
import { graphMasks, maskedDropout, ownDropout } from "./dropout.js";
import { withNativeGradients } from "./gradients.js";
import type { Output } from "./graph.js";
import type { LayerCalls } from "./layerCalls.js";
import { ownBatchNorm } from "./ownBatchNorm.js";
import { ownCalls } from "./ownLayers.js";
import { tidily, trace, type Recording } from "./recorder.js";
import { computeStep } from "./step.js";
import type { Trainee } from "./trainee.js";

/** A batch, or a part of one, as the graph has it. */
export interface TracedBatch {
  /** Place of its first sample in the batch. */
  from: number;
  size: number;
  /** Float32 `[size, ...]`, labels as the loss takes them and, when samples weigh differently, float32 `[size]`. */
  inputs: Output;
  labels: Output;
  weights: Output | undefined;
}

export interface TraceOptions {
  batchSize: number;
  parts: readonly TracedBatch[];
  /** Sizes of the parts in which layers work. */
  sizes: readonly number[];
  /** What changes the inputs of the whole batch, which are then in their own units still. */
  augment: { augmentation: Augmentation; draws: readonly Output[]; scaled: boolean } | undefined;
  /** The value of each weight in this step, in blocks along `axis` when there is more than one. */
  reads: readonly WeightRead[];
  /** The sum of the gradients of the batches before, one per gradient, when gradients accumulate; else none. */
  sums: readonly Output[];
  /** Batches per update. */
  accumulateSteps: number;
  /** The step's number, counted from the run's first, int32 scalar. */
  step: Output;
  clipping: Clipping;
  seed: number;
  /** Whether layers run on kernels of our own. */
  own: boolean;
}

export interface WeightRead {
  axis: number;
  blocks: readonly { read: Output; shape: readonly number[] }[];
}

export interface TracedStep {
  /** Float32 `[3]`, see `RESULT_COLUMNS`. */
  results: Output;
  /** One per trainable weight, or per block of it, to update it with. */
  gradients: Output[];
  /** New values of `TraceOptions.sums`. */
  sums: Output[];
  /** New values of weights that the forward pass assigned, by their place in the model: moving averages. */
  assigned: Map<number, Output>;
}

/** Outputs of a batch, in numbers, from which its losses are worked out in parts. */
const CUT_FROM = 2 ** 15;

/** Traces the parts of a batch on zeros and adds them up; the weights are as before afterwards. @throws TareaError */
export function traceStep(trainee: Trainee, recording: Recording, options: TraceOptions): TracedStep {
  return tidily(() => {
    const { batchSize, parts, sizes, augment, reads, sums, accumulateSteps, step, clipping, seed, own } = options;
    const blocked = bindWeights(trainee, recording, reads);
    const targets = trainee.trainable.flatMap((weight) => blocked.get(weight)?.blocks ?? [weight]);
    const before = trainee.weights.map((weight) => tf.clone(weight));
    const sumsBefore = sums.map((sum, t) => boundTo(recording, tf.zeros(targets[t]!.shape), sum));
    const draws = augment?.draws.map((draw, a) => {
      const { width, dtype } = AUGMENTATION_ARRAYS[a]!;
      return boundTo(recording, tf.zeros([batchSize, width], dtype), draw);
    });
    // Kernels of our own give whole batches, which are worth being cut again for large outputs only.
    const isSmall = batchSize * trainee.outputSize < CUT_FROM;
    const lossSizes = own && isSmall ? [batchSize] : sizes;
    const batches = parts.map((part) => bindBatch(trainee, recording, part));
    const changed = () => trainee.weights.flatMap((weight, i) => (weight.dataId === before[i]!.dataId ? [] : [i]));
    try {
      return trace(recording, () => {
        const count = sizes.length;
        const dropped = maskedDropout(graphMasks(recording, seed, step), sizes);
        const ownDropped = ownDropout({ recording, seed, step }, count);
        const calls: LayerCalls = {
          Dropout: (layer) => (own ? ownDropped(layer) : undefined) ?? dropped(layer),
          BatchNormalization: (layer) => (own ? ownBatchNorm(layer, count) : undefined) ?? fusedBatchNorm(layer),
          Dense: blockedDense(blocked),
          ...(own ? ownCalls(trainee.model, { parts: count, training: true, blocked }) : {}),
        };
        const inputs = batches.map((batch, p) =>
          augment && draws ? augmented(batch.inputs, parts[p]!, { ...augment, draws }) : batch.inputs,
        );
        const weights = batches.flatMap((batch) => batch.weights ?? []);
        const batch = {
          inputs: joined(inputs),
          labels: joined(batches.map(({ labels }) => labels)),
          weights: weights.length === 0 ? undefined : joined(weights),
        };
        const { results, gradients } = withNativeGradients(() =>
          computeStep(trainee, batch, {
            sumLosses: fusedSums(trainee.loss, own && isSmall),
            calls,
            sizes,
            lossSizes,
            wholes: own,
            targets,
          }),
        );
        if (trainee.isFunction && sizes.length > 1 && changed().length > 0) throw batchStatisticsError(trainee);
        const newSums = sumsBefore.map((sum, t) => tf.add(sum, gradients[t]!));
        const means = sums.length > 0 ? newSums.map((sum) => tf.div(sum, accumulateSteps)) : gradients;
        return {
          results: recording.use(results),
          gradients: clipGradients(means, clipping).map((gradient) => recording.use(gradient)),
          sums: newSums.map((sum) => recording.use(sum)),
          assigned: new Map(changed().map((i) => [i, recording.use(trainee.weights[i]!)])),
        };
      });
    } finally {
      for (const i of changed()) trainee.weights[i]!.assign(before[i]!);
      tf.dispose([...blocked.values()].flatMap(({ blocks }) => blocks));
    }
  });
}

/** Binds weights to their values; of those in blocks, new variables that stand for the blocks. */
function bindWeights(trainee: Trainee, recording: Recording, reads: readonly WeightRead[]): Map<tf.Variable, BlockedWeight> {
  const blocked = new Map<tf.Variable, BlockedWeight>();
  for (const [i, weight] of trainee.weights.entries()) {
    const { axis, blocks } = reads[i]!;
    if (blocks.length === 1) recording.bind(weight, blocks[0]!.read);
    else
      blocked.set(weight, {
        axis,
        blocks: blocks.map(({ read, shape }) => boundTo(recording, tf.variable(tf.zeros([...shape])), read)),
      });
  }
  return blocked;
}

function bindBatch(
  { inputShape, loss, labelShape }: Trainee,
  recording: Recording,
  { size, inputs, labels, weights }: TracedBatch,
) {
  return {
    inputs: boundTo(recording, tf.zeros([size, ...inputShape]), inputs),
    labels: boundTo(recording, tf.zeros([size, ...labelShape], loss.classIds ? "int32" : "float32"), labels),
    weights: weights && boundTo(recording, tf.ones<tf.Rank.R1>([size]), weights),
  };
}

/** The inputs of a part of the batch after the changes that were drawn for it. */
function augmented(
  inputs: tf.Tensor,
  { from, size }: TracedBatch,
  { augmentation, draws, scaled }: { augmentation: Augmentation; draws: readonly tf.Tensor[]; scaled: boolean },
): tf.Tensor {
  const own = draws.map((draw) => (size === draw.shape[0] ? draw : tf.slice(draw, [from, 0], [size, draw.shape[1]!])));
  const images = applyDraws(inputs, own as [tf.Tensor, tf.Tensor, tf.Tensor], augmentation);
  return scaled ? tf.mul(images, 1 / 255) : images;
}

/** `tensor`, standing for `output` from here on. */
function boundTo<T extends tf.Tensor>(recording: Recording, tensor: T, output: Output): T {
  recording.bind(tensor, output);
  return tensor;
}

/** Parts as one batch. */
function joined<T extends tf.Tensor>(parts: T[]): T {
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
}

function batchStatisticsError({ name }: Trainee): TareaError {
  return new TareaError({
    code: "shards",
    where: `compileTraining(${name})`,
    problem: "a function that assigns weights cannot be trained in shards: what it assigns belongs to the whole batch",
    hint: "Leave shards at 1, or build the model from layers.",
  });
}
