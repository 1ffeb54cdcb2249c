/** Which steps become programs, and what is in them; that programs compute what loops do is held by the parity tests. */

import { expect, test } from "vitest";
import { addGather } from "../src/batch.js";
import { DT, Graph, type GraphNode, type Output } from "../src/graph.js";
import { addLoop, type LoopBody } from "../src/loop.js";
import { canRun } from "../src/stepProgram.js";

const FLOAT = { T: { type: DT.float } };

/** The outcome of `body` on a row of data in each iteration, in a graph of its own. */
function loopOver(body: (row: Output, loop: LoopBody & { graph: Graph }) => Output) {
  const graph = new Graph();
  const [count, data] = [graph.placeholder("count", DT.int32), graph.placeholder("data", DT.float)];
  let isProgram = false;
  const results = addLoop(graph, "train", count, 1, (loop) => {
    const row = addGather(graph, loop.enter(data, DT.float), loop.iteration, {
      scope: "row",
      dtype: "float32",
      anchor: loop.anchor,
    });
    const result = body(row, { ...loop, graph });
    isProgram = canRun([result], loop.iteration);
    return { result, effects: [], isProgram };
  });
  return { graph, results, isProgram };
}

const operations = (nodes: readonly GraphNode[]) => nodes.map(({ op }) => op);

test("steps of known operations become a program, and nothing of the loop is left", () => {
  const { graph, results } = loopOver((row, { graph: own, anchor }) => {
    const half = own.float(0.5, { controls: [anchor] });
    const halved = own.add("Mul", [row, half], { attributes: FLOAT });
    return own.add("Tanh", [own.add("Cast", [halved], { attributes: { SrcT: FLOAT.T, DstT: FLOAT.T } })], { attributes: FLOAT });
  });
  expect(operations(graph.nodes)).toEqual(["Placeholder", "Placeholder", "Const", "TareaTrainSteps"]);
  const { attributes } = results.node;
  expect(attributes["program"]).toEqual({
    string: "2 6\nGatherV2 0,2 1 batch_dims=0\nMul 3,1 1\nIdentity 4 1\nTanh 5 1",
  });
  expect(attributes).toMatchObject({ size: { int: 1 }, float_count: { int: 2 }, int_count: { int: 0 }, byte_count: { int: 0 } });
});

test("numbers with a point are written by their bits", () => {
  const { results } = loopOver((row, { graph }) =>
    graph.add("TareaDropout", [row], {
      attributes: { rate: { float: 0.1 }, stream: { ints: [1, 4294967295] }, on: { bool: true } },
    }),
  );
  expect(results.node.attributes["program"]).toEqual({
    string: "1 3\nGatherV2 0,1 1 batch_dims=0\nTareaDropout 2 1 rate=1036831949 stream=1,4294967295 on=1",
  });
});

test.each<[string, (row: Output, loop: LoopBody & { graph: Graph }) => Output]>([
  ["an operation that programs do not have", (row, { graph }) => graph.add("Softplus", [row], { attributes: FLOAT })],
  [
    "one that they have, for other numbers",
    (row, { graph }) => graph.add("Tanh", [row], { attributes: { T: { type: DT.bfloat16 } } }),
  ],
  [
    "a gather along another axis",
    (row, { graph, iteration, anchor }) => {
      const axis = graph.int(1, { controls: [anchor] });
      const { attributes } = addGather(graph, row, iteration, { scope: "other", dtype: "float32", anchor }).node;
      return graph.add("GatherV2", [row, iteration, axis], { attributes });
    },
  ],
  [
    "a constant of a type that programs do not take",
    (row, { graph, anchor }) => {
      const flag = graph.constant({ type: DT.bool, shape: [], data: Uint8Array.of(1) }, { controls: [anchor] });
      return graph.add("Select", [flag, row, row], { attributes: FLOAT });
    },
  ],
])("a step stays a loop of nodes with %s", (_, body) => {
  const { graph, results, isProgram } = loopOver(body);
  expect(isProgram).toBe(false);
  expect(results.node.op).toBe("TensorArrayGatherV3");
  expect(operations(graph.nodes)).toContain("NextIteration");
});
