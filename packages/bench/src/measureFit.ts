/** What TensorFlow.js does by itself on the same native library: `compile` and `fit`. */

import type { TensorFlowJs } from "@tarea/engine";
import type { LayersModel, ModelFitArgs, Tensor } from "@tensorflow/tfjs";
import { reconstructs } from "./benchModel.js";
import { timeEpochs, type StepTimes } from "./epochTimes.js";
import type { Job } from "./job.js";
import type { SampleData } from "./sampleData.js";

export async function measureFit(tf: TensorFlowJs, model: LayersModel, data: SampleData, job: Job): Promise<StepTimes> {
  const { loss, optimizer, samples, inputShape, input, classWeights } = job.model;
  const x = tf.tidy(() => {
    const stored = tf.tensor(data.inputs.data, [samples, ...inputShape]);
    return input === "bytes" ? tf.div<Tensor>(stored, 255) : stored;
  });
  const labelShape = loss === "categoricalCrossentropy" ? [samples] : [samples, 1];
  const y = reconstructs(job.model) ? x : tf.tensor(data.labels.data, labelShape, "float32");
  model.compile({
    optimizer: { adam: tf.train.adam, sgd: tf.train.sgd, adagrad: tf.train.adagrad }[optimizer.type](optimizer.learningRate),
    loss: loss === "categoricalCrossentropy" ? "sparseCategoricalCrossentropy" : loss,
    metrics: loss === "meanSquaredError" ? [] : ["accuracy"],
  });
  const settings: ModelFitArgs = { batchSize: job.batchSize, epochs: 1, yieldEvery: "never" };
  if (classWeights !== undefined) settings.classWeight = Object.fromEntries(classWeights.entries());
  return timeEpochs(job, Math.floor(samples / job.batchSize), async () => {
    await model.fit(x, y, settings);
  });
}
