/** Gradient accumulation in the graph: an update happens in every k-th step, with the mean gradient of the k batches. */

import { DT, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import type { OptimizerNodes } from "./optimizers.js";

/** Counts updates instead of steps; the last slot of each weight holds its sum of gradients, the last rate is 1 in steps that update. */
export function accumulating(optimizer: OptimizerNodes, accumulateSteps: number): OptimizerNodes {
  if (accumulateSteps === 1) return optimizer;
  return {
    ...optimizer,
    slots: [...optimizer.slots, 0],
    ratesAt: (step) => [...optimizer.ratesAt(updateOf(step, accumulateSteps)), updatesAfter(step, accumulateSteps) ? 1 : 0],
  };
}

/** The number of the update that a step belongs to. */
export function updateOf(step: number, accumulateSteps: number): number {
  return Math.floor(step / accumulateSteps);
}

/** Whether the weights change at the end of this step. */
export function updatesAfter(step: number, accumulateSteps: number): boolean {
  return (step + 1) % accumulateSteps === 0;
}

/** A part of the loop's body that runs only where a flag is 1. */
export interface Branch {
  /** Lets a value through where the branch runs: what depends on it, runs there only. */
  gate(value: Output): Output;
  /** `value` where the branch does not run, else 0. */
  unless(value: Output): Output;
  /** Joins both ways: runs after `nodes` where they run, at once where not. */
  join(nodes: readonly GraphNode[]): GraphNode;
}

/** Adds the branch for `flag`, a float32 scalar. */
export function addBranch(graph: Graph, name: string, flag: Output, float: (value: number) => Output): Branch {
  const add = (op: string, inputs: Output[], type: number, controls: readonly GraphNode[] = []) =>
    graph.add(op, inputs, { name: `${name}/${op}`, attributes: { T: { type } }, controls });
  const taken = add("Greater", [flag, float(0.5)], DT.float);
  return {
    gate: (value) => outputAt(add("Switch", [value, taken], DT.float), 1),
    unless: (value) => add("SelectV2", [taken, float(0), value], DT.float),
    join(nodes) {
      const either = add("Switch", [taken, taken], DT.bool);
      const ways = [add("Identity", [outputAt(either, 0)], DT.bool), add("Identity", [outputAt(either, 1)], DT.bool, nodes)];
      return graph.add("Merge", ways, { name: `${name}/Merge`, attributes: { T: { type: DT.bool }, N: { int: 2 } } }).node;
    },
  };
}
