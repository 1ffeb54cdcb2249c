/** Updates by kernels of our own, in the memory of the variables: one for all weights, and one for each large kernel. */

import { nameOf, type Graph, type GraphNode, type Output } from "./graph.js";
import type { OwnRule, UpdateOptions } from "./optimizers.js";
import { KERNEL_GRADIENT } from "./ownDense.js";

export interface OwnUpdatesOptions {
  name: string;
  rule: OwnRule;
  /** Parts that are worked on side by side. */
  parts: number;
}

/** An update of memory that nobody else holds (see `addPrivate`): `value` and `slots` are that memory. */
export type OwnUpdate = Pick<UpdateOptions, "value" | "slots" | "gradient" | "rates" | "controls">;

/** Adds the updates and returns their nodes. */
export function addOwnUpdates(
  graph: Graph,
  updates: readonly OwnUpdate[],
  { name, rule, parts }: OwnUpdatesOptions,
): GraphNode[] {
  const attributes = (slotCount: number) => ({
    slot_count: { int: slotCount },
    rule: { int: rule.rule },
    first: { float: rule.first },
    second: { float: rule.second },
    epsilon: { float: rule.epsilon },
    parts: { int: parts },
  });
  const isLarge = ({ gradient }: OwnUpdate) => gradient.node.op === KERNEL_GRADIENT;
  const nodes = updates.filter(isLarge).map(({ gradient, rates, value, slots, controls }) => {
    const options = { name: `${name}/kernel/update`, attributes: attributes(slots.length), controls };
    return graph.add("TareaDenseKernelUpdate", [...gradient.node.inputs, rates[0]!, value, ...slots], options).node;
  });
  const others = updates.filter((update) => !isLarge(update));
  if (others.length === 0) return nodes;
  const slots = others[0]!.slots.flatMap((_, s) => others.map((update) => update.slots[s]!));
  const arrays = [...others.map(({ gradient }) => gradient), ...others.map(({ value }) => value), ...slots];
  const update = graph.add("TareaUpdate", [others[0]!.rates[0]!, ...arrays], {
    name: `${name}/update`,
    attributes: { ...attributes(slots.length), count: { int: others.length } },
    controls: others.flatMap(({ controls }) => controls),
  });
  return [...nodes, update.node];
}

/** Lets kernels of our own take weights from their memory, which does not move, and not from reads that run in each iteration. */
export function readFromMemory(
  graph: Graph,
  nodes: Iterable<GraphNode>,
  weights: readonly { read: Output; memory: Output | undefined }[],
): void {
  const memory = new Map(weights.map((weight) => [nameOf(weight.read), weight.memory]));
  for (const node of nodes) {
    if (!node.op.startsWith("Tarea")) continue;
    graph.change(node, { inputs: node.inputs.map((input) => memory.get(nameOf(input)) ?? input), attributes: node.attributes });
  }
}
