/** Measures steps in a short-lived process, because TensorFlow reads its threads when it loads. */

import { fork } from "node:child_process";
import { TareaError } from "@tarea/core";
import type { Execution } from "./execution.js";
import type { FromWorker, ToWorker, TrainJob } from "./workerMessages.js";

/**
 * Milliseconds per step of the job's run, in a process of the same module as this one's.
 *
 * @throws TareaError when the process ends without an answer, or is stopped by `signal`.
 */
export function measureInProcess(job: TrainJob, execution: Execution, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const stop = (): void => void child.kill("SIGKILL");
    let milliseconds: number | undefined;
    let problem = "the process that measures ended early";
    child.on("message", (message: FromWorker) => {
      if (message.type === "measured") milliseconds = message.millisecondsPerStep;
      else if (message.type === "error") problem = message.error.message.replace(/\.$/, "");
    });
    child.on("error", reject);
    child.on("close", () => {
      signal.removeEventListener("abort", stop);
      if (milliseconds !== undefined) resolve(milliseconds);
      else reject(new TareaError({ code: "process", where: "train", problem }));
    });
    signal.addEventListener("abort", stop, { once: true });
    child.send({ type: "measure", job, execution } satisfies ToWorker, () => undefined);
    if (signal.aborted) stop();
  });
}
