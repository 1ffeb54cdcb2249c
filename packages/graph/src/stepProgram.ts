/**
 * Steps that TensorFlow does not run node by node: where all operations of a step are ours or simple ones, they become a program that one
 * operation of our own runs, step after step, with no scheduler between them and in the same memory every time (`stepProgram.h` of
 * `@tarea/engine`).
 */

import { DT, nameOf, outputAt, type Attribute, type Graph, type GraphNode, type Output } from "./graph.js";
import { addPrivate, addRead } from "./variables.js";

/** A step's nodes, in a loop's body that has not been closed. */
export interface FinishedStep {
  /** The number of the step in its call. */
  iteration: Output;
  /** Float32 `[size]`. */
  result: Output;
  size: number;
  /** What must have run when the step ends. */
  effects: readonly GraphNode[];
  /** The number of steps, int32 scalar. */
  count: Output;
}

type Check = (node: GraphNode) => boolean;

const always: Check = () => true;
const isType =
  (name: string, ...types: number[]): Check =>
  ({ attributes }) => {
    const attribute = attributes[name];
    return attribute !== undefined && "type" in attribute && types.includes(attribute.type);
  };
const isFloat = isType("T", DT.float);
const isNumber = isType("T", DT.float, DT.int32);
const isAlongFirst: Check = ({ attributes: { axis } }) => axis !== undefined && "int" in axis && axis.int === 0;
const isCast: Check = (node) => isType("SrcT", DT.float, DT.int32, DT.uint8)(node) && isType("DstT", DT.float)(node);
const isOfRows: Check = (node) => {
  const { inputs, attributes } = node;
  const { batch_dims: dims } = attributes;
  const isPlain = dims !== undefined && "int" in dims && dims.int === 0 && isZero(inputs[2]!);
  return isPlain && isType("Tindices", DT.int32)(node) && isType("Tparams", DT.float, DT.int32, DT.uint8)(node);
};

/** TensorFlow's own operations that a program may have, and when. */
const PLAIN: Readonly<Record<string, Check>> = {
  GatherV2: isOfRows,
  Cast: isCast,
  Unpack: (node) => isFloat(node) && isAlongFirst(node),
  Pack: (node) => isFloat(node) && isAlongFirst(node),
  Reshape: (node) => isFloat(node) && isType("Tshape", DT.int32)(node),
  AssignVariableOp: always,
  AddN: isFloat,
  AddV2: isNumber,
  Sub: isNumber,
  Mul: isNumber,
  RealDiv: isFloat,
  Square: isFloat,
  Neg: isFloat,
  Relu: isFloat,
  ReluGrad: isFloat,
  Elu: isFloat,
  EluGrad: isFloat,
  Tanh: isFloat,
  TanhGrad: isFloat,
  Sigmoid: isFloat,
  SigmoidGrad: isFloat,
  Maximum: isFloat,
  Minimum: isFloat,
  SquaredDifference: isFloat,
  Abs: isFloat,
  Sqrt: isFloat,
  Rsqrt: isFloat,
  BiasAdd: isFloat,
  BiasAddGrad: isFloat,
  Sum: isSum,
  Mean: isSum,
  Fill: (node) => isFloat(node) && isType("index_type", DT.int32)(node),
  Greater: isFloat,
  IsNan: isFloat,
  Select: isFloat,
};

function isSum(node: GraphNode): boolean {
  return isFloat(node) && isType("Tidx", DT.int32)(node);
}

function isZero({ node: { attributes } }: Output): boolean {
  const { value } = attributes;
  return value !== undefined && "tensor" in value && value.tensor.data.every((byte) => byte === 0);
}

/** Whether a node casts float32 to float32. */
function isNoCast(node: GraphNode): boolean {
  return node.op === "Cast" && isType("SrcT", DT.float)(node);
}

/** What programs take from outside, besides variables, in the order in which they take it. */
const OUTSIDE_TYPES: readonly number[] = [DT.float, DT.int32, DT.uint8];

/** Whether a node brings something into the steps. */
function isOutside({ op }: GraphNode): boolean {
  return op === "Enter" || op === "Const" || op === "ReadVariableOp";
}

/** Whether all that `outputs` of a step are computed from can be in a program. */
export function canRun(outputs: readonly Output[], iteration: Output): boolean {
  const isBrought = ({ node }: Output) => !isOutside(node) || [...OUTSIDE_TYPES, DT.resource].includes(broughtType(node));
  const ends = outputs.map(({ node }) => node);
  return [...innerNodes(ends, iteration)].every((node) => isKnown(node) && node.inputs.every(isBrought));
}

function isKnown(node: GraphNode): boolean {
  return node.op.startsWith("Tarea") || (PLAIN[node.op]?.(node) ?? false);
}

/** The nodes of a step that `ends` need, without what comes from outside. */
function innerNodes(ends: readonly GraphNode[], iteration: Output): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const open = [...ends];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node) || node === iteration.node || isOutside(node)) continue;
    found.add(node);
    open.push(...node.inputs.map((input) => input.node), ...node.controls);
  }
  return found;
}

/** Adds the operation that runs such steps; gives the results of all, float32 `[count, size]`. */
export function addStepProgram(graph: Graph, name: string, step: FinishedStep): Output {
  const nodes = inOrder(graph, innerNodes([step.result.node, ...step.effects], step.iteration));
  const outside = new OutsideArrays(graph, name, nodes);
  const inputs = new Map(
    nodes.map((node) => [node, inputsOf(node).map((input) => (input.node === step.iteration.node ? input : outside.of(input)))]),
  );
  const groups = outside.byType();
  const numbers = new Map<string, number>();
  const number = (output: Output) => void numbers.set(nameOf(output), numbers.size);
  for (const array of groups.flat()) number(array);
  number(step.iteration);
  const outputs = outputCounts(nodes, inputs, step.result);
  for (const node of nodes) for (let i = 0; i < outputs.get(node)!; i++) number(outputAt({ node, index: 0 }, i));
  const lines = nodes.map((node) => {
    const taken = inputs.get(node)!.map((input) => numbers.get(nameOf(input))!);
    return [isNoCast(node) ? "Identity" : node.op, listText(taken), outputs.get(node)!, ...attributeTexts(node)].join(" ");
  });
  const [floats, ints, bytes] = groups.map((group) => ({ int: group.length }));
  return graph.add("TareaTrainSteps", [step.count, ...groups.flat()], {
    name: `${name}/steps`,
    attributes: {
      program: { string: [`${groups.flat().length} ${numbers.get(nameOf(step.result))}`, ...lines].join("\n") },
      size: { int: step.size },
      float_count: floats!,
      int_count: ints!,
      byte_count: bytes!,
    },
  });
}

/** A gather along the first axis does not take the axis. */
function inputsOf({ op, inputs }: GraphNode): readonly Output[] {
  return op === "GatherV2" ? inputs.slice(0, 2) : inputs;
}

/** Each node after all that it waits for, and else as they were added: updates come after what was traced before them. */
function inOrder(graph: Graph, nodes: ReadonlySet<GraphNode>): GraphNode[] {
  const ordered = new Set<GraphNode>();
  const visit = (node: GraphNode) => {
    if (ordered.has(node) || !nodes.has(node)) return;
    for (const before of [...node.inputs.map((input) => input.node), ...node.controls]) visit(before);
    ordered.add(node);
  };
  for (const node of graph.nodes) visit(node);
  return [...ordered];
}

/** As many outputs of each node as are taken. */
function outputCounts(
  nodes: readonly GraphNode[],
  inputs: ReadonlyMap<GraphNode, readonly Output[]>,
  result: Output,
): Map<GraphNode, number> {
  const counts = new Map(nodes.map((node) => [node, 0]));
  for (const { node, index } of [...nodes.flatMap((one) => inputs.get(one)!), result])
    if (counts.has(node)) counts.set(node, Math.max(counts.get(node)!, index + 1));
  return counts;
}

function attributeTexts({ attributes }: GraphNode): string[] {
  return Object.entries(attributes).flatMap(([key, attribute]) => {
    const text = attributeText(attribute);
    return text === undefined ? [] : [`${key}=${text}`];
  });
}

/** Types and shapes are those of the arrays. */
function attributeText(attribute: Attribute): string | undefined {
  if ("int" in attribute) return String(attribute.int);
  // By its bits: how numbers with a point are read depends on the system's language.
  if ("float" in attribute) return String(new Uint32Array(Float32Array.of(attribute.float).buffer)[0]);
  if ("bool" in attribute) return attribute.bool ? "1" : "0";
  if ("ints" in attribute) return listText(attribute.ints);
  return undefined;
}

function listText(values: readonly number[]): string {
  return values.length === 0 ? "-" : values.join();
}

/** Arrays from outside the steps: data, constants, the memory of variables. */
class OutsideArrays {
  readonly #graph: Graph;
  readonly #name: string;
  /** By the name of what a node of the step brings in. */
  readonly #arrays = new Map<string, { value: Output; type: number }>();
  /** Names of handles that the step assigns to. */
  readonly #assigned: ReadonlySet<string>;

  constructor(graph: Graph, name: string, nodes: readonly GraphNode[]) {
    this.#graph = graph;
    this.#name = name;
    const assigns = nodes.filter(({ op }) => op === "AssignVariableOp");
    this.#assigned = new Set(assigns.map(({ inputs }) => nameOf(sourceOf(inputs[0]!))));
  }

  /** What stands for an output of the step: one outside, or itself. */
  of(output: Output): Output {
    if (!isOutside(output.node)) return output;
    const source = sourceOf(output);
    const name = nameOf(source);
    const array = this.#arrays.get(name) ?? this.#bring(source, broughtType(output.node));
    this.#arrays.set(name, array);
    return array.value;
  }

  /** All of them: float32, int32, bytes. */
  byType(): Output[][] {
    const all = [...this.#arrays.values()];
    return OUTSIDE_TYPES.map((wanted) => all.filter(({ type }) => type === wanted).map(({ value }) => value));
  }

  #bring(source: Output, type: number): { value: Output; type: number } {
    if (type === DT.resource) return { value: this.#memory(source), type: DT.float };
    const { value } = source.node.attributes;
    if (source.node.op !== "Const" || value === undefined || !("tensor" in value)) return { value: source, type };
    // The one in the step waits for a node of the loop.
    return { value: this.#graph.constant(value.tensor, { name: `${this.#name}/outside` }), type };
  }

  /** The value of a variable, in memory of its own when the step assigns to it. */
  #memory(handle: Output): Output {
    const { name } = handle.node;
    return this.#assigned.has(nameOf(handle))
      ? addPrivate(this.#graph, { name, shape: [], handle }, this.#name).value
      : addRead(this.#graph, handle, `${this.#name}/${name}/outside`);
  }
}

/** What a node of a step brings in: something outside, the handle of a variable, or a constant. */
function sourceOf(output: Output): Output {
  const { op, inputs } = output.node;
  if (op === "ReadVariableOp") return sourceOf(inputs[0]!);
  return op === "Enter" ? inputs[0]! : output;
}

/** The type of that. */
function broughtType({ op, attributes }: GraphNode): number {
  const type = op === "Const" ? attributes["dtype"] : op === "Enter" ? attributes["T"] : { type: DT.resource };
  return type !== undefined && "type" in type ? type.type : 0;
}
