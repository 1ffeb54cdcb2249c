/** What our worker can measure besides training: compiling, predicting, and how fast the machine multiplies matrices. */

import type { TensorFlowJs } from "@tarea/engine";
import { compileTraining } from "@tarea/graph";
import type { LayersModel } from "@tensorflow/tfjs";
import { reconstructs } from "./benchModel.js";
import { timeEpochs, type StepTimes } from "./epochTimes.js";
import type { Job } from "./job.js";
import type { SampleData } from "./sampleData.js";

/** The first call, from the model to the end of the first step, as `warmUpSeconds`; and how long a step takes later. */
export async function measureCompiling(_: TensorFlowJs, model: LayersModel, data: SampleData, job: Job): Promise<StepTimes> {
  const { batchSize } = job;
  const begin = performance.now();
  const training = compile(model, data, job);
  const compileSeconds = (performance.now() - begin) / 1000;
  const rows = Uint32Array.from({ length: batchSize }, (_row, i) => i % job.model.samples);
  const times = await timeEpochs(job, 1, () => training.runSteps([rows]).then(() => undefined));
  training.dispose();
  return { ...times, warmUpSeconds: compileSeconds + times.warmUpSeconds };
}

/** One step is one pass over all samples. */
export async function measurePrediction(_: TensorFlowJs, model: LayersModel, data: SampleData, job: Job): Promise<StepTimes> {
  const training = compile(model, data, job);
  const times = await timeEpochs(job, 1, () => training.predict(data).then(() => undefined));
  training.dispose();
  return times;
}

/** One step is one product of two square matrices with `size` rows. */
export async function measureMatMul(tf: TensorFlowJs, _: LayersModel, _data: SampleData, job: Job): Promise<StepTimes> {
  const size = Number(job.settings["size"]);
  const [a, b] = [1, 2].map((seed) => tf.randomUniform([size, size], -1, 1, "float32", seed)) as [never, never];
  const times = await timeEpochs(job, 1, async () => tf.matMul(a, b).dispose());
  tf.dispose([a, b]);
  return times;
}

function compile(model: LayersModel, data: SampleData, { model: spec, batchSize, seed, settings }: Job) {
  const { loss, optimizer, classWeights } = spec;
  return compileTraining({
    model,
    loss,
    optimizer,
    inputs: data.inputs,
    labels: reconstructs(spec) ? data.inputs : data.labels,
    scaleLabels: reconstructs(spec),
    seed,
    batchSizes: [batchSize],
    classWeights,
    shards: Number(settings["shards"] ?? 1),
  });
}
