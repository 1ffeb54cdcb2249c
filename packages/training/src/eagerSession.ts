/** Training one operation at a time: runs on every engine, and is the reference for the compiled session. */

import * as tf from "@tensorflow/tfjs";
import { TareaError, type NumericArray } from "@tarea/core";
import type { DropoutStep, SeededDropout } from "@tarea/models";
import type { Samples } from "./libraries.js";
import { createOptimizer } from "./optimizers.js";
import type { ChunkResult, EvaluationResult, SessionOptions, SessionState, TrainingSession } from "./session.js";

/** Samples per forward pass in evaluation and prediction; the result does not depend on it beyond rounding. */
const EVALUATION_BATCH = 1000;

export function createEagerSession({ model, optimizer: optimizerConfig, train, seed }: SessionOptions): TrainingSession {
  const logitsModel = logitsModelOf(model);
  const classes = logitsModel.outputShape[1] as number;
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const allWeights = model.weights.map((weight) => weight.read() as tf.Variable);
  const optimizer = createOptimizer(optimizerConfig, weights);
  let step = 0;

  function runStep(rows: Uint32Array): tf.Scalar[] {
    return tf.tidy(() => {
      const inputs = batchOf(train.inputs, rows); // [B, ...] in [0, 1]
      const labels = tf.tensor1d(labelsOf(train.labels, rows), "int32"); // [B]
      setDropoutStep(model, { seed, step });
      let logits!: tf.Tensor2D;
      let dataLoss!: tf.Scalar;
      let penalty!: tf.Scalar;
      const { grads } = tf.variableGrads(() => {
        logits = tf.keep(logitsModel.apply(inputs, { training: true }) as tf.Tensor2D); // [B, K]
        dataLoss = tf.keep(crossentropySum(logits, labels, classes));
        penalty = tf.keep(penaltyOf(model));
        return tf.add(tf.div(dataLoss, rows.length), penalty) as tf.Scalar;
      }, weights);
      const correct = countCorrect(logits, labels);
      optimizer.apply(
        weights.map((weight) => grads[weight.name]!),
        step,
      );
      logits.dispose();
      return [dataLoss, penalty, correct];
    });
  }

  return {
    kind: "eager",
    async runSteps(batches: readonly Uint32Array[]): Promise<ChunkResult> {
      const results: tf.Scalar[] = [];
      for (const rows of batches) {
        results.push(...runStep(rows));
        step++;
      }
      const stacked = tf.tidy(() => tf.stack(results));
      const values = await stacked.data();
      tf.dispose([stacked, ...results]);
      const column = (offset: number): Float64Array =>
        Float64Array.from({ length: batches.length }, (_, i) => values[3 * i + offset]!);
      return { dataLoss: column(0), penalty: column(1), correct: column(2) };
    },

    async evaluate(samples: Samples): Promise<EvaluationResult> {
      let [loss, correct] = [0, 0];
      for (const rows of consecutiveBatches(samples)) {
        const sums = tf.tidy(() => {
          const labels = tf.tensor1d(labelsOf(samples.labels, rows), "int32");
          const logits = logitsModel.apply(batchOf(samples.inputs, rows)) as tf.Tensor2D;
          return tf.stack([crossentropySum(logits, labels, classes), countCorrect(logits, labels)]);
        });
        const [batchLoss, batchCorrect] = await sums.data();
        sums.dispose();
        loss += batchLoss!;
        correct += batchCorrect!;
      }
      const count = samples.inputs.shape[0]!;
      return { loss: loss / count, accuracy: correct / count };
    },

    async predict(samples: Samples): Promise<Float32Array> {
      const probabilities = new Float32Array(samples.inputs.shape[0]! * classes);
      for (const rows of consecutiveBatches(samples)) {
        const output = tf.tidy(() => model.apply(batchOf(samples.inputs, rows)) as tf.Tensor2D);
        probabilities.set(await output.data<"float32">(), rows[0]! * classes);
        output.dispose();
      }
      return probabilities;
    },

    async readState(): Promise<SessionState> {
      const arrays = await Promise.all([...allWeights, ...optimizer.slots].map((variable) => variable.data<"float32">()));
      return { step, arrays: arrays.map((array) => Float32Array.from(array)) };
    },

    writeState(state: SessionState): void {
      const variables = [...allWeights, ...optimizer.slots];
      if (state.arrays.length !== variables.length || state.arrays.some((array, i) => array.length !== variables[i]!.size)) {
        throw new TareaError({
          code: "checkpoint",
          where: "resume",
          problem: "the checkpoint belongs to another model or optimizer",
        });
      }
      variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(state.arrays[i]!, variable.shape))));
      step = state.step;
    },

    dispose: () => optimizer.dispose(),
  };
}

/** Sets the step whose masks the dropout layers draw next; TF.js's own dropout layers have no such property. */
function setDropoutStep(model: tf.LayersModel, drawFor: DropoutStep): void {
  for (const layer of model.layers) if ("drawFor" in layer) (layer as SeededDropout).drawFor = drawFor;
}

/** The model without its last softmax: losses on logits neither saturate nor lose their gradient. */
function logitsModelOf(model: tf.LayersModel): tf.LayersModel {
  const last = model.layers.at(-1);
  const activation = (last?.getConfig() as { activation?: unknown } | undefined)?.activation;
  if (last?.getClassName() !== "Activation" || activation !== "softmax" || model.outputs.length !== 1) {
    throw new TareaError({
      code: "model",
      where: `train(${model.name})`,
      problem: "the model must end in a softmax activation layer of its own",
      received: last === undefined ? "no layers" : `${last.getClassName()} ${last.name}`,
      hint: 'End it with dense({ units, activation: "linear" }) and activation({ activation: "softmax" }).',
    });
  }
  return tf.model({ inputs: model.inputs, outputs: last.input as tf.SymbolicTensor, name: `${model.name}-logits` });
}

/** Sum over the batch of -log softmax(logits)[label]; `[B, K]`, `[B]` -> scalar. */
function crossentropySum(logits: tf.Tensor2D, labels: tf.Tensor1D, classes: number): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(tf.oneHot(labels, classes), tf.logSoftmax(logits))));
}

function countCorrect(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"));
}

function penaltyOf(model: tf.LayersModel): tf.Scalar {
  return model.calculateLosses().reduce<tf.Scalar>((sum, loss) => tf.add(sum, loss), tf.scalar(0));
}

/** Gathers rows as float32; bytes are scaled to [0, 1]. `[N, ...]` -> `[B, ...]`. */
function batchOf(inputs: NumericArray, rows: Uint32Array): tf.Tensor {
  const rowSize = inputs.data.length / inputs.shape[0]!;
  const scale = inputs.dtype === "uint8" ? 1 / 255 : 1;
  const batch = new Float32Array(rows.length * rowSize);
  for (let b = 0; b < rows.length; b++) {
    const from = rows[b]! * rowSize;
    for (let i = 0; i < rowSize; i++) batch[b * rowSize + i] = inputs.data[from + i]! * scale;
  }
  return tf.tensor(batch, [rows.length, ...inputs.shape.slice(1)], "float32");
}

function labelsOf(labels: NumericArray, rows: Uint32Array): Int32Array {
  return Int32Array.from(rows, (row) => labels.data[row]!);
}

function* consecutiveBatches({ inputs }: Samples): Generator<Uint32Array> {
  const count = inputs.shape[0]!;
  for (let from = 0; from < count; from += EVALUATION_BATCH) {
    yield Uint32Array.from({ length: Math.min(EVALUATION_BATCH, count - from) }, (_, i) => from + i);
  }
}
