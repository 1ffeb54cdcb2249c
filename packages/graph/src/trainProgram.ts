/** The training step as a loop in the graph: gather a batch, forward, backward, update. */

import type { DataType } from "@tarea/core";
import { AUGMENTATION_ARRAYS, type Augmentation } from "./augmentation.js";
import { addBranch } from "./accumulation.js";
import { addBatch, addGather, addLabels, addSlice, type StoredTypes } from "./batch.js";
import type { Clipping } from "./clipping.js";
import { DT, nodesBehind, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import { addLoop, type LoopBody, type LoopResult } from "./loop.js";
import { useBfloat16, type Precision } from "./mixedPrecision.js";
import { storedType } from "./native.js";
import type { OptimizerNodes } from "./optimizers.js";
import { stretches } from "./parts.js";
import { Recording } from "./recorder.js";
import { RESULT_COLUMNS } from "./step.js";
import { canRun } from "./stepProgram.js";
import { readRowsInPlace } from "./rowsInPlace.js";
import { addStackTraining, stackedLayers } from "./stackTraining.js";
import { traceStep, type TracedBatch, type TracedStep } from "./traceStep.js";
import type { Trainee } from "./trainee.js";
import { dropInputGradients } from "./ownLayers.js";
import { feedsDense } from "./denseOperations.js";
import { addUpdates } from "./ownUpdates.js";
import { addPrivate, addRead, type ResourceVariable, type StoredArray } from "./variables.js";

/** What the programs of one graph share. */
export interface ProgramContext {
  graph: Graph;
  trainee: Trainee;
  optimizer: OptimizerNodes;
  clipping: Clipping;
  seed: number;
  /** Whether every sample has a weight. */
  weighted: boolean;
  /** Parts of a batch that are worked on side by side. */
  shards: number;
  augmentation: Augmentation | undefined;
  precision: Precision;
  /** Whether layers run on kernels of our own. */
  own: boolean;
  /** Batches per update; above 1 the last slot holds sums of gradients. */
  accumulateSteps: number;
  /** One per weight of the model, in its order. */
  weights: readonly StoredArray[];
  /** `slots[s][i]` is slot s of the i-th trainable weight. */
  slots: readonly (readonly StoredArray[])[];
}

export interface TrainProgram {
  /** Data as stored, `[N, ...]`. */
  inputs: Output;
  labels: Output;
  /** Float32 `[N]`, when samples weigh differently. */
  weights: Output | undefined;
  /** Row numbers, int32 `[n, B]`. */
  rows: Output;
  /** The draws of each step, `[n, B, k]` in the order of `AUGMENTATION_ARRAYS`; none without augmentation. */
  draws: readonly Output[];
  /** What changes from step to step, float32 `[n, r]`. */
  rates: Output;
  /** The number of steps n and the number of the first one, int32 scalars. */
  count: Output;
  firstStep: Output;
  /** Float32 `[n, 3]`, see `RESULT_COLUMNS`. */
  results: Output;
}

/** Adds the loop for batches of `batchSize` rows of data stored as `types`. */
export function addTrainProgram(
  context: ProgramContext,
  { batchSize, types }: { batchSize: number; types: StoredTypes },
): TrainProgram {
  const { graph } = context;
  const { loss } = context.trainee;
  const name = `train${batchSize}`;
  const feeds = {
    inputs: graph.placeholder(`${name}/inputs`, storedType(types.inputs)),
    labels: graph.placeholder(`${name}/labels`, storedType(types.labels)),
    rows: graph.placeholder(`${name}/rows`, DT.int32),
    draws: (context.augmentation === undefined ? [] : AUGMENTATION_ARRAYS).map(({ name: array, dtype }) =>
      graph.placeholder(`${name}/${array}`, storedType(dtype)),
    ),
    rates: graph.placeholder(`${name}/rates`, DT.float),
    count: graph.placeholder(`${name}/count`, DT.int32),
    firstStep: graph.placeholder(`${name}/firstStep`, DT.int32),
    weights: context.weighted ? graph.placeholder(`${name}/weights`, DT.float) : undefined,
  };
  const stack = stackedLayers(context);
  if (stack !== undefined) return { ...feeds, results: addStackTraining(context, stack, { name, feeds, types }) };
  const results = addLoop(graph, name, feeds.count, RESULT_COLUMNS.length, (loop) => {
    const { anchor, iteration, enter } = loop;
    const gather = (values: Output, rows: Output, type: DataType, part: string) =>
      addGather(graph, values, rows, { scope: `${name}/${part}`, dtype: type, anchor });
    const rows = gather(enter(feeds.rows, DT.int32), iteration, "int32", "rows");
    const rates = gather(enter(feeds.rates, DT.float), iteration, "float32", "rates");
    const [inputs, labels] = [enter(feeds.inputs, storedType(types.inputs)), enter(feeds.labels, storedType(types.labels))];
    const weights = feeds.weights && enter(feeds.weights, DT.float);
    const sizes = stretches(batchSize, context.shards);
    // Kernels of our own gather a batch as a whole, in parts; changes of images are other operations.
    const whole = context.own && context.augmentation === undefined;
    const intoDense = context.trainee.model?.inputLayers.some(feedsDense) ?? false;
    const parts = (whole ? stretches(batchSize, 1) : sizes).map(({ from, size }): TracedBatch => {
      const own = size === batchSize ? rows : addSlice(graph, rows, { from, size, scope: `${name}/part`, anchor });
      return {
        from,
        size,
        inputs: addBatch(graph, inputs, own, {
          scope: `${name}/batch`,
          dtype: types.inputs,
          scaled: !context.augmentation,
          anchor,
          own: whole ? { parts: context.shards, columns: intoDense } : undefined,
        }),
        labels: addLabels(graph, labels, own, { scope: `${name}/labels`, dtype: types.labels, loss, anchor }),
        weights: weights && gather(weights, own, "float32", "weights"),
      };
    });
    const int32 = { type: DT.int32 };
    const step = graph.add("AddV2", [iteration, enter(feeds.firstStep, DT.int32)], {
      name: `${name}/number`,
      attributes: { T: int32 },
    });
    const draws = feeds.draws.map((draw, a) => {
      const { name: array, dtype } = AUGMENTATION_ARRAYS[a]!;
      return gather(enter(draw, storedType(dtype)), iteration, dtype, array);
    });
    return addStep(context, loop, {
      name,
      batchSize,
      parts,
      sizes: sizes.map(({ size }) => size),
      rates,
      step,
      draws,
      scaled: types.inputs === "uint8",
    });
  });
  return { ...feeds, results };
}

interface StepOptions {
  name: string;
  batchSize: number;
  parts: readonly TracedBatch[];
  /** Sizes of the parts in which layers work. */
  sizes: readonly number[];
  /** Float32 `[r]`. */
  rates: Output;
  /** The step's number, counted from the run's first, int32 scalar. */
  step: Output;
  /** Of this step, see `TrainProgram.draws`. */
  draws: readonly Output[];
  /** Whether augmented images are scaled to [0, 1]. */
  scaled: boolean;
}

/** The step itself: reads, what was traced, updates. */
function addStep(
  context: ProgramContext,
  loop: LoopBody,
  { name, batchSize, parts, sizes, step, draws, scaled, ...options }: StepOptions,
): LoopResult {
  const { graph, trainee, clipping, seed, weights, optimizer, augmentation, accumulateSteps } = context;
  const recording = new Recording(graph, `${name}/step/`, loop.anchor);
  const rule = context.own && accumulateSteps === 1 ? optimizer.rule : undefined;
  const enterVariable = (variable: ResourceVariable, changes: boolean) => {
    const own = rule && changes ? addPrivate(graph, variable, name) : undefined;
    return { handle: loop.enter(own?.handle ?? variable.handle, DT.resource), memory: own && loop.enter(own.value, DT.float) };
  };
  const stored = weights.map((weight, i) => ({
    axis: weight.axis,
    blocks: weight.blocks.map((variable) => {
      const { handle, memory } = enterVariable(variable, trainee.trainable.includes(trainee.weights[i]!));
      const { name: block, shape } = variable;
      return { name: block, shape, handle, memory, read: addRead(graph, handle, `${name}/${block}/read`, loop.anchor) };
    }),
  }));
  const slotVariables = context.slots.map((slot) =>
    slot.flatMap(({ blocks }) => blocks.map((variable) => enterVariable(variable, true))),
  );
  const slots = slotVariables.map((slot) => slot.map(({ handle }) => handle));
  const sums = accumulateSteps > 1 ? slots.pop()! : [];
  const sumReads = sums.map((sum) => addRead(graph, sum, `${name}/sum/read`, loop.anchor));
  const before = graph.nodes.length;
  const written = traceStep(trainee, recording, {
    batchSize,
    parts,
    sizes,
    augment: augmentation && { augmentation, draws, scaled },
    reads: stored,
    sums: sumReads,
    step,
    clipping,
    seed,
    accumulateSteps,
    own: context.own,
  });

  const traced = context.precision === "mixed" ? inMixed(graph, written, graph.nodes.slice(before)) : written;

  const used = nodesBehind([traced.results, ...traced.gradients, ...traced.assigned.values()], { controls: false });
  dropInputGradients(graph, used);
  const float = (value: number) => recording.float(value);
  const rates = unpack(graph, options.rates, optimizer.ratesAt(0).length, name);
  const branch = accumulateSteps > 1 ? addBranch(graph, `${name}/branch`, rates.pop()!, float) : undefined;
  const gate = (value: Output) => branch?.gate(value) ?? value;
  const gatedRates = rates.map(gate);
  const trained = trainee.trainable.flatMap((variable) => stored[trainee.weights.indexOf(variable)]!.blocks);
  const updates = trained.map(({ name: block, handle, read, memory }, t) => ({
    update: {
      name: `${name}/${block}/update`,
      weight: handle,
      value: read,
      slots: slots.map((slot) => slot[t]!),
      gradient: gate(traced.gradients[t]!),
      rates: gatedRates,
      float,
      controls: consumersOf(read, used),
    },
    memory: memory && { value: memory, slots: slotVariables.map((slot) => slot[t]!.memory!) },
  }));
  const isProgram =
    rule !== undefined && canRun([traced.results, ...traced.gradients, ...traced.assigned.values()], loop.iteration);
  const updated = addUpdates(graph, updates, { name, optimizer, rule, parts: context.shards, isProgram });
  const assign = (handle: Output, value: Output, read: Output, what: string) =>
    graph.add("AssignVariableOp", [handle, value], {
      name: `${name}/${what}/assign`,
      attributes: { dtype: { type: DT.float } },
      controls: consumersOf(read, used),
    }).node;
  const assigns = [...traced.assigned].map(([i, value]) => {
    const { name: weight, handle, read } = stored[i]!.blocks[0]!; // only trained kernels are in blocks
    return assign(handle, value, read, weight);
  });
  if (branch === undefined) {
    const effects = [...updated, ...assigns];
    if (context.own) readRowsInPlace(graph, batchSize, [traced.results.node, ...effects]);
    return { result: traced.results, effects, isProgram };
  }
  const newSums = sums.map((sum, t) => assign(sum, branch.unless(traced.sums[t]!), sumReads[t]!, "sum"));
  return { result: traced.results, effects: [branch.join(updated), ...assigns, ...newSums], isProgram };
}

/** The step with products in bfloat16, its outcome in float32. */
function inMixed(graph: Graph, { results, gradients, sums, assigned }: TracedStep, nodes: readonly GraphNode[]): TracedStep {
  const inFloat = useBfloat16(graph, nodes);
  return {
    results: inFloat(results),
    gradients: gradients.map(inFloat),
    sums: sums.map(inFloat),
    assigned: new Map(Array.from(assigned, ([i, value]) => [i, inFloat(value)])),
  };
}

/** Splits a float32 vector into scalars. */
function unpack(graph: Graph, vector: Output, length: number, name: string): Output[] {
  const first = graph.add("Unpack", [vector], {
    name: `${name}/rates/unpack`,
    attributes: { T: { type: DT.float }, num: { int: length }, axis: { int: 0 } },
  });
  return Array.from({ length }, (_, i) => outputAt(first, i));
}

/** An update waits for everything that reads the old value: else TensorFlow copies the whole weight in every step. */
function consumersOf(read: Output, nodes: ReadonlySet<GraphNode>): GraphNode[] {
  return [...nodes].filter((node) => node.inputs.some((input) => input.node === read.node));
}
