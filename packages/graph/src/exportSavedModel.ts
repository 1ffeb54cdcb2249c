/** Exports a model as TensorFlow's SavedModel, from the graph that the native library records of its forward pass. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { messageOf, TareaError } from "@tarea/core";
import { nativeBackend } from "@tarea/engine/native";
import { openBatch, type BatchTrace } from "./anyBatch.js";
import { Graph, nodesBehind, typeOf, type ConstantValue, type Output } from "./graph.js";
import { Recording, tidily, trace } from "./recorder.js";
import { serializeGraph, type SignatureEnd } from "./savedModel.js";

const WHERE = "exportSavedModel";

/** The tag under which TensorFlow serves models. */
const TAG = "serve";

/** TensorFlow reads no file of this size or more. */
const MOST_BYTES = 2 ** 31;

/**
 * Writes `model` as a SavedModel into `folder`, which must be new or empty: a graph without variables, with the weights as they are.
 * Its signature `serving_default` takes and gives what the model does, under the names of its input and output layers, for any number
 * of samples. Needs the native engine. All of it is written, or nothing.
 *
 * @throws TareaError when another engine is in use, when the folder holds something, and for models that read values or depend on
 * the number of samples.
 * @example
 * exportSavedModel(model, "lenet5"); // Python: tf.saved_model.load("lenet5").signatures["serving_default"](input=images)
 */
export function exportSavedModel(model: tf.LayersModel, folder: string): void {
  nativeBackend();
  const path = resolve(folder);
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new TareaError({
      code: "file",
      where: WHERE,
      problem: "the folder is not empty",
      file: path,
      hint: "Give a new folder, or remove what is in it.",
    });
  }
  const bytes = serializeModel(model);
  if (bytes.length >= MOST_BYTES)
    throw new TareaError({ code: "file", where: WHERE, problem: "the model is too large", received: `${bytes.length} bytes` });
  try {
    writeFolder(path, bytes);
  } catch (error) {
    throw new TareaError({
      code: "file",
      where: WHERE,
      problem: "the folder cannot be written",
      file: path,
      received: messageOf(error),
      cause: error,
    });
  }
}

/** Written aside and renamed, so that nobody finds half of it. */
function writeFolder(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const aside = mkdtempSync(`${path}-`);
  try {
    // A folder in it, because a temporary one may be read by its owner alone.
    const complete = join(aside, "model");
    mkdirSync(join(complete, "variables"), { recursive: true });
    writeFileSync(join(complete, "saved_model.pb"), bytes);
    if (existsSync(path)) rmdirSync(path);
    renameSync(complete, path);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function serializeModel(model: tf.LayersModel): Uint8Array {
  const [first, second] = [2, 3].map((samples) => traceForward(model, samples)) as [ForwardTrace, ForwardTrace];
  const nodes = openBatch(WHERE, first, second);
  return serializeGraph(nodes, {
    tag: TAG,
    signature: { inputs: endsOf(model.inputs, first.inputs), outputs: endsOf(model.outputs, first.outputs) },
  });
}

interface ForwardTrace extends BatchTrace {
  inputs: Output[];
  outputs: Output[];
}

/** The graph of one forward pass, without what no output needs. */
function traceForward(model: tf.LayersModel, samples: number): ForwardTrace {
  const graph = new Graph();
  const recording = new SeparateRecording(graph, `${scopeOf(model.name)}/`);
  return tidily(() => {
    const tensors: tf.Tensor[] = [];
    const inputs = model.inputs.map((input) => {
      const [dtype, shape] = [input.dtype, sampleShape(input)];
      const attributes = { dtype: { type: typeOf(dtype, WHERE) }, shape: { shape: [-1, ...shape] } };
      const placeholder = graph.add("Placeholder", [], { name: scopeOf(`input_${input.sourceLayer.name}`), attributes });
      const tensor = tf.zeros([samples, ...shape], dtype);
      recording.bind(tensor, placeholder);
      tensors.push(tensor);
      return placeholder;
    });
    for (const weight of model.weights) recording.bindWeight(weight.read(), scopeOf(weight.originalName));
    const outputs = trace(recording, () => {
      const results = [model.apply(tensors.length === 1 ? tensors[0]! : tensors, { training: false })].flat() as tf.Tensor[];
      return results.map((result, i) => {
        const name = scopeOf(`output_${model.outputs[i]!.sourceLayer.name}`);
        return graph.add("Identity", [recording.use(result)], { name, attributes: { T: { type: typeOf(result.dtype, WHERE) } } });
      });
    });
    const needed = nodesBehind([...inputs, ...outputs], { controls: true });
    return { nodes: graph.nodes.filter((node) => needed.has(node)), samples, inputs, outputs };
  });
}

/** Every constant is a node of its own: two that are equal for one number of samples may differ for another. */
class SeparateRecording extends Recording {
  override constant(value: ConstantValue): Output {
    return this.graph.constant(value, { name: `${this.scope}Const` });
  }

  /** Stands for a weight by a constant that is called as it. */
  bindWeight(weight: tf.Tensor, name: string): void {
    const values = nativeBackend().readSync(weight.dataId) as Float32Array;
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    this.bind(weight, this.graph.constant({ type: typeOf(weight.dtype, WHERE), shape: weight.shape, data }, { name }));
  }
}

/** By the name of the layer, with a number behind it where a layer has several ends. */
function endsOf(tensors: readonly tf.SymbolicTensor[], outputs: readonly Output[]): Map<string, SignatureEnd> {
  const ends = new Map<string, SignatureEnd>();
  for (const [i, { sourceLayer, dtype, shape }] of tensors.entries()) {
    let name = sourceLayer.name;
    for (let number = 1; ends.has(name); number++) name = `${sourceLayer.name}_${number}`;
    ends.set(name, { output: outputs[i]!, type: typeOf(dtype, WHERE), shape: shape.map((size) => size ?? -1) });
  }
  return ends;
}

function sampleShape({ shape, sourceLayer }: tf.SymbolicTensor): number[] {
  return shape.slice(1).map((size) => {
    if (size !== null) return size;
    throw new TareaError({
      code: "shape",
      where: `${WHERE}: ${sourceLayer.name}`,
      problem: "the size of an axis is not known",
      received: JSON.stringify(shape),
      hint: "Build the model for inputs of one size.",
    });
  });
}

/** A name that TensorFlow takes for a node. */
function scopeOf(name: string): string {
  const plain = name.replaceAll(/[^\w./-]/gu, "_");
  return /^[A-Za-z0-9.]/.test(plain) ? plain : `x${plain}`;
}
