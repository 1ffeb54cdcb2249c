/** One loaded graph: its programs, its variables and the calls that move their values. */

import { messageOf, TareaError } from "@tarea/core";
import { hasOwnKernels, nativeBinding, type TensorMetadata } from "@tarea/engine/native";
import type { Augmentation } from "./augmentation.js";
import type { StoredTypes } from "./batch.js";
import type { Clipping } from "./clipping.js";
import { addEvaluateProgram, type EvaluateProgram } from "./evaluateProgram.js";
import { Graph, type Output } from "./graph.js";
import type { Precision } from "./mixedPrecision.js";
import { deleteTensors, runSession, type NativeTensorId } from "./native.js";
import type { OptimizerNodes } from "./optimizers.js";
import { loadGraph } from "./savedModel.js";
import { addTrainProgram, type TrainProgram } from "./trainProgram.js";
import type { Trainee } from "./trainee.js";
import { addAssignment, addStored, addWholeRead } from "./variables.js";

export interface ProgramOptions {
  trainee: Trainee;
  optimizer: OptimizerNodes;
  clipping: Clipping;
  seed: number;
  /** Whether every sample has a weight. */
  weighted: boolean;
  shards: number;
  augmentation: Augmentation | undefined;
  accumulateSteps: number;
  precision: Precision;
  /** How the training data are stored. */
  types: StoredTypes;
  /** Batch sizes of the training steps. */
  batchSizes: readonly number[];
  /** How the data of evaluations are stored. */
  evaluationTypes: ReadonlyMap<string, StoredTypes>;
  evaluationBatchSize: number;
}

/** A session of the native library. Its arrays are the model's weights, then the slots, slot by slot. */
export interface LoadedGraph {
  readonly train: ReadonlyMap<number, TrainProgram>;
  /** By the keys of `evaluationTypes`. */
  readonly evaluate: ReadonlyMap<string, EvaluateProgram>;
  /** Reads of all arrays; fetch them after a call, not in one with steps. */
  readVariables(): TensorMetadata[];
  /** Copies values into all arrays. */
  assignVariables(values: readonly NativeTensorId[]): void;
  run(feeds: readonly (readonly [Output, NativeTensorId])[], fetches: readonly Output[]): TensorMetadata[];
  dispose(): void;
}

/** Traces all programs into one graph and loads it. @throws TareaError when something cannot be traced or TensorFlow refuses it */
export function loadPrograms(options: ProgramOptions): LoadedGraph {
  try {
    return tracePrograms(options);
  } catch (error) {
    if (error instanceof TareaError) throw error;
    throw new TareaError({
      code: "trace",
      where: `compileTraining(${options.trainee.name})`,
      problem: "TensorFlow.js cannot compute a step of this model",
      received: messageOf(error).replace(/\.$/, ""),
      cause: error,
    });
  }
}

function tracePrograms(options: ProgramOptions): LoadedGraph {
  const { trainee, optimizer, types, batchSizes, evaluationTypes, evaluationBatchSize } = options;
  const graph = new Graph();
  const own = hasOwnKernels() && options.precision === "float32";
  // A block's gradient has another norm than that of the whole weight.
  const divisions = options.clipping.clipNorm === undefined ? trainee.divisions(options.shards, own) : new Map();
  const weights = trainee.weights.map((weight, i) => addStored(graph, `weight${i}`, weight.shape, divisions.get(weight)));
  const slots = optimizer.slots.map((_, s) =>
    trainee.trainable.map((weight, t) => addStored(graph, `slot${s}_${t}`, weight.shape, divisions.get(weight))),
  );
  const arrays = [...weights, ...slots.flat()];
  const reads = arrays.map((array) => addWholeRead(graph, array, `${array.name}/value`));
  const assignment = addAssignment(graph, arrays);
  const context = { ...options, graph, weights, slots, own };
  const train = new Map(batchSizes.map((batchSize) => [batchSize, addTrainProgram(context, { batchSize, types })]));
  const evaluate = new Map(
    Array.from(evaluationTypes, ([key, stored]) => [
      key,
      addEvaluateProgram(context, { batchSize: evaluationBatchSize, types: stored }),
    ]),
  );
  const session = loadGraph(nativeBinding(), graph);
  return {
    train,
    evaluate,
    run: (feeds, fetches) => runSession(session, feeds, fetches),
    readVariables: () => runSession(session, [], reads),
    assignVariables(values) {
      const [done] = runSession(
        session,
        values.map((id, i) => [assignment.feeds[i]!, id] as const),
        [assignment.done],
      );
      deleteTensors([done!.id]);
    },
    dispose: () => nativeBinding().deleteSavedModel(session),
  };
}
