/** Layers on the kernels of our own, for training and for prediction. */

import type * as tf from "@tensorflow/tfjs";
import type { Graph, GraphNode } from "./graph.js";
import type { LayerCalls } from "./layerCalls.js";
import { convolutionCalls } from "./ownConvolution.js";
import { denseCalls, type DenseOptions } from "./ownDense.js";
import { ownEmbedding } from "./ownEmbedding.js";
import { poolingCalls } from "./ownPooling.js";

/** The forward passes of the layers of `model` that have kernels of our own; none for a model that is a function. */
export function ownCalls(model: tf.LayersModel | undefined, options: DenseOptions): LayerCalls {
  if (model === undefined) return {};
  const { parts } = options;
  const [convolutions, pools] = [convolutionCalls(model, options), poolingCalls(options)];
  const either = (name: string) => (layer: tf.layers.Layer) => convolutions[name]?.(layer) ?? pools[name]?.(layer);
  return {
    ...convolutions,
    ...Object.fromEntries(Object.keys(pools).map((name) => [name, either(name)])),
    ...denseCalls(model, options),
    Embedding: (layer) => ownEmbedding(layer, parts),
  };
}

/** Operations whose first output is the gradient of a layer's inputs, worked out where their attribute `inputs` says so. */
const WITH_INPUT_GRADIENTS = new Set(["TareaDenseStackGradient", "TareaConvGradient"]);

/** Spares the gradients of inputs that none of `nodes` takes: those of a model's first layers. */
export function dropInputGradients(graph: Graph, nodes: ReadonlySet<GraphNode>): void {
  const wanted = new Set([...nodes].flatMap(({ inputs }) => inputs.flatMap(({ node, index }) => (index === 0 ? [node] : []))));
  for (const node of nodes) {
    if (!WITH_INPUT_GRADIENTS.has(node.op) || wanted.has(node)) continue;
    graph.change(node, { inputs: node.inputs, attributes: { ...node.attributes, inputs: { bool: false } } });
  }
}
