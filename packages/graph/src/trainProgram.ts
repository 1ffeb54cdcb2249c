/** The training step as a loop in the graph: gather a batch, forward, backward, update. */

import * as tf from "@tensorflow/tfjs";
import type { DataType } from "@tarea/core";
import { addBatch, addGather } from "./batch.js";
import type { Clipping } from "./clipping.js";
import { fusedCrossentropySum } from "./crossentropy.js";
import { graphMasks } from "./dropout.js";
import { withNativeGradients } from "./gradients.js";
import { DT, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import { addLoop, type LoopBody, type LoopResult } from "./loop.js";
import { storedType } from "./native.js";
import type { OptimizerNodes } from "./optimizers.js";
import { Recording, tidily, trace } from "./recorder.js";
import { computeStep, RESULT_COLUMNS } from "./step.js";
import type { Trainee } from "./trainee.js";
import { addRead, type ResourceVariable } from "./variables.js";

/** What the programs of one graph share. */
export interface ProgramContext {
  graph: Graph;
  trainee: Trainee;
  optimizer: OptimizerNodes;
  clipping: Clipping;
  seed: number;
  /** Whether every sample has a weight. */
  weighted: boolean;
  /** One per weight of the model, in its order. */
  weights: readonly ResourceVariable[];
  /** `slots[s][i]` is slot s of the i-th trainable weight. */
  slots: readonly (readonly ResourceVariable[])[];
}

export interface TrainProgram {
  /** Data as stored, `[N, ...]` and int32 `[N]`. */
  inputs: Output;
  labels: Output;
  /** Float32 `[N]`, when samples weigh differently. */
  weights: Output | undefined;
  /** Row numbers, int32 `[n, B]`. */
  rows: Output;
  /** What changes from step to step, float32 `[n, r]`. */
  rates: Output;
  /** The number of steps n and the number of the first one, int32 scalars. */
  count: Output;
  firstStep: Output;
  /** Float32 `[n, 3]`, see `RESULT_COLUMNS`. */
  results: Output;
}

/** Adds the loop for batches of `batchSize` rows of data stored as `dtype`. */
export function addTrainProgram(
  context: ProgramContext,
  { batchSize, dtype }: { batchSize: number; dtype: DataType },
): TrainProgram {
  const { graph } = context;
  const name = `train${batchSize}`;
  const inputType = storedType(dtype);
  const feeds = {
    inputs: graph.placeholder(`${name}/inputs`, inputType),
    labels: graph.placeholder(`${name}/labels`, DT.int32),
    rows: graph.placeholder(`${name}/rows`, DT.int32),
    rates: graph.placeholder(`${name}/rates`, DT.float),
    count: graph.placeholder(`${name}/count`, DT.int32),
    firstStep: graph.placeholder(`${name}/firstStep`, DT.int32),
    weights: context.weighted ? graph.placeholder(`${name}/weights`, DT.float) : undefined,
  };
  const results = addLoop(graph, name, feeds.count, RESULT_COLUMNS.length, (loop) => {
    const { anchor, iteration, enter } = loop;
    const options = { dtype, anchor };
    const rows = addGather(graph, enter(feeds.rows, DT.int32), iteration, { scope: `${name}/rows`, dtype: "int32", anchor });
    const inputs = addBatch(graph, enter(feeds.inputs, inputType), rows, { scope: `${name}/batch`, ...options });
    const labels = addGather(graph, enter(feeds.labels, DT.int32), rows, { scope: `${name}/labels`, dtype: "int32", anchor });
    const rates = addGather(graph, enter(feeds.rates, DT.float), iteration, { scope: `${name}/rates`, dtype: "float32", anchor });
    const weights =
      feeds.weights &&
      addGather(graph, enter(feeds.weights, DT.float), rows, { scope: `${name}/weights`, dtype: "float32", anchor });
    const step = graph.add("AddV2", [iteration, enter(feeds.firstStep, DT.int32)], {
      name: `${name}/number`,
      attributes: { T: { type: DT.int32 } },
    });
    return addStep(context, loop, { name, batchSize, inputs, labels, weights, rates, step });
  });
  return { ...feeds, results };
}

interface StepOptions {
  name: string;
  batchSize: number;
  inputs: Output;
  labels: Output;
  weights: Output | undefined;
  /** Float32 `[r]`. */
  rates: Output;
  /** The step's number, counted from the run's first, int32 scalar. */
  step: Output;
}

function addStep(context: ProgramContext, loop: LoopBody, options: StepOptions): LoopResult {
  const { graph, trainee, weights, slots, optimizer } = context;
  const { name } = options;
  const recording = new Recording(graph, `${name}/step/`, loop.anchor);
  const handles = weights.map(({ handle }) => loop.enter(handle, DT.resource));
  const reads = weights.map((weight, i) => addRead(graph, handles[i]!, `${name}/${weight.name}/read`, loop.anchor));
  const traced = traceStep(context, recording, reads, options);

  const used = nodesBehind([traced.results, ...traced.gradients, ...traced.assigned.values()]);
  const rates = unpack(graph, options.rates, optimizer.ratesAt(0).length, name);
  const updates = trainee.trainable.map((variable, t) => {
    const i = trainee.weights.indexOf(variable);
    return optimizer.update(graph, `${name}/${weights[i]!.name}/update`, {
      weight: handles[i]!,
      value: reads[i]!,
      slots: slots.map((slot) => loop.enter(slot[t]!.handle, DT.resource)),
      gradient: traced.gradients[t]!,
      rates,
      float: (value) => recording.float(value),
      controls: consumersOf(reads[i]!, used),
    });
  });
  const assigns = [...traced.assigned].map(([i, value]) => {
    const controls = consumersOf(reads[i]!, used);
    return graph.add("AssignVariableOp", [handles[i]!, value], {
      name: `${name}/${weights[i]!.name}/assign`,
      attributes: { dtype: { type: DT.float } },
      controls,
    }).node;
  });
  return { result: traced.results, effects: [...updates, ...assigns] };
}

interface TracedStep {
  results: Output;
  /** One per trainable weight. */
  gradients: Output[];
  /** New values of weights that the forward pass assigned, by their place in the model: moving averages. */
  assigned: Map<number, Output>;
}

/** Runs one step on zeros to write it down; the weights are as before afterwards. */
function traceStep(
  { trainee, clipping, seed }: ProgramContext,
  recording: Recording,
  reads: readonly Output[],
  options: StepOptions,
): TracedStep {
  return tidily(() => {
    const { batchSize } = options;
    const inputs = bound(recording, tf.zeros([batchSize, ...trainee.inputShape]), options.inputs);
    const labels = bound(recording, tf.zeros<tf.Rank.R1>([batchSize], "int32"), options.labels);
    const weights = options.weights && bound(recording, tf.ones<tf.Rank.R1>([batchSize]), options.weights);
    trainee.weights.forEach((weight, i) => recording.bind(weight, reads[i]!));
    const before = trainee.weights.map((weight) => tf.clone(weight));
    try {
      return trace(recording, () => {
        const parts = { crossentropySum: fusedCrossentropySum, drawMask: graphMasks(recording, seed, options.step), clipping };
        const { results, gradients } = withNativeGradients(() => computeStep(trainee, { inputs, labels, weights }, parts));
        const assigned = new Map<number, Output>();
        trainee.weights.forEach((weight, i) => {
          if (weight.dataId !== before[i]!.dataId) assigned.set(i, recording.use(weight));
        });
        return { results: recording.use(results), gradients: gradients.map((gradient) => recording.use(gradient)), assigned };
      });
    } finally {
      trainee.weights.forEach((weight, i) => {
        if (weight.dataId !== before[i]!.dataId) weight.assign(before[i]!);
      });
    }
  });
}

function bound<T extends tf.Tensor>(recording: Recording, tensor: T, output: Output): T {
  recording.bind(tensor, output);
  return tensor;
}

/** Splits a float32 vector into scalars. */
function unpack(graph: Graph, vector: Output, length: number, name: string): Output[] {
  const first = graph.add("Unpack", [vector], {
    name: `${name}/rates/unpack`,
    attributes: { T: { type: DT.float }, num: { int: length }, axis: { int: 0 } },
  });
  return Array.from({ length }, (_, i) => outputAt(first, i));
}

function nodesBehind(outputs: readonly Output[]): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const open = outputs.map(({ node }) => node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...node.inputs.map((input) => input.node));
  }
  return found;
}

/** An update waits for everything that reads the old value: else TensorFlow copies the whole weight in every step. */
function consumersOf(read: Output, nodes: ReadonlySet<GraphNode>): GraphNode[] {
  return [...nodes].filter((node) => node.inputs.some((input) => input.node === read.node));
}
