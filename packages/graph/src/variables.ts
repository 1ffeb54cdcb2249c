/** TensorFlow's resource variables: what stays in the session between calls. */

import { DT, type Graph, type GraphNode, type Output } from "./graph.js";

export interface ResourceVariable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Made once per call, outside all loops. */
  readonly handle: Output;
}

/** Adds a float32 variable; it has no value until `addAssign` has run. */
export function addVariable(graph: Graph, name: string, shape: readonly number[]): ResourceVariable {
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

export interface Assignment {
  /** One placeholder per variable. */
  feeds: Output[];
  /** Fetching this assigns. */
  done: Output;
}

/**
 * Adds what fills all variables in one call. The values are copied: a fed tensor is JavaScript's own memory, which a variable must
 * neither change nor free.
 */
export function addAssignment(graph: Graph, variables: readonly ResourceVariable[]): Assignment {
  const float = { type: DT.float };
  const feeds = variables.map(({ name }) => graph.placeholder(`${name}/feed`, DT.float));
  const assigns = variables.map(({ name, handle }, i) => {
    const copy = graph.add("DeepCopy", [feeds[i]!], { name: `${name}/copy`, attributes: { T: float } });
    return graph.add("AssignVariableOp", [handle, copy], { name: `${name}/assign`, attributes: { dtype: float } }).node;
  });
  return { feeds, done: graph.int(0, { name: "assigned", controls: assigns }) };
}
