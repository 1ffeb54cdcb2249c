/** Times whole passes over the data and keeps the best. */

import type { Job, Measurement } from "./job.js";

export type StepTimes = Pick<Measurement, "msPerStep" | "warmUpSeconds">;

/** Runs `epoch` once to warm up, then until the job's time is over. */
export async function timeEpochs(job: Job, steps: number, epoch: () => Promise<void>): Promise<StepTimes> {
  const begin = performance.now();
  await epoch();
  const start = performance.now();
  let best = Infinity;
  for (let done = 0; done < job.minimumEpochs || performance.now() - start < job.seconds * 1000; done++) {
    const epochStart = performance.now();
    await epoch();
    best = Math.min(best, performance.now() - epochStart);
  }
  return { msPerStep: best / steps, warmUpSeconds: (start - begin) / 1000 };
}
