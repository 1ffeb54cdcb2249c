/** Makes a graph that was traced on samples of one number fit for any number of them. */

import { TareaError } from "@tarea/core";
import { DT, numbers, type Attribute, type ConstantValue, type GraphNode } from "./graph.js";

/** The nodes of one trace, and how many samples it was made on. */
export interface BatchTrace {
  nodes: readonly GraphNode[];
  samples: number;
}

/**
 * The nodes of `first`, with every shape that holds the number of samples made one for any number. Where the two traces differ, the
 * number of samples is the reason: in the shape of a reshape it is left open, anywhere else it cannot be.
 *
 * @throws TareaError when something else depends on the number of samples.
 */
export function openBatch(where: string, first: BatchTrace, second: BatchTrace): GraphNode[] {
  const shapes = new Set(first.nodes.filter(({ op }) => op === "Reshape").map(({ inputs }) => inputs[1]!.node));
  const others = new Set(first.nodes.flatMap(({ op, inputs }) => inputs.filter((_, i) => op !== "Reshape" || i !== 1)));
  const fixed = new Set([...others].map(({ node }) => node));
  const opened = new Map<GraphNode, GraphNode>();
  const nodes = first.nodes.map((node, i) => {
    const twin = second.nodes[i];
    if (twin?.op !== node.op || twin.name !== node.name) throw batchFault(where, node);
    const attributes = openAttributes(node, twin, [first.samples, second.samples]);
    if (attributes === undefined) throw batchFault(where, node);
    const isOpened = attributes !== node.attributes;
    if (isOpened && (!shapes.has(node) || fixed.has(node))) throw batchFault(where, node);
    const inputs = node.inputs.map(({ node: source, index }) => ({ node: opened.get(source) ?? source, index }));
    const copy = { ...node, inputs, attributes };
    opened.set(node, copy);
    return copy;
  });
  if (nodes.length === second.nodes.length) return nodes;
  throw batchFault(where, second.nodes[nodes.length]!);
}

type Attributes = GraphNode["attributes"];

/** Attributes for any number of samples: those of `node` where both are alike; `undefined` when there are none. */
function openAttributes(node: GraphNode, twin: GraphNode, samples: [number, number]): Attributes | undefined {
  const value = constantOf(node);
  if (value === undefined)
    return JSON.stringify(node.attributes) === JSON.stringify(twin.attributes) ? node.attributes : undefined;
  const shape = openShape(value, constantOf(twin)!, samples);
  return shape && (shape === value ? node.attributes : { ...node.attributes, value: { tensor: shape } });
}

/** The constant of a shape with `-1` for the axis of samples; the same one where both are equal; `undefined` for other differences. */
function openShape(value: ConstantValue, twin: ConstantValue, [first, second]: [number, number]): ConstantValue | undefined {
  if (value.shape.join() !== twin.shape.join() || value.type !== twin.type) return undefined;
  if (Buffer.compare(value.data, twin.data) === 0) return value;
  if (value.type !== DT.int32) return undefined;
  const [sizes, twinSizes] = [value, twin].map(({ data }) => [...new Int32Array(data.buffer, data.byteOffset, data.length / 4)]);
  const different = sizes!.flatMap((size, i) => (size === twinSizes![i] ? [] : [i]));
  const [axis] = different as [number];
  if (different.length > 1 || sizes!.includes(-1) || sizes![axis]! * second !== twinSizes![axis]! * first) return undefined;
  return numbers(DT.int32, sizes!.with(axis, -1));
}

function constantOf({ op, attributes }: GraphNode): ConstantValue | undefined {
  const value: Attribute | undefined = op === "Const" ? attributes["value"] : undefined;
  return value !== undefined && "tensor" in value ? value.tensor : undefined;
}

function batchFault(where: string, { op, name }: GraphNode): TareaError {
  return new TareaError({
    code: "trace",
    where,
    problem: "the model computes something else for another number of samples",
    received: `the operation ${op} (${name})`,
  });
}
