/** Ends a transfer in which nothing happens, without limiting how long a live one may take. */

/** The other side sent nothing for the allowed time. */
export class StallError extends Error {}

/** Waits for one step of a transfer after another, each for at most `seconds`; then `signal` is aborted. */
export class StallGuard {
  readonly #seconds: number;
  readonly #controller = new AbortController();

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The step's result. @throws StallError when it takes too long. */
  async wait<T>(step: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new StallError(`nothing came for ${this.#seconds} s`);
        reject(error);
        this.#controller.abort(error);
      }, this.#seconds * 1000);
    });
    try {
      return await Promise.race([step, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection if it is still open. */
  end(): void {
    this.#controller.abort();
  }
}
