/** Our own contestant: compiled training, called as the training loop calls it. */

import { randomStream } from "@tarea/core";
import type { TensorFlowJs } from "@tarea/engine";
import { compileTraining } from "@tarea/graph";
import type { LayersModel } from "@tensorflow/tfjs";
import { reconstructs } from "./benchModel.js";
import { timeEpochs, type StepTimes } from "./epochTimes.js";
import type { Job } from "./job.js";
import type { SampleData } from "./sampleData.js";

/** How long one call may block: that of the training loop. */
const CALL_SECONDS = 0.5;

export async function measureCompiled(_: TensorFlowJs, model: LayersModel, data: SampleData, job: Job): Promise<StepTimes> {
  const { batchSize, seed, settings } = job;
  const { loss, optimizer, samples, classWeights } = job.model;
  const steps = Math.floor(samples / batchSize);
  const begin = performance.now();
  const training = compileTraining({
    model,
    loss,
    optimizer,
    inputs: data.inputs,
    labels: reconstructs(job.model) ? data.inputs : data.labels,
    scaleLabels: reconstructs(job.model),
    seed,
    batchSizes: [batchSize],
    classWeights,
    shards: Number(settings["shards"] ?? 1),
    precision: settings["precision"] === "mixed" ? "mixed" : "float32",
  });
  const compileSeconds = (performance.now() - begin) / 1000;
  let epochs = 0;
  let stepsPerCall = 8;
  const times = await timeEpochs(job, steps, async () => {
    const order = randomStream(seed, `order/${epochs++}`).permutation(samples);
    for (let step = 0; step < steps;) {
      const count = Math.min(stepsPerCall, steps - step);
      const batches = Array.from({ length: count }, (_row, i) =>
        order.subarray((step + i) * batchSize, (step + i + 1) * batchSize),
      );
      const start = performance.now();
      await training.runSteps(batches);
      const perStep = (performance.now() - start) / 1000 / count;
      stepsPerCall = Math.max(1, Math.min(Math.round(CALL_SECONDS / perStep), stepsPerCall * 4));
      step += count;
    }
  });
  training.dispose();
  return { ...times, warmUpSeconds: times.warmUpSeconds + compileSeconds };
}
