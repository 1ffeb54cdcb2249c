/** Runs one contestant in a process of its own, so that no measurement inherits threads, memory or compiled code from another. */

import { TareaError } from "@tarea/core";
import { programFile, type Contestant } from "./contestants.js";
import type { Answer, Job } from "./job.js";
import { runProgram } from "./runProgram.js";

export type RunContestant = (contestant: Contestant, job: Job) => Promise<Answer>;

/**
 * Gives what runs contestants with the Python `python`, or without the peers that need one.
 *
 * It rejects with a TareaError of code `"bench"` when a contestant ends without an answer.
 */
export function processRunner({ python, signal }: { python: string | undefined; signal?: AbortSignal }): RunContestant {
  return async (contestant, job) => {
    const { program, env, name } = contestant;
    const file = programFile(program);
    const [command, args] = program === "worker" ? [process.execPath, ["--no-deprecation", file]] : [python!, [file]];
    const options = { env: { ...process.env, ...env }, input: JSON.stringify(job), ...(signal && { signal }) };
    const { code, stdout, stderr } = await runProgram(command, args, options);
    const line = stdout.trim().split("\n").at(-1) ?? "";
    if (code === 0 && line.startsWith("{")) return JSON.parse(line) as Answer;
    throw new TareaError({
      code: "bench",
      where: `bench ${job.model.name}`,
      problem: `${name} ended without an answer`,
      received: `exit code ${code}: ${stderr.trim().split("\n").slice(-3).join(" | ").slice(-600)}`,
    });
  };
}
