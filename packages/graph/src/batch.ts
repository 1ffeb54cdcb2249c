/** Batches gathered inside the graph from data that stays in the native library as it is stored. */

import type { DataType } from "@tarea/core";
import { DT, type Graph, type GraphNode, type Output } from "./graph.js";
import type { Loss } from "./losses.js";
import { storedType } from "./native.js";

export interface BatchOptions {
  /** Name of the nodes' scope. */
  scope: string;
  dtype: DataType;
  /** Whether bytes are scaled to [0, 1]. */
  scaled?: boolean;
  /** Constants wait for this node of the loop's body. */
  anchor?: GraphNode | undefined;
  /** How a kernel of our own gathers the batch; left out: TensorFlow does. */
  own?: OwnGather | undefined;
}

export interface OwnGather {
  /** Parts that are gathered side by side. */
  parts: number;
  /** Whether a part has some columns of all rows, not all columns of some rows. */
  columns: boolean;
}

/** How the arrays of a data set are stored. */
export interface StoredTypes {
  inputs: DataType;
  labels: DataType;
}

/** The labels of the rows as the loss takes them. */
export function addLabels(
  graph: Graph,
  labels: Output,
  rows: Output,
  { loss, ...options }: BatchOptions & { loss: Loss },
): Output {
  return loss.classIds
    ? addGather(graph, labels, rows, options)
    : addBatch(graph, labels, rows, { ...options, scaled: loss.scaleLabels });
}

/** The rows `rows` of `inputs` as float32; `[N, ...]`, `[B]` -> `[B, ...]`. */
export function addBatch(
  graph: Graph,
  inputs: Output,
  rows: Output,
  { scope, dtype, scaled = true, anchor, own }: BatchOptions,
): Output {
  if (own !== undefined) {
    const scale = scaled ? scaleOf(dtype) : 1;
    const { parts, columns } = own;
    const attributes = {
      T: { type: storedType(dtype) },
      scale: { float: scale },
      parts: { int: parts },
      columns: { bool: columns },
    };
    return graph.add("TareaGather", [inputs, rows], { name: `${scope}/gather`, attributes });
  }
  const gathered = addGather(graph, inputs, rows, { scope, dtype, anchor });
  if (dtype === "float32") return gathered;
  const cast = addFloatCast(graph, gathered, dtype, `${scope}/cast`);
  if (dtype === "int32" || !scaled) return cast;
  const scale = graph.float(1 / 255, { name: `${scope}/scale`, controls: controlsOf(anchor) });
  return graph.add("Mul", [cast, scale], { name: `${scope}/scaled`, attributes: { T: { type: DT.float } } });
}

/** What a model's inputs are multiplied by: bytes are seen in [0, 1]. */
export function scaleOf(dtype: DataType): number {
  return dtype === "uint8" ? 1 / 255 : 1;
}

/** What is stored as `dtype` as float32. */
export function addFloatCast(graph: Graph, value: Output, dtype: DataType, name: string): Output {
  return graph.add("Cast", [value], { name, attributes: { SrcT: { type: storedType(dtype) }, DstT: { type: DT.float } } });
}

/** The rows `[from, from + size)` of a vector of row numbers. */
export function addSlice(
  graph: Graph,
  rows: Output,
  { from, size, scope, anchor }: { from: number; size: number; scope: string; anchor: GraphNode },
): Output {
  const [begin, length] = [from, size].map((value) => graph.int([value], { name: `${scope}/bound`, controls: [anchor] }));
  const attributes = { T: { type: DT.int32 }, Index: { type: DT.int32 } };
  return graph.add("Slice", [rows, begin!, length!], { name: `${scope}/rows`, attributes });
}

/** `values[rows]`; a scalar row takes one entry and drops the axis. */
export function addGather(graph: Graph, values: Output, rows: Output, { scope, dtype, anchor }: BatchOptions): Output {
  const axis = graph.int(0, { name: `${scope}/axis`, controls: controlsOf(anchor) });
  const int32 = { type: DT.int32 };
  const attributes = { Tparams: { type: storedType(dtype) }, Tindices: int32, Taxis: int32, batch_dims: { int: 0 } };
  return graph.add("GatherV2", [values, rows, axis], { name: `${scope}/gather`, attributes });
}

function controlsOf(anchor: GraphNode | undefined): GraphNode[] {
  return anchor === undefined ? [] : [anchor];
}
