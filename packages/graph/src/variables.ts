/** TensorFlow's resource variables: what stays in the session between calls. */

import { DT, numbers, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import type { Division } from "./kernelBlocks.js";

export interface ResourceVariable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Made once per call, outside all loops. */
  readonly handle: Output;
}

/** Adds a float32 variable; it has no value until `addAssign` has run. */
function addVariable(graph: Graph, name: string, shape: readonly number[]): ResourceVariable {
  const attributes = { dtype: { type: DT.float }, shape: { shape }, shared_name: { string: name }, container: { string: "" } };
  return { name, shape, handle: graph.add("VarHandleOp", [], { name, attributes }) };
}

/** Reads a variable; in a loop `anchor` makes it read again in every iteration. */
export function addRead(graph: Graph, handle: Output, name: string, anchor?: GraphNode): Output {
  return graph.add("ReadVariableOp", [handle], {
    name,
    attributes: { dtype: { type: DT.float } },
    controls: anchor === undefined ? [] : [anchor],
  });
}

/** A variable in memory that nobody else holds, from when it has been copied: what updates in place takes this one. */
export interface PrivateVariable {
  readonly handle: Output;
  /** The memory itself, the same throughout a call: it shows each update. */
  readonly value: Output;
}

/** Gives a variable the copy of a value that an operation makes: memory that nobody else holds. */
function addCopy(graph: Graph, handle: Output, copy: Output, scope: string): GraphNode {
  return graph.add("AssignVariableOp", [handle, copy], { name: `${scope}/assign`, attributes: { dtype: { type: DT.float } } })
    .node;
}

/** Adds the copy, once per call and outside all loops, by a kernel of our own: large arrays lie in large pages. */
export function addPrivate(graph: Graph, { name, handle }: ResourceVariable, scope: string): PrivateVariable {
  const read = addRead(graph, handle, `${scope}/${name}/shared`);
  const node = addCopy(graph, handle, graph.add("TareaCopy", [read], { name: `${scope}/${name}/copy` }), `${scope}/${name}`);
  const resource = { T: { type: DT.resource } };
  return {
    handle: graph.add("Identity", [handle], { name: `${scope}/${name}/private`, attributes: resource, controls: [node] }),
    value: addRead(graph, handle, `${scope}/${name}/memory`, node),
  };
}

/** A weight or a slot as the session keeps it: in one variable, or cut into blocks along `axis`. */
export interface StoredArray {
  readonly name: string;
  readonly axis: number;
  readonly blocks: readonly ResourceVariable[];
}

/** Adds the variables of an array of `shape`. */
export function addStored(graph: Graph, name: string, shape: readonly number[], division?: Division): StoredArray {
  if (division === undefined) return { name, axis: 0, blocks: [addVariable(graph, name, shape)] };
  const { axis, sizes } = division;
  const blocks = sizes.map((size, b) => addVariable(graph, `${name}/block${b}`, shape.with(axis, size)));
  return { name, axis, blocks };
}

/** Reads a whole array, outside all loops. */
export function addWholeRead(graph: Graph, { axis, blocks }: StoredArray, name: string): Output {
  return graph.concatenate(
    blocks.map(({ handle }) => addRead(graph, handle, name)),
    axis,
    name,
  );
}

export interface Assignment {
  /** One placeholder per array. */
  feeds: Output[];
  /** Fetching this assigns. */
  done: Output;
}

/**
 * Adds what fills all arrays in one call. The values are copied: a fed tensor is JavaScript's own memory, which a variable must
 * neither change nor free.
 */
export function addAssignment(graph: Graph, arrays: readonly StoredArray[]): Assignment {
  const feeds = arrays.map(({ name }) => graph.placeholder(`${name}/feed`, DT.float));
  const assigns = arrays.flatMap((array, i) =>
    blocksOf(graph, feeds[i]!, array).map((value, b) => {
      const { name, handle } = array.blocks[b]!;
      const copy = graph.add("DeepCopy", [value], { name: `${name}/copy`, attributes: { T: { type: DT.float } } });
      return addCopy(graph, handle, copy, name);
    }),
  );
  return { feeds, done: graph.int(0, { name: "assigned", controls: assigns }) };
}

function blocksOf(graph: Graph, value: Output, { name, axis, blocks }: StoredArray): Output[] {
  if (blocks.length === 1) return [value];
  const sizes = blocks.map(({ shape }) => shape[axis]!);
  const inputs = [
    value,
    graph.constant(numbers(DT.int32, sizes), { name: `${name}/sizes` }),
    graph.int(axis, { name: `${name}/feed/axis` }),
  ];
  const { node } = graph.add("SplitV", inputs, {
    name: `${name}/split`,
    attributes: { T: { type: DT.float }, Tlen: { type: DT.int32 }, num_split: { int: sizes.length } },
  });
  return sizes.map((_, b) => outputAt({ node, index: 0 }, b));
}
