/** The updates of all weights: by kernels of our own in the memory of the variables where that is safe, else by TensorFlow's operations. */

import { nameOf, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import type { OptimizerNodes, OwnRule, UpdateOptions } from "./optimizers.js";
import { KERNEL_GRADIENT } from "./denseOperations.js";

/** The operation that updates a large kernel by its gradient, which is never in memory. */
export const KERNEL_UPDATE = "TareaDenseKernelUpdate";

export interface UpdatesOptions {
  name: string;
  optimizer: OptimizerNodes;
  /** The rule of kernels of our own, when they have the optimizer's. */
  rule: OwnRule | undefined;
  /** Parts that are worked on side by side. */
  parts: number;
  /** Whether the step is a program, in which updates wait for all that was traced. */
  isProgram: boolean;
}

/** Where a weight and its slots lie; nobody else holds that memory (see `addPrivate`). */
interface Memory {
  value: Output;
  slots: readonly Output[];
}

export interface WantedUpdate {
  update: UpdateOptions & { name: string };
  memory: Memory | undefined;
}

type OwnUpdate = Memory & Pick<UpdateOptions, "gradient" | "rates" | "controls">;

/** Adds the updates and returns their nodes. */
export function addUpdates(
  graph: Graph,
  wanted: readonly WantedUpdate[],
  { name, optimizer, rule, parts, isProgram }: UpdatesOptions,
): GraphNode[] {
  const own: OwnUpdate[] = [];
  const nodes: GraphNode[] = [];
  for (const { update, memory } of wanted) {
    if (memory === undefined || !(isProgram || update.controls.every(isOwn)))
      nodes.push(optimizer.update(graph, update.name, update));
    else {
      readFromMemory(graph, update, memory.value);
      own.push({ ...update, ...memory });
    }
  }
  return rule === undefined
    ? nodes
    : [...nodes, ...addOwnUpdates(graph, own, name, { ...attributesOf(rule), parts: { int: parts } })];
}

/**
 * Whether an operation is one of ours. Only those may read memory that is updated in place: TensorFlow rewrites its own operations when it
 * loads a graph, and the update would no longer wait for them.
 */
function isOwn({ op }: GraphNode): boolean {
  return op.startsWith("Tarea");
}

/** Lets what reads a weight take it from its memory, which does not move, and not from a read that runs in each iteration. */
function readFromMemory(graph: Graph, { value, controls }: UpdateOptions, memory: Output): void {
  takeInstead(graph, controls, value, memory);
}

/** A rule as attributes of our operations. */
export function attributesOf({ rule, first, second, epsilon }: OwnRule) {
  return { rule: { int: rule }, first: { float: first }, second: { float: second }, epsilon: { float: epsilon } };
}

/** Lets those of `nodes` that take an output take another one, which is the same. */
function takeInstead(graph: Graph, nodes: readonly GraphNode[], output: Output, instead: Output): void {
  const name = nameOf(output);
  for (const node of nodes.filter(({ inputs }) => inputs.some((input) => nameOf(input) === name))) {
    const inputs = node.inputs.map((input) => (nameOf(input) === name ? instead : input));
    graph.change(node, { inputs, attributes: node.attributes });
  }
}

type Common = Readonly<Record<string, { int: number } | { float: number }>>;

/** One operation for all weights, and one for each large kernel. */
function addOwnUpdates(graph: Graph, updates: readonly OwnUpdate[], name: string, common: Common): GraphNode[] {
  const given = (layer: GraphNode, output: number) =>
    updates.find(({ gradient: { node, index } }) => node === layer && index === output);
  const large = updates.filter(({ gradient: { node, index } }) => node.op === KERNEL_GRADIENT && index === 0);
  const columns = large.map(({ gradient }) => given(gradient.node, 1));
  const nodes = large.map((kernel, i) => addKernelUpdate(graph, { kernel, column: columns[i] }, name, common));
  const others = updates.filter((update) => !large.includes(update) && !columns.includes(update));
  if (others.length === 0) return nodes;
  const slots = others[0]!.slots.flatMap((_, s) => others.map((update) => update.slots[s]!));
  const arrays = [...others.map(({ gradient }) => gradient), ...others.map(({ value }) => value), ...slots];
  const update = graph.add("TareaUpdate", [others[0]!.rates[0]!, ...arrays], {
    name: `${name}/update`,
    attributes: { ...common, slot_count: { int: slots.length }, count: { int: others.length } },
    controls: others.flatMap(({ controls }) => controls),
  });
  return [...nodes, update.node];
}

/** The update of a large kernel and of the column that comes with it, if that is a weight of its own. */
function addKernelUpdate(
  graph: Graph,
  { kernel, column }: { kernel: OwnUpdate; column: OwnUpdate | undefined },
  name: string,
  common: Common,
): GraphNode {
  const { gradient, rates, value, slots, controls } = kernel;
  const columnArrays = column === undefined ? [] : [column.value, ...column.slots];
  const update = graph.add(KERNEL_UPDATE, [...gradient.node.inputs, rates[0]!, value, ...slots, ...columnArrays], {
    name: `${name}/kernel/update`,
    attributes: {
      ...common,
      slot_count: { int: slots.length },
      column: gradient.node.attributes.column!,
      column_count: { int: columnArrays.length },
      gathers: { int: 0 },
    },
    controls: [...controls, ...(column?.controls ?? [])],
  });
  takeInstead(graph, graph.nodes, outputAt(gradient, 1), update);
  return update.node;
}
