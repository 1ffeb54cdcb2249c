/** The forward pass over a batch: predictions, losses and hits of each sample. */

import * as tf from "@tensorflow/tfjs";
import { addBatch, addLabels, addSlice, type StoredTypes } from "./batch.js";
import { fusedLosses } from "./crossentropy.js";
import { DT, type Output } from "./graph.js";
import { useBfloat16 } from "./mixedPrecision.js";
import type { LayerWork } from "./layerCalls.js";
import { storedType } from "./native.js";
import { ownCalls } from "./ownLayers.js";
import { stretches } from "./parts.js";
import { Recording, tidily, trace } from "./recorder.js";
import type { ProgramContext } from "./trainProgram.js";
import type { Trainee } from "./trainee.js";
import { addWholeRead } from "./variables.js";

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

/**
 * A batch goes through in so many parts, side by side where there are cores. The same number everywhere: results must not depend on the
 * machine.
 */
const PARTS = 4;

/** Adds the forward pass for batches of `batchSize` rows of data stored as `types`; it reads the weights that training updates. */
export function addEvaluateProgram(
  context: ProgramContext,
  { batchSize, types }: { batchSize: number; types: StoredTypes },
): EvaluateProgram {
  const { graph, weights } = context;
  const name = `evaluate_${types.inputs}_${types.labels}`;
  const inputs = graph.placeholder(`${name}/inputs`, storedType(types.inputs));
  const labels = graph.placeholder(`${name}/labels`, storedType(types.labels));
  const rows = graph.placeholder(`${name}/rows`, DT.int32);
  const reads = weights.map((weight) => addWholeRead(graph, weight, `${name}/${weight.name}/read`));
  const partSize = context.own ? batchSize : Math.ceil(batchSize / PARTS);
  const starts = Array.from({ length: Math.ceil(batchSize / partSize) }, (_, i) => i * partSize);
  const parts = starts.map((from) => {
    const size = Math.min(partSize, batchSize - from);
    const own = size === batchSize ? rows : addSlice(graph, rows, { from, size, scope: `${name}/part`, anchor: rows.node });
    return addPart(context, { name, inputs, labels, rows: own, size, types, reads });
  });
  const joined = (column: keyof Part) =>
    graph.concatenate(
      parts.map((part) => part[column]),
      0,
      `${name}/${column}`,
    );
  return {
    inputs,
    labels,
    rows,
    losses: joined("losses"),
    hits: joined("hits"),
    predictions: joined("predictions"),
  };
}

type Part = Pick<EvaluateProgram, "losses" | "hits" | "predictions">;

interface PartOptions extends Pick<EvaluateProgram, "inputs" | "labels" | "rows"> {
  name: string;
  size: number;
  types: StoredTypes;
  /** Values of the weights. */
  reads: readonly Output[];
}

/** Layers on kernels of our own take a whole batch and divide it themselves. */
function ownWork({ model }: Trainee, size: number): LayerWork {
  return {
    calls: ownCalls(model, { parts: PARTS, training: false }),
    sizes: stretches(size, PARTS).map((part) => part.size),
    wholes: true,
  };
}

function addPart(
  { graph, trainee, precision, own }: ProgramContext,
  { name, inputs, labels, rows, size, types, reads }: PartOptions,
): Part {
  const { loss, labelShape } = trainee;
  const recording = new Recording(graph, `${name}/`);
  const before = graph.nodes.length;
  const gathered = addBatch(graph, inputs, rows, {
    scope: `${name}/batch`,
    dtype: types.inputs,
    own: own ? { parts: PARTS, columns: false } : undefined,
  });
  const targets = addLabels(graph, labels, rows, { scope: `${name}/labels`, dtype: types.labels, loss });
  return tidily(() => {
    const batch = tf.zeros([size, ...trainee.inputShape]);
    const batchLabels = tf.zeros([size, ...labelShape], loss.classIds ? "int32" : "float32");
    recording.bind(batch, gathered);
    recording.bind(batchLabels, targets);
    trainee.weights.forEach((weight, i) => recording.bind(weight, reads[i]!));
    const part = trace(recording, () => {
      const outputs = trainee.forward(batch, { training: false, ...(own && ownWork(trainee, size)) });
      return {
        losses: recording.use(fusedLosses(loss, outputs, batchLabels)),
        hits: recording.use(loss.hits(outputs, batchLabels)),
        predictions: recording.use(loss.predictions(outputs)),
      };
    });
    if (precision === "float32") return part;
    const inFloat = useBfloat16(graph, graph.nodes.slice(before));
    return { losses: inFloat(part.losses), hits: inFloat(part.hits), predictions: inFloat(part.predictions) };
  });
}
