/** The same training one TensorFlow.js operation at a time: runs on every engine, and is the reference for the compiled session. */

import * as tf from "@tensorflow/tfjs";
import { messageOf, takeRows, TareaError, type NumericArray } from "@tarea/core";
import { updateOf, updatesAfter } from "./accumulation.js";
import { checkData, checkInputs, checkRows, type LabelledData } from "./checkData.js";
import type { SessionOptions } from "./compileTraining.js";
import { clipGradients } from "./clipping.js";
import { maskedDropout, plainMasks } from "./dropout.js";
import { eagerOptimizer, type EagerOptimizer } from "./eagerOptimizers.js";
import type { CompiledTraining, EvaluateOptions, StepsResult, TrainingState } from "./session.js";
import { plainSums } from "./losses.js";
import { plainBatchNorm } from "./plainBatchNorm.js";
import { computeStep, RESULT_COLUMNS } from "./step.js";
import type { Trainee } from "./trainee.js";
import { letEventsThrough, Turns } from "./turns.js";

export class EagerSession implements CompiledTraining {
  readonly kind = "eager";
  #options: SessionOptions;
  #optimizer: EagerOptimizer;
  /** Slot by slot, one variable per trainable weight; then the sums of gradients, if they accumulate. */
  #slots: tf.Variable[][];
  #step = 0;
  #turns = new Turns();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#optimizer = eagerOptimizer(options.optimizer);
    const sums = options.accumulateSteps > 1 ? [0] : [];
    this.#slots = [...this.#optimizer.slots, ...sums].map((start) =>
      options.trainee.trainable.map(({ shape }) => tf.tidy(() => tf.variable(tf.fill(shape, start), false))),
    );
  }

  runSteps(batches: readonly Uint32Array[]): Promise<StepsResult> {
    return this.#turns.run(() => this.#runSteps(batches));
  }

  async #runSteps(batches: readonly Uint32Array[]): Promise<StepsResult> {
    checkRows("runSteps", batches, this.#options.inputs.shape[0]!);
    const before = this.#state();
    try {
      const results: tf.Tensor[] = [];
      for (const rows of batches) {
        results.push(tf.tidy(() => this.#runStep(rows)));
        this.#step++;
      }
      const values = tf.tidy(() => tf.stack(results).dataSync());
      tf.dispose(results);
      const [dataLoss, penalty, correct] = RESULT_COLUMNS.map((_, c) =>
        Float64Array.from(batches, (_, i) => values[i * RESULT_COLUMNS.length + c]!),
      );
      return { dataLoss: dataLoss!, penalty: penalty!, correct: correct! };
    } catch (error) {
      this.#restore(before);
      throw new TareaError({
        code: "step",
        where: "runSteps",
        problem: "a training step failed; the weights are as they were",
        received: messageOf(error).replace(/\.$/, ""),
        cause: error,
      });
    }
  }

  evaluate(data: LabelledData, { signal }: EvaluateOptions = {}): Promise<{ loss: number; accuracy: number }> {
    return this.#turns.run(() => this.#evaluate(data, signal));
  }

  async #evaluate(data: LabelledData, signal: AbortSignal | undefined): Promise<{ loss: number; accuracy: number }> {
    signal?.throwIfAborted();
    const { trainee, evaluationBatchSize } = this.#options;
    checkData("evaluate", trainee, data);
    const count = data.inputs.shape[0]!;
    let [loss, correct] = [0, 0];
    for await (const rows of consecutiveRows(count, evaluationBatchSize, signal)) {
      const values = tf.tidy(() => {
        const outputs = trainee.forward(batchOf(data.inputs, rows), { training: false });
        const labels = labelsOf(trainee, data.labels, rows);
        return tf.stack([trainee.loss.losses(outputs, labels), trainee.loss.hits(outputs, labels)]).dataSync();
      });
      for (let i = 0; i < rows.length; i++) {
        loss += values[i]!;
        correct += values[rows.length + i]!;
      }
    }
    return { loss: loss / count, accuracy: correct / count };
  }

  predict({ inputs }: { inputs: NumericArray }, { signal }: EvaluateOptions = {}): Promise<Float32Array> {
    return this.#turns.run(() => this.#predict(inputs, signal));
  }

  async #predict(inputs: NumericArray, signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted();
    const { trainee, evaluationBatchSize } = this.#options;
    checkInputs("predict", trainee, inputs);
    const count = inputs.shape[0]!;
    const predictions = new Float32Array(count * trainee.outputSize);
    for await (const rows of consecutiveRows(count, evaluationBatchSize, signal)) {
      const outputs = () => trainee.forward(batchOf(inputs, rows), { training: false });
      predictions.set(
        tf.tidy(() => trainee.loss.predictions(outputs()).dataSync()),
        rows[0]! * trainee.outputSize,
      );
    }
    return predictions;
  }

  readState(): Promise<TrainingState> {
    return this.#turns.run(async () => this.#state());
  }

  writeState(state: TrainingState): void {
    this.#turns.checkNone("writeState");
    this.#restore(state);
  }

  #state(): TrainingState {
    return { step: this.#step, arrays: this.#variables().map((variable) => Float32Array.from(variable.dataSync())) };
  }

  #restore({ step, arrays }: TrainingState): void {
    const variables = this.#variables();
    if (arrays.length !== variables.length || arrays.some((array, i) => array.length !== variables[i]!.size)) {
      throw new TareaError({
        code: "checkpoint",
        where: "resume",
        problem: "the checkpoint belongs to another model or optimizer",
      });
    }
    variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(arrays[i]!.slice(), variable.shape))));
    this.#step = step;
  }

  dispose(): void {
    this.#turns.checkNone("dispose");
    tf.dispose(this.#slots);
  }

  #variables(): tf.Variable[] {
    return [...this.#options.trainee.weights, ...this.#slots.flat()];
  }

  #runStep(rows: Uint32Array): tf.Tensor {
    const { trainee, labels, weights, seed } = this.#options;
    const batch = {
      inputs: this.#inputsOf(rows),
      labels: labelsOf(trainee, labels, rows),
      weights: weights && tf.tensor1d(Float32Array.from(rows, (row) => weights[row]!)),
    };
    const calls = { Dropout: maskedDropout(plainMasks(seed, this.#step)), BatchNormalization: plainBatchNorm };
    const sizes = [rows.length];
    const parts = { sumLosses: plainSums(trainee.loss), calls, sizes, lossSizes: sizes, targets: trainee.trainable };
    const { results, gradients } = computeStep(trainee, batch, parts);
    this.#accumulate(gradients);
    return results;
  }

  #inputsOf(rows: Uint32Array): tf.Tensor {
    const { inputs, augmentation, seed } = this.#options;
    if (augmentation === undefined) return batchOf(inputs, rows);
    const { data, shape } = augmentation.apply(takeRows(inputs, rows), { seed, step: this.#step });
    return tf.mul(tf.tensor(data, [...shape]), inputs.dtype === "uint8" ? 1 / 255 : 1);
  }

  #accumulate(gradients: tf.Tensor[]): void {
    const { accumulateSteps } = this.#options;
    if (accumulateSteps === 1) return this.#update(gradients, this.#slots);
    const sums = this.#slots.at(-1)!;
    sums.forEach((sum, t) => sum.assign(tf.add(sum, gradients[t]!)));
    if (!updatesAfter(this.#step, accumulateSteps)) return;
    this.#update(
      sums.map((sum) => tf.div(sum, accumulateSteps)),
      this.#slots.slice(0, -1),
    );
    for (const sum of sums) sum.assign(tf.zerosLike(sum));
  }

  #update(gradients: tf.Tensor[], slots: tf.Variable[][]): void {
    const { trainee, optimizer, accumulateSteps } = this.#options;
    const update = updateOf(this.#step, accumulateSteps);
    const clipped = clipGradients(gradients, optimizer);
    trainee.trainable.forEach((weight, t) => {
      const own = slots.map((slot) => slot[t]!);
      const updated = this.#optimizer.update(update, weight, clipped[t]!, own);
      weight.assign(updated.w);
      own.forEach((slot, s) => slot.assign(updated.slots[s]!));
    });
  }
}

/** Gathers rows as float32; bytes are scaled to [0, 1]. `[N, ...]` -> `[B, ...]`. */
function batchOf(inputs: NumericArray, rows: Uint32Array, scaled = true): tf.Tensor {
  const rowSize = inputs.data.length / inputs.shape[0]!;
  const scale = inputs.dtype === "uint8" && scaled ? 1 / 255 : 1;
  const batch = new Float32Array(rows.length * rowSize);
  for (let b = 0; b < rows.length; b++) {
    const from = rows[b]! * rowSize;
    for (let i = 0; i < rowSize; i++) batch[b * rowSize + i] = inputs.data[from + i]! * scale;
  }
  return tf.tensor(batch, [rows.length, ...inputs.shape.slice(1)], "float32");
}

function labelsOf({ loss, labelShape }: Trainee, labels: NumericArray, rows: Uint32Array): tf.Tensor {
  if (!loss.classIds) return tf.reshape(batchOf(labels, rows, loss.scaleLabels), [rows.length, ...labelShape]);
  return tf.tensor1d(
    Int32Array.from(rows, (row) => labels.data[row]!),
    "int32",
  );
}

/** Events get through between two batches. */
async function* consecutiveRows(count: number, batchSize: number, signal: AbortSignal | undefined): AsyncGenerator<Uint32Array> {
  for (let from = 0; from < count; from += batchSize) {
    if (from > 0) await letEventsThrough(signal);
    yield Uint32Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => from + i);
  }
}
