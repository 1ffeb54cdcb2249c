/** Keeps and announces how each step of a longer task went. */

import { TareaError, messageOf } from "@tarea/core";

export interface InstallStep {
  name: string;
  ok: boolean;
  /** What was done, or why it was not; one line. */
  detail: string;
  seconds: number;
}

export interface StepOptions {
  log: (line: string) => void;
  /** A clock in milliseconds. */
  now: () => number;
}

export interface Steps {
  readonly done: InstallStep[];
  /** Runs a task, which returns the step's detail; a failure is recorded with its message and thrown on. */
  run: (name: string, task: () => Promise<string>) => Promise<string>;
  /** Records a step that took no time. */
  note: (name: string, ok: boolean, detail: string) => void;
}

export function recordSteps({ log, now }: StepOptions): Steps {
  const done: InstallStep[] = [];
  const record = (name: string, ok: boolean, detail: string, start: number) => {
    const seconds = Math.round(now() - start) / 1000;
    done.push({ name, ok, detail, seconds });
    log(seconds < 0.1 ? `${name}: ${detail}` : `${name}: ${detail} (${seconds.toFixed(1)} s)`);
  };
  return {
    done,
    async run(name, task) {
      const start = now();
      try {
        const detail = await task();
        record(name, true, detail, start);
        return detail;
      } catch (error) {
        record(name, false, faultText(error), start);
        throw error;
      }
    },
    note: (name, ok, detail) => record(name, ok, detail, now()),
  };
}

/** An error's message on one line, without the name of the function that threw it. */
export function faultText(error: unknown): string {
  const message = messageOf(error).replaceAll(/\s*\n\s*/g, " | ");
  return error instanceof TareaError && message.startsWith(`${error.where}: `) ? message.slice(error.where.length + 2) : message;
}
