/**
 * A process that runs one contestant of ours, or TensorFlow.js's own `fit`: a job on standard input, the answer as a line on standard
 * output. The setting `task` asks for something else than training.
 */

import { text } from "node:stream/consumers";
import { TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { buildModel } from "./buildModel.js";
import type { Answer, Job } from "./job.js";
import { summarizeModel } from "@tarea/models";
import { sampleData } from "./sampleData.js";
import { measureCompiling, measureMatMul, measurePrediction } from "./measureTasks.js";
import { measureCompiled } from "./measureCompiled.js";
import { measureFit } from "./measureFit.js";

const job = JSON.parse(await text(process.stdin)) as Job;
const { tf } = await useEngine({ prefer: "tensorflow" });
const model = buildModel(tf, job.model);
const data = sampleData(job.model, job.seed);
const TASKS = {
  train: measureCompiled,
  fit: measureFit,
  compile: measureCompiling,
  predict: measurePrediction,
  matMul: measureMatMul,
};
const task = job.settings["stock"] === true ? "fit" : (job.settings["task"] ?? "train");
const measure = TASKS[task as keyof typeof TASKS];
process.stdout.write(`${JSON.stringify(await answer())}\n`);

async function answer(): Promise<Answer> {
  try {
    const times = await measure(tf, model, data, job);
    return {
      ...times,
      peakBytes: process.resourceUsage().maxRSS * 1024,
      parameters: model.countParams(),
      multiplyAdds: summarizeModel(model).multiplyAdds,
    };
  } catch (error) {
    if (error instanceof TareaError) return { skipped: error.message.split("\n")[0]! };
    throw error;
  }
}
