/** How each layer of TensorFlow.js is computed by ONNX operators, at inference. */

import { fileError } from "../files/fileError.js";
import type { NamedArray } from "../files/safetensors.js";
import { addActivation, addClip } from "./onnxActivations.js";
import { Value, type Attribute, type OnnxGraph } from "./onnxGraph.js";
import { kernelFirst, poolPads } from "./onnxShapes.js";

/** One call of a layer, ready to be written. */
export interface OnnxCall {
  graph: OnnxGraph;
  name: string;
  config: Readonly<Record<string, unknown>>;
  inputs: readonly Value[];
  inputTypes: readonly string[];
  /** Without the batch axis. */
  inputShapes: readonly number[][];
  outputShape: readonly number[];
  /** The weight whose name ends in `role`; `undefined` when the layer has none. */
  weight(role: string): NamedArray | undefined;
}

type Convert = (call: OnnxCall) => Value;

/** By class name. */
export const ONNX_LAYERS: Readonly<Record<string, Convert>> = {
  Dense: dense,
  Conv1D: convolution,
  Conv2D: convolution,
  MaxPooling1D: pool("MaxPool"),
  MaxPooling2D: pool("MaxPool"),
  AveragePooling1D: pool("AveragePool"),
  AveragePooling2D: pool("AveragePool"),
  GlobalAveragePooling1D: globalPool("ReduceMean"),
  GlobalAveragePooling2D: globalPool("ReduceMean"),
  GlobalMaxPooling1D: globalPool("ReduceMax"),
  GlobalMaxPooling2D: globalPool("ReduceMax"),
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
  Embedding: embedding,
  BatchNormalization: batchNorm,
  Activation: (call) => activated(call, call.inputs[0]!),
  ReLU: ({ graph, name, config, inputs: [x] }) => {
    const most = config["maxValue"] as number | null;
    return most === null || most === undefined
      ? addActivation(graph, x!, { name, activation: "relu" })
      : addClip(graph, x!, name, most);
  },
  LeakyReLU: ({ graph, name, config, inputs: [x] }) => {
    const attributes = { alpha: { float: config["alpha"] as number } };
    return x!.map((input) => graph.node("LeakyRelu", [input], { name, attributes }));
  },
  ELU: ({ graph, name, inputs: [x] }) => addActivation(graph, x!, { name, activation: "elu" }),
  // TensorFlow.js computes it along the last axis only.
  Softmax: ({ graph, name, inputs: [x] }) => addActivation(graph, x!, { name, activation: "softmax" }),
  Dropout: passOn,
  SpatialDropout1D: passOn,
  GaussianDropout: passOn,
  GaussianNoise: passOn,
  AlphaDropout: passOn,
  Flatten: ({ graph, name, inputs: [x] }) => {
    return Value.last(graph, 2, graph.node("Flatten", [x!.last], { name, attributes: { axis: 1 } }));
  },
  Reshape: ({ graph, name, inputs: [x], outputShape }) => {
    const shape = graph.integers(`${name}/shape`, [-1, ...outputShape]);
    return Value.last(graph, 1 + outputShape.length, graph.node("Reshape", [x!.last, shape], { name }));
  },
  Concatenate: ({ graph, name, config, inputs, outputShape }) => {
    const axis = (config["axis"] as number | undefined) ?? -1;
    const names = inputs.map((input) => input.last);
    return Value.last(graph, 1 + outputShape.length, graph.node("Concat", names, { name, attributes: { axis } }));
  },
  Add: merge("Sum"),
  Multiply: merge("Mul"),
  Average: merge("Mean"),
  Maximum: merge("Max"),
  Minimum: merge("Min"),
};

function passOn({ inputs: [x] }: OnnxCall): Value {
  return x!;
}

function activated({ graph, name, config }: OnnxCall, value: Value): Value {
  const activation = (config["activation"] as string | null | undefined) ?? "linear";
  return addActivation(graph, value, { name, activation });
}

/** `[B, ..., D]` -> `[B, ..., U]` */
function dense(call: OnnxCall): Value {
  const { graph, name, inputs, weight } = call;
  const [x] = inputs as [Value];
  const [kernel, bias] = [weight("kernel")!, weight("bias")];
  let result = graph.node("MatMul", [x.last, graph.floats(kernel.name, kernel.shape, kernel.data)], { name });
  if (bias !== undefined) result = graph.node("Add", [result, graph.floats(bias.name, bias.shape, bias.data)], { name });
  return activated(call, Value.last(graph, x.rank, result));
}

/** `[B, ..., C]` -> `[B, ..., F]` */
function convolution(call: OnnxCall): Value {
  const { graph, name, config, inputs, inputShapes, weight } = call;
  const [x] = inputs as [Value];
  const [kernel, bias] = [kernelFirst(weight("kernel")!), weight("bias")];
  const sizes = kernel.shape.slice(2);
  const [strides, dilations] = [sizesOf(config["strides"], sizes.length), sizesOf(config["dilationRate"], sizes.length)];
  const pads = poolPads(inputShapes[0]!, { padding: paddingOf(call), sizes, strides, dilations });
  const names = [kernel, ...(bias === undefined ? [] : [bias])].map((array) => graph.floats(array.name, array.shape, array.data));
  const attributes = { kernel_shape: sizes, strides, dilations, pads };
  return activated(call, Value.first(graph, x.rank, graph.node("Conv", [x.first, ...names], { name, attributes })));
}

/** The windows of an average leave padding out, in both. */
function pool(operator: string): Convert {
  return (call) => {
    const { graph, name, config, inputs, inputShapes } = call;
    const [x] = inputs as [Value];
    const axes = x.rank - 2;
    const sizes = sizesOf(config["poolSize"], axes);
    const strides = sizesOf(config["strides"] ?? sizes, axes);
    const pads = poolPads(inputShapes[0]!, { padding: paddingOf(call), sizes, strides, dilations: sizes.map(() => 1) });
    const attributes = { kernel_shape: sizes, strides, pads };
    return Value.first(graph, x.rank, graph.node(operator, [x.first], { name, attributes }));
  };
}

function globalPool(operator: string): Convert {
  return (call) => {
    const { graph, name, inputs } = call;
    const [x] = inputs as [Value];
    paddingOf(call);
    const axes = Array.from({ length: x.rank - 2 }, (_, i) => 1 + i);
    return Value.last(graph, 2, graph.node(operator, [x.last], { name, attributes: { axes, keepdims: 0 } }));
  };
}

/** Without centres of pixels, as TensorFlow.js scales both ways. */
function upSampling(call: OnnxCall): Value {
  const { graph, name, config, inputs } = call;
  const [x] = inputs as [Value];
  paddingOf(call);
  const scales = graph.floats(`${name}/scales`, [4], Float32Array.of(1, 1, ...sizesOf(config["size"], 2)));
  const attributes: Record<string, Attribute> = {
    mode: config["interpolation"] === "bilinear" ? "linear" : "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  };
  return Value.first(graph, x.rank, graph.node("Resize", [x.first, "", scales], { name, attributes }));
}

function zeroPadding(call: OnnxCall): Value {
  const { graph, name, config, inputs } = call;
  const [x] = inputs as [Value];
  paddingOf(call);
  const [[top, bottom], [left, right]] = config["padding"] as [[number, number], [number, number]];
  const pads = graph.integers(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
  return Value.first(graph, x.rank, graph.node("Pad", [x.first, pads], { name }));
}

/** `[B, T]` -> `[B, T, E]` */
function embedding({ graph, name, config, inputs, inputTypes, weight }: OnnxCall): Value {
  const [x] = inputs as [Value];
  if (config["maskZero"] === true) throw refused(name, "maskZero", config["maskZero"]);
  const rows = weight("embeddings")!;
  const ids = inputTypes[0] === "int32" ? x.last : graph.node("Cast", [x.last], { name, attributes: { to: 6 } });
  const result = graph.node("Gather", [graph.floats(rows.name, rows.shape, rows.data), ids], { name, attributes: { axis: 0 } });
  return Value.last(graph, x.rank + 1, result);
}

/** With the moving averages. */
function batchNorm({ graph, name, config, inputs, weight, inputShapes }: OnnxCall): Value {
  const [x] = inputs as [Value];
  const axis = config["axis"] as number;
  if (axis !== -1 && axis !== x.rank - 1) throw refused(name, "axis", axis);
  const channels = inputShapes[0]!.at(-1)!;
  const names = [
    ["gamma", 1],
    ["beta", 0],
    ["moving_mean", 0],
    ["moving_variance", 1],
  ].map(([role, standard]) => {
    const { name: weightName, data } = weight(role as string) ?? {
      name: `${name}/${role}`,
      data: new Float32Array(channels).fill(standard as number),
    };
    return graph.floats(weightName, [channels], data);
  });
  const attributes = { epsilon: { float: config["epsilon"] as number } };
  return Value.first(graph, x.rank, graph.node("BatchNormalization", [x.first, ...names], { name, attributes }));
}

function merge(operator: string): Convert {
  return ({ graph, name, inputs, outputShape }) => {
    const rank = 1 + outputShape.length;
    const other = inputs.find((input) => input.rank !== rank);
    if (other !== undefined) throw refused(name, "number of axes", other.rank);
    const names = inputs.map((input) => input.last);
    const takesTwo = operator === "Mul";
    const result = takesTwo
      ? names.reduce((product, factor) => graph.node(operator, [product, factor], { name }))
      : graph.node(operator, names, { name });
    return Value.last(graph, rank, result);
  };
}

/** The padding of a layer that has channels last. @throws TareaError for others. */
function paddingOf({ name, config }: OnnxCall): string {
  const format = config["dataFormat"] ?? "channelsLast";
  if (format !== "channelsLast") throw refused(name, "dataFormat", format);
  const padding = (config["padding"] ?? "valid") as string;
  if (padding === "causal") throw refused(name, "padding", padding);
  return padding;
}

/** One size per axis, from a number for all or a list. */
function sizesOf(value: unknown, axes: number): number[] {
  const sizes = [(value ?? 1) as number | number[]].flat();
  return sizes.length === axes ? sizes : Array.from({ length: axes }, () => sizes[0]!);
}

function refused(name: string, option: string, value: unknown): Error {
  return fileError(`exportOnnx: ${name}`, `the option ${option} cannot be exported`, { received: JSON.stringify(value) });
}
