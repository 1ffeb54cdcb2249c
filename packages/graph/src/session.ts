/** A compiled training run: the state between calls, and the weights kept equal in the model and in the native session. */

import type * as tf from "@tensorflow/tfjs";
import { messageOf, TareaError, type DataType, type NumericArray } from "@tarea/core";
import { accumulating } from "./accumulation.js";
import { AUGMENTATION_ARRAYS, drawSteps } from "./augmentation.js";
import type { StoredTypes } from "./batch.js";
import { checkData, checkInputs, checkRows, type LabelledData } from "./checkData.js";
import { DataCache } from "./dataCache.js";
import { evaluateRows, predictRows, type ForwardPass } from "./evaluation.js";
import { adoptTensor, createTensor, deleteTensors, idOf, readTensor, type NativeTensorId } from "./native.js";
import type { SessionOptions } from "./compileTraining.js";
import { optimizerNodes, type OptimizerNodes } from "./optimizers.js";
import type { Output } from "./graph.js";
import { loadPrograms, type LoadedGraph } from "./program.js";
import { RESULT_COLUMNS } from "./step.js";
import { Turns } from "./turns.js";

/** One entry per step; sums, not means, so that calls of any size add up to the same epoch. */
export interface StepsResult {
  /** Sum of the data loss over the samples of each step. */
  dataLoss: Float64Array;
  /** Regularization penalty at each step. */
  penalty: Float64Array;
  /** Correctly classified samples of each step; 0 for losses that know no right and wrong. */
  correct: Float64Array;
}

/** Everything that the next step depends on besides the data and the configuration. */
export interface TrainingState {
  /** Steps done so far, one per batch. */
  step: number;
  /** The model's weights, then the optimizer's slots, slot by slot, then the sums of accumulated gradients, if any. */
  arrays: Float32Array[];
}

export interface EvaluateOptions {
  signal?: AbortSignal | undefined;
}

export interface CompiledTraining {
  /** `compiled` on native TensorFlow, `eager` elsewhere. */
  readonly kind: "compiled" | "eager";
  /**
   * Runs one step for each batch of row numbers, in order; the model's weights are the new ones afterwards. When it
   * rejects, weights, slots and step number are as they were before the call.
   */
  runSteps(batches: readonly Uint32Array[]): Promise<StepsResult>;
  /**
   * Mean data loss per sample, and the share of samples classified correctly; 0 for losses that know no right and wrong. Events get
   * through between its batches; other calls wait. An aborted signal rejects it with the signal's reason.
   */
  evaluate(data: LabelledData, options?: EvaluateOptions): Promise<{ loss: number; accuracy: number }>;
  /** What the model predicts, row-major `[N, ...]`: class probabilities `[N, K]`, values. Events get through as in `evaluate`. */
  predict(data: { inputs: NumericArray }, options?: EvaluateOptions): Promise<Float32Array>;
  readState(): Promise<TrainingState>;
  writeState(state: TrainingState): void;
  /** Frees everything but the model. */
  dispose(): void;
}

/** Training through graphs of the native library. */
export class CompiledSession implements CompiledTraining {
  readonly kind = "compiled";
  #options: SessionOptions;
  #optimizer: OptimizerNodes;
  #graph: LoadedGraph;
  #batchSizes: Set<number>;
  /** By their names. */
  #evaluationTypes = new Map<string, StoredTypes>();
  #data = new DataCache();
  #turns = new Turns();
  #step = 0;
  /** The model's tensors whose values the session's variables hold. */
  #synced: object[] = [];
  /** Native tensors with the slots' values. */
  #slots: NativeTensorId[];

  constructor(options: SessionOptions) {
    const { trainee, inputs, labels, batchSizes } = options;
    const optimizer = accumulating(optimizerNodes(options.optimizer), options.accumulateSteps);
    this.#options = options;
    this.#optimizer = optimizer;
    this.#batchSizes = new Set(batchSizes);
    this.#evaluationTypes.set(...this.#typesOf(inputs, labels.dtype));
    this.#slots = optimizer.slots.flatMap((start) =>
      trainee.trainable.map(({ shape, size }) => createTensor(new Float32Array(size).fill(start), shape)),
    );
    try {
      this.#graph = this.#load();
    } catch (error) {
      deleteTensors(this.#slots);
      throw error;
    }
  }

  runSteps(batches: readonly Uint32Array[]): Promise<StepsResult> {
    return this.#turns.run(() => this.#runSteps(batches));
  }

  async #runSteps(batches: readonly Uint32Array[]): Promise<StepsResult> {
    const where = "runSteps";
    checkRows(where, batches, this.#options.inputs.shape[0]!);
    const missing = batches.filter((rows) => !this.#batchSizes.has(rows.length));
    for (const rows of missing) this.#batchSizes.add(rows.length);
    if (missing.length > 0) this.#reload();
    this.#push();
    const columns = RESULT_COLUMNS.map(() => new Float64Array(batches.length));
    try {
      for (const { from, to } of runsOfEqualSize(batches)) {
        const results = this.#runLoop(batches.slice(from, to), this.#step + from);
        columns.forEach((column, c) => {
          for (let i = from; i < to; i++) column[i] = results[(i - from) * columns.length + c]!;
        });
      }
    } catch (error) {
      this.#synced = [];
      throw new TareaError({
        code: "step",
        where,
        problem: "a training step failed; the weights are as they were",
        received: messageOf(error).replace(/\.$/, ""),
        cause: error,
      });
    }
    this.#pull();
    this.#step += batches.length;
    return { dataLoss: columns[0]!, penalty: columns[1]!, correct: columns[2]! };
  }

  /** Runs steps whose results and updates are thrown away, for measurements. */
  rehearse(batches: readonly Uint32Array[]): void {
    this.#push();
    this.#synced = [];
    this.#runLoop(batches, this.#step);
  }

  evaluate(data: LabelledData, { signal }: EvaluateOptions = {}): Promise<{ loss: number; accuracy: number }> {
    return this.#turns.run(async () => {
      signal?.throwIfAborted();
      checkData("evaluate", this.#options.trainee, data);
      const pass = { ...this.#forward(data.inputs, data.labels.dtype), labels: this.#labels(data.labels), signal };
      return evaluateRows(pass, data.inputs.shape[0]!);
    });
  }

  predict({ inputs }: { inputs: NumericArray }, { signal }: EvaluateOptions = {}): Promise<Float32Array> {
    return this.#turns.run(async () => {
      signal?.throwIfAborted();
      checkInputs("predict", this.#options.trainee, inputs);
      const pass = { ...this.#forward(inputs, this.#options.labels.dtype), signal };
      return predictRows(pass, inputs.shape[0]!, this.#options.trainee.outputSize);
    });
  }

  readState(): Promise<TrainingState> {
    return this.#turns.run(async () => {
      const weights = this.#options.trainee.weights.map((weight) => Float32Array.from(weight.dataSync()));
      return { step: this.#step, arrays: [...weights, ...this.#slots.map(readTensor)] };
    });
  }

  writeState({ step, arrays }: TrainingState): void {
    this.#turns.checkNone("writeState");
    const { trainee } = this.#options;
    const shapes = [...trainee.weights, ...this.#optimizer.slots.flatMap(() => trainee.trainable)].map(({ shape }) => shape);
    if (arrays.length !== shapes.length || arrays.some((array, i) => array.length !== shapes[i]!.reduce((a, b) => a * b, 1))) {
      throw new TareaError({
        code: "checkpoint",
        where: "resume",
        problem: "the checkpoint belongs to another model or optimizer",
      });
    }
    const ids = arrays.map((array, i) => createTensor(array.slice(), shapes[i]!));
    trainee.weights.forEach((weight, i) => assignNative(weight, { id: ids[i]!, shape: weight.shape, dtype: 1 }));
    deleteTensors(this.#slots);
    this.#slots = ids.slice(trainee.weights.length);
    this.#synced = [];
    this.#step = step;
  }

  dispose(): void {
    this.#turns.checkNone("dispose");
    this.#graph.dispose();
    this.#data.dispose();
    deleteTensors(this.#slots);
    this.#slots = [];
  }

  #load(): LoadedGraph {
    const { optimizer: clipping, weights, inputs, labels } = this.#options;
    return loadPrograms({
      ...this.#options,
      optimizer: this.#optimizer,
      clipping,
      weighted: weights !== undefined,
      types: this.#typesOf(inputs, labels.dtype)[1],
      batchSizes: [...this.#batchSizes],
      evaluationTypes: this.#evaluationTypes,
    });
  }

  /** Compiles again when something is needed that the graph does not have yet. */
  #reload(): void {
    const graph = this.#load();
    this.#graph.dispose();
    this.#graph = graph;
    this.#synced = [];
  }

  /** How data are stored natively, and a name for it. */
  #typesOf({ dtype: inputs }: NumericArray, labelType: DataType): [string, StoredTypes] {
    const labels = this.#options.trainee.loss.classIds ? "int32" : labelType;
    return [`${inputs}/${labels}`, { inputs, labels }];
  }

  /** The labels in the shape that the loss takes; class ids as int32. */
  #labels(labels: NumericArray): NativeTensorId {
    const { loss, labelShape } = this.#options.trainee;
    return this.#data.tensor(labels, { dtype: loss.classIds ? "int32" : labels.dtype, shape: [labels.shape[0]!, ...labelShape] });
  }

  /** Brings weights that were changed from outside, and after a failure all values, into the session, whose memory the model shares then. */
  #push(): void {
    const { weights } = this.#options.trainee;
    if (weights.every((weight, i) => weight.dataId === this.#synced[i])) return;
    this.#graph.assignVariables([...weights.map(idOf), ...this.#slots]);
    this.#pull();
  }

  /** Takes the values of the session over into the model and the slots, without a copy. */
  #pull(): void {
    const { weights } = this.#options.trainee;
    const values = this.#graph.readVariables();
    weights.forEach((weight, i) => assignNative(weight, values[i]!));
    deleteTensors(this.#slots);
    this.#slots = values.slice(weights.length).map(({ id }) => id);
    this.#synced = weights.map((weight) => weight.dataId);
  }

  /** Steps with batches of one size in one call; float32 `[n, 3]`. */
  #runLoop(batches: readonly Uint32Array[], firstStep: number): Float32Array {
    const { inputs, labels, weights, augmentation, seed } = this.#options;
    const [count, batchSize] = [batches.length, batches[0]!.length];
    const program = this.#graph.train.get(batchSize)!;
    const rows = new Int32Array(count * batchSize);
    batches.forEach((batch, i) => rows.set(batch, i * batchSize));
    const rates = batches.map((_, i) => this.#optimizer.ratesAt(firstStep + i));
    const draws = augmentation && drawSteps(augmentation, inputs, { seed, firstStep, steps: count, batchSize });
    const temporary: [Output, NativeTensorId][] = [
      [program.rows, createTensor(rows, [count, batchSize])],
      [program.rates, createTensor(Float32Array.from(rates.flat()), [count, rates[0]!.length])],
      [program.count, createTensor(Int32Array.of(count), [])],
      [program.firstStep, createTensor(Int32Array.of(firstStep), [])],
    ];
    draws?.forEach((draw, a) =>
      temporary.push([program.draws[a]!, createTensor(draw, [count, batchSize, AUGMENTATION_ARRAYS[a]!.width])]),
    );
    if (program.weights !== undefined) temporary.push([program.weights, createTensor(weights!, [weights!.length])]);
    try {
      const [results] = this.#graph.run(
        [[program.inputs, this.#data.tensor(inputs)], [program.labels, this.#labels(labels)], ...temporary],
        [program.results],
      );
      const values = readTensor(results!.id);
      deleteTensors([results!.id]);
      return values;
    } finally {
      deleteTensors(temporary.map(([, id]) => id));
    }
  }

  #forward(inputs: NumericArray, labelType: DataType): Omit<ForwardPass, "signal"> {
    const [key, types] = this.#typesOf(inputs, labelType);
    if (!this.#evaluationTypes.has(key)) {
      this.#evaluationTypes.set(key, types);
      this.#reload();
    }
    this.#push();
    const program = this.#graph.evaluate.get(key)!;
    return { graph: this.#graph, program, inputs: this.#data.tensor(inputs), batchSize: this.#options.evaluationBatchSize };
  }
}

function assignNative(weight: tf.Variable, metadata: { id: number; shape: number[]; dtype: number }): void {
  const tensor = adoptTensor(metadata);
  weight.assign(tensor);
  tensor.dispose();
}

/** Cuts batches into stretches of one size each, for one call each. */
function* runsOfEqualSize(batches: readonly Uint32Array[]): Generator<{ from: number; to: number }> {
  let from = 0;
  for (let to = 1; to <= batches.length; to++) {
    if (to < batches.length && batches[to]!.length === batches[from]!.length) continue;
    yield { from, to };
    from = to;
  }
}
