/** SIGINT and SIGTERM as an abort signal, with the exit codes that shells expect. */

import { constants } from "node:os";

type StopSignal = "SIGINT" | "SIGTERM";
const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

export interface Stopping {
  signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM. */
  exitCode(): number;
  /** Gives the signals back to the runtime. */
  release(): void;
}

/** The first signal calls `onStop` and aborts; a second one ends the process at once. */
export function stopOnSignals(onStop: () => void): Stopping {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const handle = (name: StopSignal): void => {
    if (received) process.exit(exitCodeOf(received));
    received = name;
    onStop();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    exitCode: () => exitCodeOf(received ?? "SIGINT"),
    release: () => {
      for (const name of SIGNALS) process.off(name, handle);
    },
  };
}

/** Resolves with the exit code when the process is asked to stop. */
export async function untilStopped(): Promise<number> {
  return new Promise((resolve) => {
    const stopping = stopOnSignals(() => {
      stopping.release();
      resolve(stopping.exitCode());
    });
  });
}

function exitCodeOf(name: StopSignal): number {
  return 128 + constants.signals[name];
}
