/** Activation functions of TensorFlow.js as ONNX operators. */

import { fileError } from "../files/fileError.js";
import { Value, type Attribute, type OnnxGraph } from "./onnxGraph.js";

/** Operators that compute the function by themselves. */
const OPERATORS: Readonly<Record<string, { operator: string; attributes?: Readonly<Record<string, Attribute>> }>> = {
  relu: { operator: "Relu" },
  elu: { operator: "Elu" },
  selu: { operator: "Selu" },
  sigmoid: { operator: "Sigmoid" },
  softplus: { operator: "Softplus" },
  softsign: { operator: "Softsign" },
  tanh: { operator: "Tanh" },
  hardSigmoid: { operator: "HardSigmoid", attributes: { alpha: { float: 0.2 }, beta: { float: 0.5 } } },
};

/** @throws TareaError for functions that have no operator. */
export function addActivation(graph: OnnxGraph, value: Value, { name, activation }: { name: string; activation: string }): Value {
  if (activation === "linear") return value;
  if (activation === "softmax")
    return Value.last(graph, value.rank, graph.node("Softmax", [value.last], { name, attributes: { axis: -1 } }));
  if (activation === "relu6") return addClip(graph, value, name, 6);
  if (activation === "swish" || activation === "silu") {
    return value.map((x) => graph.node("Mul", [x, graph.node("Sigmoid", [x], { name })], { name }));
  }
  const known = Object.hasOwn(OPERATORS, activation) ? OPERATORS[activation] : undefined;
  if (known !== undefined) return value.map((x) => graph.node(known.operator, [x], { name, attributes: known.attributes ?? {} }));
  const names = ["linear", "softmax", "relu6", "swish", ...Object.keys(OPERATORS)];
  throw fileError(`exportOnnx: ${name}`, "the activation cannot be exported", {
    expected: `one of ${names.join(", ")}`,
    received: activation,
  });
}

/** Everything below 0 becomes 0, everything above `most` becomes `most`. */
export function addClip(graph: OnnxGraph, value: Value, name: string, most: number): Value {
  const ends = [0, most].map((end) => graph.floats(`${name}/bound`, [], Float32Array.of(end)));
  return value.map((x) => graph.node("Clip", [x, ...ends], { name }));
}
