/** A model as the calls of its layers, each after those whose output it takes: what every export walks over. */

import type * as tf from "@tensorflow/tfjs";

export interface LayerCall {
  layer: tf.layers.Layer;
  inputs: tf.SymbolicTensor[];
  outputs: tf.SymbolicTensor[];
}

/** The calls that the model's outputs need, and its inputs. A layer that is used twice has two. */
export function callsOf(model: tf.LayersModel): LayerCall[] {
  const calls: LayerCall[] = [];
  const done = new Set<number>();
  const waiting = [...model.inputs, ...model.outputs].toReversed();
  while (waiting.length > 0) {
    const tensor = waiting.at(-1)!;
    const inputs = takenBy(tensor);
    const missing = done.has(tensor.id) ? [] : inputs.filter(({ id }) => !done.has(id));
    if (missing.length > 0) {
      waiting.push(...missing.toReversed());
      continue;
    }
    waiting.pop();
    if (done.has(tensor.id)) continue;
    const outputs = nodeOf(tensor).outputTensors;
    calls.push({ layer: tensor.sourceLayer, inputs, outputs });
    for (const { id } of outputs) done.add(id);
  }
  return calls;
}

/** What the call that makes `tensor` takes. An input layer's own tensor is its input as well, which is left out. */
function takenBy(tensor: tf.SymbolicTensor): tf.SymbolicTensor[] {
  return nodeOf(tensor).inputTensors.filter(({ id }) => id !== tensor.id);
}

function nodeOf(tensor: tf.SymbolicTensor): tf.layers.Layer["inboundNodes"][number] {
  return tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
}
