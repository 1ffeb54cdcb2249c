/** The training loop: epochs of seeded batches over a session, validation after each, progress and a clean stop. */

import { randomStream, TareaError } from "@tarea/core";
import type { CompiledTraining, StepsResult, TrainingState } from "@tarea/graph";
import type { History } from "@tarea/runs";
import type { Samples } from "./libraries.js";

export interface TrainOptions {
  session: CompiledTraining;
  /** Number of training samples; batches are drawn from their row numbers. */
  trainCount: number;
  /** Watched after each epoch when given. */
  validation?: Samples | undefined;
  batchSize: number | "full";
  epochs: number;
  seed: number;
  /** Of each step, counted from 0; recorded per epoch, that of its last step. */
  learningRate: number | ((step: number) => number);
  /** Whether to record the accuracy; false where nothing is right or wrong. Default true. */
  hasAccuracy?: boolean;
  /** Continue from a checkpoint of the same run. */
  resume?: TrainCheckpoint | undefined;
  /** Stops after the running chunk, or between two batches of validation. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** Called after each epoch, and when stopped; a rejected promise ends the training. */
  onCheckpoint?: ((checkpoint: TrainCheckpoint, moment: "epoch" | "stopped") => Promise<void>) | undefined;
  /** Seconds from a monotonic clock. */
  nowSeconds?: () => number;
}

export interface TrainProgress {
  /** Counted from 0. */
  epoch: number;
  epochs: number;
  /** Steps of this epoch that are done, and in all. */
  step: number;
  steps: number;
  /** Means over the epoch so far. */
  loss: number;
  accuracy?: number;
  valLoss?: number;
  valAccuracy?: number;
}

/** Where a run stands between two chunks: the session's state, the epoch's sums so far and the finished epochs. */
export interface TrainCheckpoint {
  epoch: number;
  /** Steps done in `epoch`. */
  stepInEpoch: number;
  sums: EpochSums;
  history: History;
  /** Reads weights and slots; only called when the checkpoint is kept. */
  readState: () => Promise<TrainingState>;
}

export interface EpochSums {
  dataLoss: number;
  penalty: number;
  correct: number;
  seconds: number;
}

export interface TrainResult {
  history: History;
  /** False when the signal stopped it first. */
  finished: boolean;
  trainSeconds: number;
}

/** How long a chunk should take: long enough to cost nothing, short enough that Ctrl-C and progress stay alive. */
const CHUNK_SECONDS = 0.5;
/** Nobody knows yet how long a step takes; chunks grow fourfold until they take that long. */
const FIRST_CHUNK_STEPS = 1;

/**
 * Trains for `epochs` passes. Batches of epoch e are the stream `order/e` of the seed, cut in order; the last one may be
 * smaller. Recorded loss and accuracy are means over the epoch's samples while it trains, as in Keras.
 *
 * @throws TareaError with code `"nan"`, epoch and step, when a loss is not finite.
 */
export async function trainModel(options: TrainOptions): Promise<TrainResult> {
  const {
    session,
    trainCount,
    epochs,
    signal,
    learningRate,
    hasAccuracy = true,
    nowSeconds = () => performance.now() / 1000,
  } = options;
  const batchSize = options.batchSize === "full" ? trainCount : options.batchSize;
  const steps = Math.ceil(trainCount / batchSize);
  const history = options.resume?.history ?? { epoch: [] };
  let sums = options.resume?.sums ?? emptySums();
  let step = options.resume?.stepInEpoch ?? 0;
  let chunkSteps = FIRST_CHUNK_STEPS;

  for (let epoch = options.resume?.epoch ?? 0; epoch < epochs; epoch++) {
    const order = randomStream(options.seed, `order/${epoch}`).permutation(trainCount);
    while (step < steps) {
      if (signal?.aborted) return stopAt(options, { epoch, stepInEpoch: step, sums, history });
      const startSeconds = nowSeconds();
      const batches = batchesOf(order, batchSize, step, Math.min(step + chunkSteps, steps));
      const chunk = await session.runSteps(batches);
      sums = addChunk(sums, chunk, batches, { epoch, step, history });
      step += batches.length;
      const chunkSeconds = nowSeconds() - startSeconds;
      sums.seconds += chunkSeconds;
      chunkSteps = Math.max(
        1,
        Math.min(Math.round((batches.length * CHUNK_SECONDS) / Math.max(chunkSeconds, 1e-3)), chunkSteps * 4),
      );
      options.onProgress?.({ epoch, epochs, step, steps, ...meansOf(sums, Math.min(step * batchSize, trainCount), hasAccuracy) });
      await yieldToEvents();
    }
    const startSeconds = nowSeconds();
    const validation = options.validation && (await evaluateUnlessStopped(session, options.validation, signal));
    if (validation === "stopped") return stopAt(options, { epoch, stepInEpoch: step, sums, history });
    sums.seconds += nowSeconds() - startSeconds;
    const means = meansOf(sums, trainCount, hasAccuracy);
    const watched = validation && { valLoss: validation.loss, ...(hasAccuracy && { valAccuracy: validation.accuracy }) };
    appendEpoch(history, {
      epoch,
      ...means,
      ...watched,
      learningRate: typeof learningRate === "number" ? learningRate : learningRate((epoch + 1) * steps - 1),
      durationSeconds: sums.seconds,
    });
    options.onProgress?.({
      epoch,
      epochs,
      step: steps,
      steps,
      ...means,
      ...watched,
    });
    [sums, step] = [emptySums(), 0];
    await options.onCheckpoint?.(
      { epoch: epoch + 1, stepInEpoch: 0, sums, history, readState: () => session.readState() },
      "epoch",
    );
  }
  return { history, finished: true, trainSeconds: secondsOf(history) };
}

async function stopAt(options: TrainOptions, at: Omit<TrainCheckpoint, "readState">): Promise<TrainResult> {
  await options.onCheckpoint?.({ ...at, readState: () => options.session.readState() }, "stopped");
  return { history: at.history, finished: false, trainSeconds: secondsOf(at.history) + at.sums.seconds };
}

async function evaluateUnlessStopped(
  session: CompiledTraining,
  validation: Samples,
  signal: AbortSignal | undefined,
): Promise<{ loss: number; accuracy: number } | "stopped"> {
  try {
    return await session.evaluate(validation, { signal });
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) return "stopped";
    throw error;
  }
}

/** The sizes that an epoch's batches have: the batch size, and that of the last, smaller one. */
export function batchSizesOf(trainCount: number, batchSize: number | "full"): number[] {
  if (batchSize === "full" || batchSize >= trainCount) return [trainCount];
  const last = trainCount % batchSize;
  return last === 0 ? [batchSize] : [batchSize, last];
}

function batchesOf(order: Uint32Array, batchSize: number, from: number, to: number): Uint32Array[] {
  return Array.from({ length: to - from }, (_, i) => order.subarray((from + i) * batchSize, (from + i + 1) * batchSize));
}

function addChunk(
  sums: EpochSums,
  chunk: StepsResult,
  batches: Uint32Array[],
  at: { epoch: number; step: number; history: History },
): EpochSums {
  const total = { ...sums };
  for (let i = 0; i < batches.length; i++) {
    const [dataLoss, penalty] = [chunk.dataLoss[i]!, chunk.penalty[i]!];
    if (!Number.isFinite(dataLoss + penalty)) throw new NotFiniteError({ ...at, step: at.step + i }, dataLoss + penalty);
    total.dataLoss += dataLoss;
    total.penalty += penalty * batches[i]!.length;
    total.correct += chunk.correct[i]!;
  }
  return total;
}

/** The loss went to NaN or infinity at `epoch` and `step`, both counted from 0; `history` holds the epochs before. */
export class NotFiniteError extends TareaError {
  readonly epoch: number;
  readonly step: number;
  readonly history: History;

  constructor(at: { epoch: number; step: number; history: History }, loss: number) {
    super({
      code: "nan",
      where: "train",
      problem: `the loss of epoch ${at.epoch + 1}, step ${at.step + 1} is not finite`,
      received: String(loss),
      hint: "Try a smaller learning rate, and check the inputs for values that are not finite.",
    });
    this.epoch = at.epoch;
    this.step = at.step;
    this.history = at.history;
  }
}

/** Means over `samples`; `loss` is the sum of `dataLoss` and `penalty`, what the optimizer minimizes. */
function meansOf(
  sums: EpochSums,
  samples: number,
  hasAccuracy: boolean,
): { loss: number; dataLoss: number; penalty: number; accuracy?: number } {
  const [dataLoss, penalty] = [sums.dataLoss / samples, sums.penalty / samples];
  return { loss: dataLoss + penalty, dataLoss, penalty, ...(hasAccuracy && { accuracy: sums.correct / samples }) };
}

/** Adds one row to the columns; a column that begins late is null before. */
function appendEpoch(history: History, row: Record<string, number | undefined>): void {
  const rows = history.epoch.length;
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue;
    history[name] ??= Array.from({ length: rows }, () => null);
    history[name].push(value);
  }
}

function secondsOf(history: History): number {
  return (history["durationSeconds"] ?? []).reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);
}

function emptySums(): EpochSums {
  return { dataLoss: 0, penalty: 0, correct: 0, seconds: 0 };
}

function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
