/** A process that runs one contestant of ours, `compiled` or TensorFlow.js's own `fit`: a job on standard input, the answer as a line on standard output. */

import { text } from "node:stream/consumers";
import { TareaError } from "@tarea/core";
import { useEngine } from "@tarea/engine";
import { buildModel } from "./buildModel.js";
import type { Answer, Job } from "./job.js";
import { sampleData } from "./sampleData.js";
import { measureCompiled } from "./measureCompiled.js";
import { measureFit } from "./measureFit.js";

const job = JSON.parse(await text(process.stdin)) as Job;
const { tf } = await useEngine({ prefer: "tensorflow" });
const model = buildModel(tf, job.model);
const data = sampleData(job.model, job.seed);
const measure = job.settings["stock"] === true ? measureFit : measureCompiled;
process.stdout.write(`${JSON.stringify(await answer())}\n`);

async function answer(): Promise<Answer> {
  try {
    const times = await measure(tf, model, data, job);
    return { ...times, peakBytes: process.resourceUsage().maxRSS * 1024, parameters: model.countParams() };
  } catch (error) {
    if (error instanceof TareaError) return { skipped: error.message.split("\n")[0]! };
    throw error;
  }
}
