/** The forward pass over a batch: probabilities, losses and hits of each sample. */

import * as tf from "@tensorflow/tfjs";
import type { DataType } from "@tarea/core";
import { addBatch, addGather } from "./batch.js";
import { fusedCrossentropies } from "./crossentropy.js";
import { DT, type Output } from "./graph.js";
import { storedType } from "./native.js";
import { Recording, tidily, trace } from "./recorder.js";
import { hits } from "./step.js";
import type { ProgramContext } from "./trainProgram.js";
import { addRead } from "./variables.js";

export interface EvaluateProgram {
  /** Data as stored, `[N, ...]` and int32 `[N]`. */
  inputs: Output;
  labels: Output;
  /** Row numbers, int32 `[B]`. */
  rows: Output;
  /** Float32 `[B]`: cross-entropy, and 1 where the label was hit. */
  losses: Output;
  hits: Output;
  /** Float32 `[B, K]`. */
  probabilities: Output;
}

/** Adds the forward pass for batches of `batchSize` rows of data stored as `dtype`; it reads the weights that training updates. */
export function addEvaluateProgram(
  { graph, trainee, weights }: ProgramContext,
  { batchSize, dtype }: { batchSize: number; dtype: DataType },
): EvaluateProgram {
  const name = `evaluate_${dtype}`;
  const inputs = graph.placeholder(`${name}/inputs`, storedType(dtype));
  const labels = graph.placeholder(`${name}/labels`, DT.int32);
  const rows = graph.placeholder(`${name}/rows`, DT.int32);
  const recording = new Recording(graph, `${name}/`);
  const gathered = addBatch(graph, inputs, rows, { scope: `${name}/batch`, dtype });
  const targets = addGather(graph, labels, rows, { scope: `${name}/labels`, dtype: "int32" });
  return tidily(() => {
    const batch = tf.zeros([batchSize, ...trainee.inputShape]);
    const batchLabels = tf.zeros<tf.Rank.R1>([batchSize], "int32");
    recording.bind(batch, gathered);
    recording.bind(batchLabels, targets);
    trainee.weights.forEach((weight, i) =>
      recording.bind(weight, addRead(graph, weights[i]!.handle, `${name}/${weights[i]!.name}/read`)),
    );
    return trace(recording, () => {
      const logits = trainee.forward(batch, { training: false });
      const [losses] = fusedCrossentropies(logits, batchLabels);
      return {
        inputs,
        labels,
        rows,
        losses: recording.use(losses),
        hits: recording.use(hits(logits, batchLabels)),
        probabilities: recording.use(tf.softmax(logits)),
      };
    });
  });
}
