/**
 * Products in bfloat16: a traced step rewritten so that matrix products and convolutions, and what lies between them, work on numbers of
 * 16 bits. Inside, products and statistics are summed in float32; weights, optimizer and losses stay in float32 altogether.
 */

import { checkOneOf, TareaError } from "@tarea/core";
import { DT, isFloat, nameOf, type Graph, type GraphNode, type Output } from "./graph.js";

export const PRECISIONS = ["float32", "mixed"] as const;

/** `mixed`: products of bfloat16 numbers. */
export type Precision = (typeof PRECISIONS)[number];

/** @throws TareaError for another name, and for `mixed` where steps are not compiled. */
export function checkPrecision(where: string, precision: Precision, { compiled }: { compiled: boolean }): void {
  checkOneOf(where, "precision", precision, PRECISIONS);
  if (precision === "float32" || compiled) return;
  throw new TareaError({
    code: "precision",
    where,
    problem: "mixed precision needs steps that are compiled for the native engine",
    expected: "float32",
    received: precision,
    hint: "Install the native engine, or leave precision out.",
  });
}

/** How an operation takes part: which inputs and outputs become bfloat16. */
interface Rule {
  inputs: readonly number[];
  /** Default: all outputs. */
  outputs?: readonly number[];
  /** It takes part only when one of these is bfloat16 already; default: always. */
  follows?: readonly number[];
}

const RULES: Readonly<Record<string, Rule>> = {
  MatMul: { inputs: [0, 1] },
  BatchMatMulV2: { inputs: [0, 1] },
  Conv2D: { inputs: [0, 1] },
  Conv2DBackpropInput: { inputs: [1, 2] },
  Conv2DBackpropFilter: { inputs: [0, 2] },
  BiasAdd: { inputs: [0, 1], follows: [0] },
  BiasAddGrad: { inputs: [0], follows: [0] },
  Relu: { inputs: [0], follows: [0] },
  ReluGrad: { inputs: [0, 1], follows: [0, 1] },
  MaxPool: { inputs: [0], follows: [0] },
  MaxPoolGrad: { inputs: [0, 1, 2], follows: [0] },
  AvgPool: { inputs: [0], follows: [0] },
  AvgPoolGrad: { inputs: [1], follows: [1] },
  Reshape: { inputs: [0], follows: [0] },
  FusedBatchNormV3: { inputs: [0], outputs: [0], follows: [0] },
  FusedBatchNormGradV3: { inputs: [0, 1], outputs: [0], follows: [1] },
};

/**
 * Rewrites `nodes`, in the order of their computation, in place. Returns what gives an output of theirs in float32, for those that are used
 * elsewhere.
 */
export function useBfloat16(graph: Graph, nodes: readonly GraphNode[]): (output: Output) => Output {
  const short = new Set<string>();
  const casts = new Map<string, Output>();
  const cast = (output: Output, to: "bfloat16" | "float"): Output => {
    const name = nameOf(output);
    const known = casts.get(name);
    if (known !== undefined) return known;
    const from = to === "float" ? DT.bfloat16 : DT.float;
    const attributes = { SrcT: { type: from }, DstT: { type: DT[to] } };
    const result = graph.add("Cast", [output], { name: `${output.node.name}/${to}`, attributes });
    casts.set(name, result);
    return result;
  };
  const isShort = (output: Output) => short.has(nameOf(output));
  const inFloat = (output: Output) => (isShort(output) ? cast(output, "float") : output);
  const inBfloat16 = (output: Output) => (isShort(output) ? output : cast(output, "bfloat16"));

  for (const node of nodes) {
    const rule = RULES[node.op];
    const takesPart =
      rule !== undefined && isFloat(node) && (rule.follows === undefined || rule.follows.some((i) => isShort(node.inputs[i]!)));
    const inputs = node.inputs.map((input, i) => (takesPart && rule.inputs.includes(i) ? inBfloat16(input) : inFloat(input)));
    graph.change(node, { inputs, attributes: takesPart ? { ...node.attributes, T: { type: DT.bfloat16 } } : node.attributes });
    if (takesPart) for (const index of rule.outputs ?? [0]) short.add(nameOf({ node, index }));
  }
  return inFloat;
}
