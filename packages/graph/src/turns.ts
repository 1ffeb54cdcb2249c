/** Calls of a session one after the other: an evaluation lets events through in between, and needs weights that stay meanwhile. */

import { TareaError } from "@tarea/core";

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  /** Begins `work` when all before it has ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#open++;
    const result = this.#last.then(work).finally(() => this.#open--);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** @throws TareaError while something runs. */
  checkNone(where: string): void {
    if (this.#open === 0) return;
    throw new TareaError({ code: "busy", where, problem: "a call of this session is still under way", hint: "Await it first." });
  }
}

/** Lets signals, messages and timers through. @throws the signal's reason once it is aborted. */
export async function letEventsThrough(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
