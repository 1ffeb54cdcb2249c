/** Compiles a loaded model as its files say and gives its optimizer the state that it had. */

import type * as tf from "@tensorflow/tfjs";
import { messageOf } from "@tarea/core";
import { fileError } from "./fileError.js";
import type { JsonObject } from "./strictJson.js";

type TrainingConfig = Parameters<tf.LayersModel["loadTrainingConfig"]>[0];

/** A tensor that the optimizer keeps. */
export interface OptimizerState {
  name: string;
  tensor: tf.Tensor;
}

/** @throws TareaError when TensorFlow.js does not know the optimizer or loss, or the state is that of other weights. */
export async function restoreOptimizer(
  model: tf.LayersModel,
  { where, trainingConfig, state }: { where: string; trainingConfig: JsonObject; state: OptimizerState[] },
): Promise<void> {
  checkState(where, model, state);
  try {
    model.loadTrainingConfig(trainingConfig as unknown as TrainingConfig);
    await model.optimizer.setWeights(state);
  } catch (error) {
    // It is not the model's own, which would dispose it.
    (model.optimizer as tf.Optimizer | undefined)?.dispose();
    throw fileError(where, "TensorFlow.js cannot compile the model", { received: messageOf(error), cause: error });
  }
}

/** Behind the number of steps every kind of state has one tensor for each weight that is trained, in their order. */
function checkState(where: string, model: tf.LayersModel, state: readonly OptimizerState[]): void {
  const weights = model.trainableWeights;
  const [steps, ...others] = state;
  if (steps !== undefined && steps.tensor.size !== 1) throw shapeFault(where, steps, []);
  if (others.length > 0 && (weights.length === 0 || others.length % weights.length !== 0)) {
    throw fileError(where, "the state of the optimizer is that of another model", {
      expected: `a multiple of ${weights.length} tensors`,
      received: String(others.length),
    });
  }
  for (const [i, one] of others.entries()) {
    const { shape } = weights[i % weights.length]!;
    if (shape.join() !== one.tensor.shape.join()) throw shapeFault(where, one, shape);
  }
}

function shapeFault(where: string, { name, tensor }: OptimizerState, shape: readonly (number | null)[]): Error {
  return fileError(where, `the state ${JSON.stringify(name)} of the optimizer has another shape`, {
    expected: `[${shape.join(", ")}]`,
    received: `[${tensor.shape.join(", ")}]`,
  });
}
