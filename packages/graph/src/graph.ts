/** A TensorFlow graph under construction: nodes, their typed outputs, constants and names. */

import { TareaError } from "@tarea/core";

/** TensorFlow's type numbers, as far as graphs here use them. */
export const DT = { float: 1, int32: 3, uint8: 4, int64: 9, bool: 10, bfloat16: 14, resource: 20, uint64: 23 } as const;
export type TensorFlowType = (typeof DT)[keyof typeof DT];

/** Attribute values, by the field of TensorFlow's `AttrValue` that holds them. */
export type Attribute =
  | { type: number }
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { floats: readonly number[] }
  | { bool: boolean }
  | { string: string }
  | { shape: readonly number[] }
  | { tensor: ConstantValue };

export interface ConstantValue {
  type: TensorFlowType;
  shape: readonly number[];
  data: Uint8Array;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Output[];
  /** Nodes that must have run first. */
  readonly controls: GraphNode[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Output {
  readonly node: GraphNode;
  readonly index: number;
}

export interface AddOptions {
  /** Names the node, for feeds, fetches and profiles; made unique when it is taken. */
  name?: string;
  attributes?: Readonly<Record<string, Attribute>>;
  controls?: readonly GraphNode[];
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  #names = new Set<string>();

  /** Adds a node and returns its first output. */
  add(op: string, inputs: readonly Output[], { name = op, attributes = {}, controls = [] }: AddOptions = {}): Output {
    const node: GraphNode = { name: this.#unique(name), op, inputs, attributes, controls: [...controls] };
    this.nodes.push(node);
    return { node, index: 0 };
  }

  /** Changes what a node takes; its name and those that take from it stay. */
  change(node: GraphNode, { inputs, attributes }: Pick<GraphNode, "inputs" | "attributes">): void {
    Object.assign(node, { inputs, attributes });
  }

  /** Drops the nodes from the one at place `start` on, but for those in `nodes`. */
  keepOf(start: number, nodes: ReadonlySet<GraphNode>): void {
    this.nodes.push(...this.nodes.splice(start).filter((node) => nodes.has(node)));
  }

  placeholder(name: string, type: TensorFlowType): Output {
    return this.add("Placeholder", [], { name, attributes: { dtype: { type } } });
  }

  /** A constant; inside a loop `controls` must name a node of the loop's body. */
  constant(value: ConstantValue, options: AddOptions = {}): Output {
    return this.add("Const", [], {
      name: "Const",
      ...options,
      attributes: { dtype: { type: value.type }, value: { tensor: value } },
    });
  }

  /** Float32 values one after the other along `axis`; a single one as it is. */
  concatenate(values: readonly Output[], axis: number, name: string): Output {
    if (values.length === 1) return values[0]!;
    const attributes = { T: { type: DT.float }, Tidx: { type: DT.int32 }, N: { int: values.length } };
    return this.add("ConcatV2", [...values, this.int(axis, { name: `${name}/axis` })], { name: `${name}/concat`, attributes });
  }

  int(value: number | readonly number[], options: AddOptions = {}): Output {
    return this.constant(numbers(DT.int32, value), options);
  }

  float(value: number | readonly number[], options: AddOptions = {}): Output {
    return this.constant(numbers(DT.float, value), options);
  }

  #unique(name: string): string {
    let unique = name;
    for (let i = 1; this.#names.has(unique); i++) unique = `${name}_${i}`;
    this.#names.add(unique);
    return unique;
  }
}

/** The nodes that `outputs` are computed from, with those that must have run first when `controls` count. */
export function nodesBehind(outputs: readonly Output[], { controls }: { controls: boolean }): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const open = outputs.map(({ node }) => node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...node.inputs.map((input) => input.node), ...(controls ? node.controls : []));
  }
  return found;
}

/** Whether a node works on float32. */
export function isFloat({ attributes }: GraphNode): boolean {
  const type: Attribute | undefined = attributes["T"];
  return type !== undefined && "type" in type && type.type === DT.float;
}

/** Another output of the node of `output`. */
export function outputAt(output: Output, index: number): Output {
  return { node: output.node, index };
}

/** `node:index`, as feeds and fetches are written. */
export function nameOf({ node, index }: Output): string {
  return `${node.name}:${index}`;
}

/** A constant's value from numbers: a scalar or a vector. */
export function numbers(type: typeof DT.int32 | typeof DT.float, value: number | readonly number[]): ConstantValue {
  const values = typeof value === "number" ? [value] : value;
  const array = type === DT.float ? Float32Array.from(values) : Int32Array.from(values);
  return { type, shape: typeof value === "number" ? [] : [value.length], data: new Uint8Array(array.buffer) };
}

/** The type number of a TensorFlow.js data type. @throws TareaError for strings and complex numbers. */
export function typeOf(dtype: string, where: string): TensorFlowType {
  if (dtype === "float32") return DT.float;
  if (dtype === "int32") return DT.int32;
  if (dtype === "bool") return DT.bool;
  throw new TareaError({
    code: "trace",
    where,
    problem: "this data type cannot be compiled",
    expected: "float32, int32 or bool",
    received: dtype,
  });
}
