/** How insight looks into a model: its one input, its layers by name, its samples as tensors, its scores before the last activation. */

import * as tf from "@tensorflow/tfjs";
import { checkOneOf, show, sizeOf, TareaError, type NumericArray } from "@tarea/core";
import { checkModel } from "../arguments.js";

/**
 * One sample or many: a tensor, or plain numbers as data sets give them, where `uint8` pixels stand for 0 to 1 as in training.
 * The caller keeps tensors and disposes them.
 */
export type Samples = tf.Tensor | NumericArray;

/** Runs `task` and disposes every tensor that it made. */
export function withoutTensors<T>(task: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = task();
  });
  return result as T;
}

/** A float32 tensor `[1, ...inputShape]` of one sample given with or without the batch axis. @throws TareaError for other shapes */
export function sampleTensor(where: string, model: tf.LayersModel, sample: Samples): tf.Tensor {
  const inputShape = inputShapeOf(where, model);
  checkSamples(where, sample);
  const size = sample.shape.length === inputShape.length + 1 && sample.shape[0] === 1 ? sample.shape.slice(1) : sample.shape;
  checkShape(where, "the sample", size, inputShape);
  return toFloats(sample, [1, ...size]);
}

/** A float32 tensor `[B, ...inputShape]`, at least one sample. @throws TareaError for other shapes */
export function batchTensor(where: string, model: tf.LayersModel, samples: Samples): tf.Tensor {
  checkSamples(where, samples);
  const [count = 0, ...size] = samples.shape;
  checkShape(where, "a sample", size, inputShapeOf(where, model));
  if (count > 0) return toFloats(samples, [count, ...size]);
  throw new TareaError({ code: "shape", where, problem: "there must be at least one sample" });
}

/** The layer `name`. @throws TareaError when the model has none; it names the nearest. */
export function layerOf(where: string, model: tf.LayersModel, name: string): tf.layers.Layer {
  const names = model.layers.map((layer) => layer.name);
  checkOneOf(where, "layer", name, names);
  return model.layers[names.indexOf(name)]!;
}

/** What a layer gives out, as a symbol to build models from. */
export function outputOf(layer: tf.layers.Layer): tf.SymbolicTensor {
  return layer.getOutputAt(0) as tf.SymbolicTensor;
}

export interface Scores {
  /** Gives the scores; shares its layers with the model it comes from, so it must not be disposed. */
  model: tf.LayersModel;
  /** `logit`: what goes into the last activation. `output`: what the model puts out, where the last layer has its activation inside. */
  kind: ScoreKind;
}

export type ScoreKind = "logit" | "output";

/** What the model computes before its last activation, as far as that is a layer of its own. */
export function scoresOf(model: tf.LayersModel): Scores {
  const last = model.layers.at(-1)!;
  if (last.getClassName() !== "Activation" || last.getOutputAt(0) !== model.outputs[0]) return { model, kind: "output" };
  return { model: tf.model({ inputs: model.inputs, outputs: last.getInputAt(0) }), kind: "logit" };
}

/** Number of scores by class that the model puts out. @throws TareaError for models that give images or several outputs */
export function classCount(where: string, model: tf.LayersModel): number {
  const [output] = model.outputs;
  if (model.outputs.length === 1 && output!.shape.length === 2) return output!.shape[1]!;
  throw new TareaError({
    code: "shape",
    where,
    problem: "the model must put out one score a class",
    received: `outputs of shape ${model.outputs.map(({ shape }) => `[${shape.slice(1).join(", ")}]`).join(" and ")}`,
  });
}

/** The first layer of all when it turns token ids into vectors. */
export function leadingEmbedding(model: tf.LayersModel): tf.layers.Layer | undefined {
  return model.layers.find((layer) => layer.getClassName() === "Embedding" && layer.getInputAt(0) === model.inputs[0]);
}

/** @throws TareaError for models of several inputs, and for inputs of no fixed size */
export function inputShapeOf(where: string, model: tf.LayersModel): number[] {
  checkModel(where, model);
  const [input, second] = model.inputs;
  const shape = input!.shape.slice(1);
  if (second === undefined && shape.every((size) => size !== null)) return shape;
  throw new TareaError({
    code: "shape",
    where,
    problem: "the model must have one input of a fixed shape",
    received: model.inputs.map((each) => `[${each.shape.slice(1).join(", ")}]`).join(" and "),
  });
}

function checkSamples(where: string, samples: Samples): void {
  if (Array.isArray((samples as Partial<Samples> | null | undefined)?.shape)) return;
  const expected = "a tensor, or { dtype, shape, data }";
  throw new TareaError({ code: "option", where, problem: "those are no samples", expected, received: show(samples) });
}

function checkShape(where: string, what: string, received: readonly number[], expected: readonly number[]): void {
  if (received.join() === expected.join()) return;
  throw new TareaError({
    code: "shape",
    where,
    problem: `${what} must have the shape of the model's input`,
    expected: `[${expected.join(", ")}]`,
    received: `[${received.join(", ")}]`,
  });
}

function toFloats(samples: Samples, shape: number[]): tf.Tensor {
  if (samples instanceof tf.Tensor) return tf.tidy(() => tf.reshape(samples.toFloat(), shape));
  const { data, dtype } = samples;
  if (data?.length !== sizeOf(shape)) {
    throw new TareaError({
      code: "shape",
      where: "samples",
      problem: "the data must be as long as the shape says",
      expected: `${sizeOf(shape)} numbers`,
      received: show(data?.length),
    });
  }
  const factor = dtype === "uint8" ? 1 / 255 : 1;
  return tf.tensor(
    Float32Array.from(data, (value) => value * factor),
    shape,
    "float32",
  );
}
