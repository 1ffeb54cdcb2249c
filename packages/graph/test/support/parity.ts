/** Trains two equal models, one compiled and one eager, and holds their numbers against each other. */

import * as tf from "@tensorflow/tfjs";
import { randomStream, type NumericArray } from "@tarea/core";
import { expect } from "vitest";
import { compileTraining, eagerTraining, type CompileOptions, type OptimizerConfig, type StepsResult } from "../../src/index.js";

export const ADAM: OptimizerConfig = { type: "adam", learningRate: 0.01 };

export interface ParityOptions extends Partial<Omit<CompileOptions, "model">> {
  /** Builds the layers before the softmax; called twice. */
  layers: () => tf.layers.Layer[];
  /** What stands between the input and those layers, branches too; called twice. Default: nothing. */
  connect?: (input: tf.SymbolicTensor) => tf.SymbolicTensor;
  inputShape: readonly number[];
  /** Whether dense logits and a softmax follow the layers. Default true. */
  classifies?: boolean;
  /** Instead of those of `makeData`. */
  data?: Data;
  classes?: number;
  dtype?: "uint8" | "float32" | "int32";
  /** Upper end of int32 inputs. */
  vocabulary?: number;
  batchSize?: number;
  count?: number;
  steps?: number;
  /** Largest difference of a weight, a slot or a loss, as a share of the largest value (at least 1). */
  tolerance?: number;
  /** Weights that are not compared. */
  except?: RegExp;
}

export interface Data {
  inputs: NumericArray;
  labels: NumericArray;
}

/** Data with something to learn: each class has its own mean. */
export function makeData(
  { inputShape, classes = 3, dtype = "float32", vocabulary = 10, count = 40 }: Omit<ParityOptions, "layers">,
  seed = 5,
): Data {
  const stream = randomStream(seed, "data");
  const size = inputShape.reduce((a, b) => a * b, 1);
  const labels = Uint8Array.from({ length: count }, () => stream.integer(classes));
  const value = (label: number) => {
    if (dtype === "uint8") return Math.min(255, stream.integer(160) + label * 40);
    if (dtype === "int32") return stream.integer(vocabulary);
    return stream.normal() + label / 2;
  };
  const kinds = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array };
  const data = new kinds[dtype](count * size);
  for (let i = 0; i < data.length; i++) data[i] = value(labels[Math.floor(i / size)]!);
  return {
    inputs: { dtype, shape: [count, ...inputShape], data },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

/** A model of the layers with weights from a seed. */
export function makeModel(
  { layers, connect = (input) => input, inputShape, classes = 3, classifies = true }: ParityOptions,
  seed = 3,
): tf.LayersModel {
  const input = tf.input({ shape: [...inputShape] });
  let x = connect(input);
  const ending = () => [tf.layers.dense({ units: classes, name: "logits" }), tf.layers.activation({ activation: "softmax" })];
  for (const layer of [...layers(), ...(classifies ? ending() : [])]) x = layer.apply(x) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: x });
  seedModel(model, seed);
  return model;
}

/** Kernels are small and random, all other weights keep their start values. */
function seedModel(model: tf.LayersModel, seed: number): void {
  const stream = randomStream(seed, "weights");
  for (const weight of model.weights) {
    if (!/kernel|embeddings/.test(weight.originalName)) continue;
    const variable = weight.read() as tf.Variable;
    const scale = 1 / Math.sqrt(variable.size / variable.shape.at(-1)!);
    tf.tidy(() =>
      variable.assign(
        tf.tensor(
          Float32Array.from({ length: variable.size }, () => stream.normal() * scale),
          variable.shape,
        ),
      ),
    );
  }
}

/** Consecutive batches of all rows, again and again; the last of each pass may be smaller. */
export function makeBatches(count: number, batchSize: number, steps: number): Uint32Array[] {
  const batches: Uint32Array[] = [];
  for (let pass = 0; batches.length < steps; pass++) {
    const order = randomStream(1, `order/${pass}`).permutation(count);
    for (let from = 0; from < count && batches.length < steps; from += batchSize)
      batches.push(order.slice(from, from + batchSize));
  }
  return batches;
}

/** 20 steps each way from the same weights; checks losses, penalties, hits, weights, slots, evaluation and prediction. */
export async function expectParity(options: ParityOptions): Promise<StepsResult> {
  const {
    layers,
    connect,
    inputShape,
    classes,
    dtype,
    vocabulary,
    batchSize = 12,
    count = 40,
    steps = 20,
    tolerance = 2e-5,
    except,
    classifies,
    data = makeData(options),
    ...settings
  } = options;
  const training = { loss: "categoricalCrossentropy", optimizer: ADAM, seed: 11, ...settings, ...data } as const;
  const batches = makeBatches(count, batchSize, steps);
  const run = async (start: typeof compileTraining) => {
    const model = makeModel(options);
    const session = start({ model, ...training });
    const results = await session.runSteps(batches);
    const evaluation = await session.evaluate(data);
    const probabilities = await session.predict(data);
    const state = await session.readState();
    const names = model.weights.map(({ originalName }) => originalName);
    session.dispose();
    model.dispose();
    return { kind: session.kind, results, evaluation, probabilities, state, names };
  };
  const [compiled, eager] = [await run(compileTraining), await run(eagerTraining)];
  expect(compiled.kind).toBe("compiled");
  expect(largestDifference(compiled.results.dataLoss, eager.results.dataLoss)).toBeLessThan(tolerance);
  expect(largestDifference(compiled.results.penalty, eager.results.penalty)).toBeLessThan(tolerance);
  expect(largestDifference(compiled.probabilities, eager.probabilities)).toBeLessThan(tolerance * 5);
  expect(Math.abs(compiled.evaluation.loss - eager.evaluation.loss)).toBeLessThan(Math.max(5e-5, tolerance));
  expect(compiled.evaluation.accuracy).toBe(eager.evaluation.accuracy);
  expect([...compiled.results.correct]).toEqual([...eager.results.correct]);
  expect(compiled.state.step).toBe(eager.state.step);
  expect(compiled.state.arrays).toHaveLength(eager.state.arrays.length);
  compiled.state.arrays.forEach((array, i) => {
    const name = compiled.names[i] ?? `slot ${i - compiled.names.length}`;
    if (except?.test(name) || (except !== undefined && i >= compiled.names.length)) return;
    expect(largestDifference(array, eager.state.arrays[i]!), name).toBeLessThan(tolerance);
  });
  const [first, last] = [eager.results.dataLoss[0]!, eager.results.dataLoss.at(-1)!];
  expect(Number.isFinite(last)).toBe(true);
  expect(last).not.toBe(first);
  return compiled.results;
}

/** Trains the same model `runs` times; all must end with the same bits. */
export async function expectEqualBits(
  options: ParityOptions,
  { runs, steps, optimizer, shards }: { runs: number; steps: number; optimizer: OptimizerConfig; shards: number },
): Promise<void> {
  const [count, batchSize] = [64, 32];
  const data = makeData({ ...options, count });
  const ends = new Set<string>();
  for (let run = 0; run < runs; run++) {
    const model = makeModel(options);
    const training = compileTraining({ model, loss: "categoricalCrossentropy", optimizer, ...data, seed: 1, shards });
    await training.runSteps(makeBatches(count, batchSize, steps));
    ends.add(
      model
        .getWeights()
        .map((weight) => Buffer.from(weight.dataSync().buffer).toString("hex"))
        .join(),
    );
    training.dispose();
    model.dispose();
  }
  expect(ends.size).toBe(1);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let [difference, largest] = [0, 1];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Number.isNaN(a[i]!) || Number.isNaN(b[i]!) ? Infinity : Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return difference / largest;
}
