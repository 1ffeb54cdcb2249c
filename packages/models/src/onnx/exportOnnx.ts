/** Exports a model as ONNX, for ONNX Runtime and everything else that reads the format. */

import type * as tf from "@tensorflow/tfjs";
import { checkKnownOptions } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { fileError } from "../files/fileError.js";
import { callsOf, type LayerCall } from "../files/layerCalls.js";
import { ELEMENT_TYPE, OnnxGraph, Value, type ModelEnd } from "./onnxGraph.js";
import { ONNX_LAYERS } from "./onnxLayers.js";
import { ProtobufMessage } from "./protobuf.js";

/** The operator set that exported models use: of ONNX 1.12, which ONNX Runtime runs from version 1.12 on. */
export const ONNX_OPSET = 17;

/** The version of the file format that came with the operator set. */
const IR_VERSION = 8;

/** A protocol buffer is shorter than this. */
const MOST_BYTES = 2 ** 31;

const WHERE = "exportOnnx";

export interface ExportOnnxOptions {
  /** Texts to keep in the file. Default none. */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file of `model` as it predicts: dropout passes on, batch norm takes its moving averages. Inputs and outputs
 * keep names, layouts and types of the model, with any number of samples; weights keep their names.
 *
 * @throws TareaError for layers, activations and options that it cannot express, which it names, and for models of 2 GB and more.
 * @example
 * await writeFile("model.onnx", exportOnnx(model, { metadata: { seed: "1" } }));
 */
export function exportOnnx(model: tf.LayersModel, options: ExportOnnxOptions = {}): Uint8Array {
  checkModel(WHERE, model);
  checkKnownOptions(WHERE, options, ["metadata"]);
  const graph = addGraph(model).finish();
  const file = new ProtobufMessage()
    .int(1, IR_VERSION)
    .text(2, "tarea")
    .message(8, new ProtobufMessage().text(1, "").int(2, ONNX_OPSET))
    .message(7, graph);
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    file.message(14, new ProtobufMessage().text(1, key).text(2, value));
  }
  if (file.length < MOST_BYTES) return file.finish();
  throw fileError(WHERE, `the model ${model.name} is too large for one ONNX file`, { received: `${file.length} bytes` });
}

function addGraph(model: tf.LayersModel): OnnxGraph {
  const graph = new OnnxGraph(model.name);
  const values = new Map<number, Value>();
  const outputNames = model.outputs.map((output) => graph.claim(output.sourceLayer.name));
  for (const input of model.inputs) {
    const name = graph.claim(input.sourceLayer.name);
    graph.input(endOf(name, input));
    values.set(input.id, Value.last(graph, input.rank, name));
  }
  for (const call of callsOf(model)) {
    if (call.layer.getClassName() !== "InputLayer") values.set(call.outputs[0]!.id, addCall(graph, call, values));
  }
  for (const [i, output] of model.outputs.entries()) {
    const name = outputNames[i]!;
    graph.node("Identity", [values.get(output.id)!.last], { name, output: name });
    graph.output(endOf(name, output));
  }
  return graph;
}

function addCall(graph: OnnxGraph, { layer, inputs, outputs }: LayerCall, values: ReadonlyMap<number, Value>): Value {
  const className = layer.getClassName();
  const convert = Object.hasOwn(ONNX_LAYERS, className) ? ONNX_LAYERS[className] : undefined;
  if (convert === undefined) {
    throw fileError(WHERE, `the layer ${layer.name} is of a type that cannot be exported`, {
      expected: `one of ${Object.keys(ONNX_LAYERS).join(", ")}`,
      received: className,
    });
  }
  return convert({
    graph,
    name: layer.name,
    config: layer.getConfig(),
    inputs: inputs.map(({ id }) => values.get(id)!),
    inputTypes: inputs.map(({ dtype }) => dtype),
    inputShapes: inputs.map(sampleShape),
    outputShape: sampleShape(outputs[0]!),
    weight: (role) => {
      const weight = layer.weights.find(({ originalName }) => originalName.replace(/_\d+$/, "").endsWith(`/${role}`));
      if (weight === undefined) return undefined;
      return {
        name: weight.originalName,
        shape: weight.shape as number[],
        data: Float32Array.from(weight.read().dataSync()),
      };
    },
  });
}

function endOf(name: string, tensor: tf.SymbolicTensor): ModelEnd {
  const { dtype } = tensor;
  if (dtype !== "float32" && dtype !== "int32")
    throw fileError(`${WHERE}: ${name}`, "the type of the numbers cannot be exported", { received: dtype });
  return { name, elementType: ELEMENT_TYPE[dtype], shape: sampleShape(tensor) };
}

/** @throws TareaError when a size is not known. */
function sampleShape({ shape, sourceLayer }: tf.SymbolicTensor): number[] {
  return shape.slice(1).map((size) => {
    if (size !== null) return size;
    throw fileError(`${WHERE}: ${sourceLayer.name}`, "the size of an axis is not known", {
      received: JSON.stringify(shape),
      hint: "Build the model for inputs of one size.",
    });
  });
}
