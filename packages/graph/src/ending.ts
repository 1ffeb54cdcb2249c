/** Splits the softmax or sigmoid that a loss names off the end of a model. */

import * as tf from "@tensorflow/tfjs";
import { TareaError } from "@tarea/core";
import type { Loss } from "./losses.js";

export interface Headless {
  /** Shape of one sample's outputs. */
  outputShape: readonly number[];
  /** The forward pass up to what goes into the activation. */
  apply(inputs: tf.Tensor, training: boolean): tf.Tensor;
}

/** @throws TareaError when the model does not have one input and one output, or does not end in the activation of the loss. */
export function withoutEnding(model: tf.LayersModel, { ending, classIds }: Loss): Headless {
  const [inputs, outputs] = [model.inputs.length, model.outputs.length];
  if (inputs !== 1 || outputs !== 1)
    throw modelError(model, "the model must have one input and one output", { received: `${inputs} and ${outputs}` });
  const headless = ending === undefined ? plain(model, model.outputs[0]!) : split(model, ending);
  if (!classIds || headless.outputShape.length === 1) return headless;
  throw modelError(model, "the model must give one vector of class probabilities per sample");
}

function plain(model: tf.LayersModel, outputs: tf.SymbolicTensor): Headless {
  const rest = outputs === model.outputs[0] ? model : tf.model({ inputs: model.inputs, outputs });
  return {
    outputShape: outputs.shape.slice(1) as number[],
    apply: (inputs, training) => rest.apply(inputs, { training }) as tf.Tensor,
  };
}

function split(model: tf.LayersModel, ending: "softmax" | "sigmoid"): Headless {
  const last = model.outputs[0]!.sourceLayer;
  if (isOnlyEnding(model, ending)) return plain(model, last.getInputAt(model.outputs[0]!.nodeIndex) as tf.SymbolicTensor);
  const className = last.getClassName();
  const { activation } = last.getConfig();
  if (activation !== ending || !HAVE_ACTIVATIONS.has(className)) {
    throw modelError(model, `the model must end in a ${ending} activation`, {
      received: `${className} ${last.name}${typeof activation === "string" ? ` with ${activation}` : ""}`,
      hint: `End it with activation({ activation: "${ending}" }) or with a layer that has this activation.`,
    });
  }
  const whole = plain(model, model.outputs[0]!);
  return { ...whole, apply: (inputs, training) => withLinearActivation(last, () => whole.apply(inputs, training)) };
}

/** Whether the last layer of a model is nothing but that activation. */
export function isOnlyEnding({ outputs }: tf.LayersModel, ending: "softmax" | "sigmoid"): boolean {
  const [output] = outputs as [tf.SymbolicTensor];
  const { activation, axis } = output.sourceLayer.getConfig();
  const className = output.sourceLayer.getClassName();
  if (className === "Softmax") return ending === "softmax" && (axis === -1 || axis === output.rank - 1);
  return className === "Activation" && activation === ending;
}

/** Layers of TensorFlow.js that apply their member `activation` last. */
const HAVE_ACTIVATIONS = new Set(["Dense", "Conv1D", "Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D"]);

/** Runs `task` while the layer's activation is the identity. */
function withLinearActivation<T>(layer: tf.layers.Layer, task: () => T): T {
  const owner = layer as unknown as { activation: unknown };
  const own = owner.activation;
  owner.activation = (tf.layers.activation({ activation: "linear" }) as unknown as { activation: unknown }).activation;
  try {
    return task();
  } finally {
    owner.activation = own;
  }
}

function modelError({ name }: tf.LayersModel, problem: string, more: { received?: string; hint?: string } = {}): TareaError {
  return new TareaError({ code: "model", where: `compileTraining(${name})`, problem, ...more });
}
