/** Evaluation and prediction over all rows; the last batch is filled up with a row whose results are dropped. */

import type { TensorMetadata } from "@tarea/engine/native";
import type { EvaluateProgram } from "./evaluateProgram.js";
import type { Output } from "./graph.js";
import { letEventsThrough } from "./turns.js";
import { createTensor, deleteTensors, readTensor, type NativeTensorId } from "./native.js";
import type { LoadedGraph } from "./program.js";

export interface ForwardPass {
  graph: LoadedGraph;
  program: EvaluateProgram;
  inputs: NativeTensorId;
  labels?: NativeTensorId;
  batchSize: number;
  /** Ends it between two batches. */
  signal: AbortSignal | undefined;
}

/** Mean loss and accuracy over the rows 0 to `count` - 1, summed in double precision. */
export async function evaluateRows(pass: ForwardPass, count: number): Promise<{ loss: number; accuracy: number }> {
  let [loss, correct] = [0, 0];
  for await (const { length, results } of forwardBatches(pass, count, [pass.program.losses, pass.program.hits])) {
    for (let i = 0; i < length; i++) {
      loss += results[0]![i]!;
      correct += results[1]![i]!;
    }
  }
  return { loss: loss / count, accuracy: correct / count };
}

/** Predictions of the rows 0 to `count` - 1, row-major, `size` numbers each. */
export async function predictRows(pass: ForwardPass, count: number, size: number): Promise<Float32Array> {
  const predictions = new Float32Array(count * size);
  for await (const { from, length, results } of forwardBatches(pass, count, [pass.program.predictions])) {
    predictions.set(results[0]!.subarray(0, length * size), from * size);
  }
  return predictions;
}

async function* forwardBatches(
  { graph, program, inputs, labels, batchSize, signal }: ForwardPass,
  count: number,
  fetches: readonly Output[],
) {
  for (let from = 0; from < count; from += batchSize) {
    if (from > 0) await letEventsThrough(signal);
    const length = Math.min(batchSize, count - from);
    const rows = createTensor(
      Int32Array.from({ length: batchSize }, (_, i) => (i < length ? from + i : 0)),
      [batchSize],
    );
    let outputs: TensorMetadata[] = [];
    try {
      const feeds: [Output, NativeTensorId][] = [
        [program.inputs, inputs],
        [program.rows, rows],
      ];
      if (labels !== undefined) feeds.push([program.labels, labels]);
      outputs = graph.run(feeds, fetches);
      yield { from, length, results: outputs.map(({ id }) => readTensor(id)) };
    } finally {
      deleteTensors([rows, ...outputs.map(({ id }) => id)]);
    }
  }
}
