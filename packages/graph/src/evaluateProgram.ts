/** The forward pass over a batch: predictions, losses and hits of each sample. */

import * as tf from "@tensorflow/tfjs";
import { addBatch, addLabels, type StoredTypes } from "./batch.js";
import { fusedLosses } from "./crossentropy.js";
import { DT, type Output } from "./graph.js";
import { storedType } from "./native.js";
import { Recording, tidily, trace } from "./recorder.js";
import type { ProgramContext } from "./trainProgram.js";
import { addRead } from "./variables.js";

export interface EvaluateProgram {
  /** Data as stored, `[N, ...]`. */
  inputs: Output;
  labels: Output;
  /** Row numbers, int32 `[B]`. */
  rows: Output;
  /** Float32 `[B]`: see `Loss`. */
  losses: Output;
  hits: Output;
  /** Float32 `[B, ...]`. */
  predictions: Output;
}

/** Adds the forward pass for batches of `batchSize` rows of data stored as `types`; it reads the weights that training updates. */
export function addEvaluateProgram(
  { graph, trainee, weights }: ProgramContext,
  { batchSize, types }: { batchSize: number; types: StoredTypes },
): EvaluateProgram {
  const { loss, labelShape } = trainee;
  const name = `evaluate_${types.inputs}_${types.labels}`;
  const inputs = graph.placeholder(`${name}/inputs`, storedType(types.inputs));
  const labels = graph.placeholder(`${name}/labels`, storedType(types.labels));
  const rows = graph.placeholder(`${name}/rows`, DT.int32);
  const recording = new Recording(graph, `${name}/`);
  const gathered = addBatch(graph, inputs, rows, { scope: `${name}/batch`, dtype: types.inputs });
  const targets = addLabels(graph, labels, rows, { scope: `${name}/labels`, dtype: types.labels, loss });
  return tidily(() => {
    const batch = tf.zeros([batchSize, ...trainee.inputShape]);
    const batchLabels = tf.zeros([batchSize, ...labelShape], loss.classIds ? "int32" : "float32");
    recording.bind(batch, gathered);
    recording.bind(batchLabels, targets);
    trainee.weights.forEach((weight, i) =>
      recording.bind(weight, addRead(graph, weights[i]!.handle, `${name}/${weights[i]!.name}/read`)),
    );
    return trace(recording, () => {
      const outputs = trainee.forward(batch, { training: false });
      return {
        inputs,
        labels,
        rows,
        losses: recording.use(fusedLosses(loss, outputs, batchLabels)),
        hits: recording.use(loss.hits(outputs, batchLabels)),
        predictions: recording.use(loss.predictions(outputs)),
      };
    });
  });
}
