/** TensorFlow's loop of single nodes: Enter, Merge, Switch, NextIteration and Exit around a body that runs n times in one call. */

import { DT, nodesBehind, outputAt, type Graph, type GraphNode, type Output } from "./graph.js";
import { addStepProgram } from "./stepProgram.js";

export interface LoopBody {
  /** The number of the iteration, int32 scalar, counted from 0. */
  iteration: Output;
  /** Nodes without inputs wait for this one, so that they run in the body and once per iteration. */
  anchor: GraphNode;
  /** Brings a value from outside into the body, the same in every iteration. */
  enter(value: Output, type: number): Output;
}

export interface LoopResult {
  /** What the iteration leaves behind: float32 `[k]`. */
  result: Output;
  /** The next iteration starts when these have run. */
  effects: readonly GraphNode[];
  /** Whether the iterations are to be a program of our own (`stepProgram.ts`), not a loop of nodes. */
  isProgram: boolean;
}

/**
 * Adds a loop, or a program, of `count` (an int32 scalar) iterations and returns the results of all of them, float32 `[count, k]`. Iterations
 * never overlap: both values that the loop carries wait for the effects of the body.
 */
export function addLoop(graph: Graph, name: string, count: Output, k: number, body: (loop: LoopBody) => LoopResult): Output {
  const scope = `${name}/loop`;
  const add = (op: string, inputs: Output[], attributes = {}, controls: GraphNode[] = []) =>
    graph.add(op, inputs, { name: `${scope}/${op}`, attributes, controls });
  const enter = (value: Output, type: number, constant: boolean) =>
    add("Enter", [value], {
      T: { type },
      frame_name: { string: scope },
      is_constant: { bool: constant },
      parallel_iterations: { int: 1 },
    });

  const before = graph.nodes.length;
  const array = add("TensorArrayV3", [count], {
    dtype: { type: DT.float },
    element_shape: { shape: [k] },
    clear_after_read: { bool: true },
  });
  const carried = [
    { start: graph.int(0, { name: `${scope}/zero` }), type: DT.int32 },
    { start: outputAt(array, 1), type: DT.float },
  ].map(({ start, type }) => ({ type, merge: mergeOf(enter(start, type, false), type) }));

  const [counter, flow] = carried as [(typeof carried)[0], (typeof carried)[0]];
  const less = add("Less", [counter.merge.output, enter(count, DT.int32, true)], { T: { type: DT.int32 } });
  const condition = add("LoopCond", [less]);
  const switchOf = ({ merge, type }: (typeof carried)[0]) => add("Switch", [merge.output, condition], { T: { type } });
  const [counterSwitch, flowSwitch] = [switchOf(counter), switchOf(flow)];
  const iteration = add("Identity", [outputAt(counterSwitch, 1)], { T: { type: DT.int32 } });

  const { result, effects, isProgram } = body({
    iteration,
    anchor: iteration.node,
    enter: (value, type) => enter(value, type, true),
  });
  if (isProgram) {
    const results = addStepProgram(graph, name, { iteration, result, size: k, effects, count });
    graph.keepOf(before, nodesBehind([results], { controls: true }));
    return results;
  }

  const one = graph.int(1, { name: `${scope}/one`, controls: [iteration.node] });
  const next = add("AddV2", [iteration, one], { T: { type: DT.int32 } });
  const written = add("TensorArrayWriteV3", [enter(array, DT.resource, true), iteration, result, outputAt(flowSwitch, 1)], {
    T: { type: DT.float },
  });
  counter.merge.close(add("NextIteration", [next], { T: { type: DT.int32 } }, [...effects]));
  flow.merge.close(add("NextIteration", [written], { T: { type: DT.float } }, [...effects]));

  const end = add("Exit", [flowSwitch], { T: { type: DT.float } });
  const indices = add("Range", [graph.int(0, { name: `${scope}/start` }), count, graph.int(1, { name: `${scope}/delta` })], {
    Tidx: { type: DT.int32 },
  });
  return add("TensorArrayGatherV3", [array, indices, end], { dtype: { type: DT.float }, element_shape: { shape: [k] } });

  /** A merge's second input is the next iteration's value, which is known when the body is. */
  function mergeOf(start: Output, type: number) {
    const inputs: Output[] = [start];
    const output = add("Merge", inputs, { T: { type }, N: { int: 2 } });
    return { output, close: (again: Output) => void inputs.push(again) };
  }
}
