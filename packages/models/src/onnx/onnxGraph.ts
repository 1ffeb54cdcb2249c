/** An ONNX graph under construction: nodes, weights, and values that change their layout when an operator needs another. */

import { ProtobufMessage } from "./protobuf.js";

/** ONNX's numbers for types of data. */
export const ELEMENT_TYPE = { float32: 1, int32: 6, int64: 7 } as const;

export type Attribute = number | string | readonly number[] | { float: number };

export interface ModelEnd {
  name: string;
  elementType: number;
  /** Without the batch axis, which may have any length. */
  shape: readonly number[];
}

export class OnnxGraph {
  readonly #message = new ProtobufMessage();
  readonly #taken = new Set<string>();

  constructor(name: string) {
    this.#message.text(2, name);
  }

  /** A name that nothing has yet. */
  claim(name: string): string {
    let unique = name;
    for (let i = 1; this.#taken.has(unique); i++) unique = `${name}_${i}`;
    this.#taken.add(unique);
    return unique;
  }

  /** Adds a node and gives the name of its output: `output`, or one made of `name` and `operator`. */
  node(
    operator: string,
    inputs: readonly string[],
    { name, attributes = {}, output }: { name: string; attributes?: Readonly<Record<string, Attribute>>; output?: string },
  ): string {
    const result = output ?? this.claim(`${name}/${operator}`);
    const node = new ProtobufMessage();
    for (const input of inputs) node.text(1, input);
    node.text(2, result).text(3, result).text(4, operator);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attributeMessage(key, value));
    this.#message.message(1, node);
    return result;
  }

  /** Adds weights. */
  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.#initializer(name, shape, { type: ELEMENT_TYPE.float32, data });
  }

  /** Adds whole numbers: a shape, sizes. */
  integers(name: string, values: readonly number[]): string {
    return this.#initializer(name, [values.length], {
      type: ELEMENT_TYPE.int64,
      data: BigInt64Array.from(values, (value) => BigInt(value)),
    });
  }

  input(end: ModelEnd): void {
    this.#message.message(11, endMessage(end));
  }

  output(end: ModelEnd): void {
    this.#message.message(12, endMessage(end));
  }

  finish(): ProtobufMessage {
    return this.#message;
  }

  #initializer(name: string, shape: readonly number[], { type, data }: { type: number; data: Float32Array | BigInt64Array }) {
    const unique = this.claim(name);
    const tensor = new ProtobufMessage();
    for (const size of shape) tensor.int(1, size);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#message.message(5, tensor.int(2, type).text(8, unique).bytes(9, bytes));
    return unique;
  }
}

/** A value `[B, ..., C]` of the model, which ONNX's convolutions and pools take as `[B, C, ...]`. */
export class Value {
  readonly #graph: OnnxGraph;
  /** Axes, the batch among them. */
  readonly rank: number;
  #last: string | undefined;
  #first: string | undefined;

  private constructor(graph: OnnxGraph, rank: number) {
    this.#graph = graph;
    this.rank = rank;
  }

  static last(graph: OnnxGraph, rank: number, name: string): Value {
    const value = new Value(graph, rank);
    value.#last = name;
    return value;
  }

  static first(graph: OnnxGraph, rank: number, name: string): Value {
    const value = new Value(graph, rank);
    value.#first = name;
    return value;
  }

  /** Name of the value with channels last, as the model has it. */
  get last(): string {
    if (this.rank <= 2) return (this.#last ?? this.#first)!;
    const axes = Array.from({ length: this.rank }, (_, i) => i);
    this.#last ??= this.#transpose(this.#first!, [0, ...axes.slice(2), 1]);
    return this.#last;
  }

  /** Name of the value with channels first. */
  get first(): string {
    if (this.rank <= 2) return this.last;
    const axes = Array.from({ length: this.rank }, (_, i) => i);
    this.#first ??= this.#transpose(this.#last!, [0, this.rank - 1, ...axes.slice(1, -1)]);
    return this.#first;
  }

  /** What `operate` makes of the value, number by number, in the layout that is there. */
  map(operate: (name: string) => string): Value {
    if (this.#last !== undefined) return Value.last(this.#graph, this.rank, operate(this.#last));
    return Value.first(this.#graph, this.rank, operate(this.#first!));
  }

  #transpose(name: string, perm: number[]): string {
    return this.#graph.node("Transpose", [name], { name, attributes: { perm } });
  }
}

function attributeMessage(name: string, value: Attribute): ProtobufMessage {
  const message = new ProtobufMessage().text(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, 2);
  if (typeof value === "string") return message.text(4, value).int(20, 3);
  if ("float" in value) return message.float(2, value.float).int(20, 1);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function endMessage({ name, elementType, shape }: ModelEnd): ProtobufMessage {
  const dimensions = new ProtobufMessage().message(1, new ProtobufMessage().text(2, "batch"));
  for (const size of shape) dimensions.message(1, new ProtobufMessage().int(1, size));
  const tensor = new ProtobufMessage().int(1, elementType).message(2, dimensions);
  return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
}
