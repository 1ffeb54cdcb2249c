/** How a run may be spread over cores: the ways worth trying, and which of them is the fastest. */

/** Equal bits need equal threads and shards. */
export interface Execution {
  /** Threads of one operation. */
  threads: number;
  /** Parts of a batch that are worked on side by side. */
  shards: number;
  /** TensorFlow's operations that may run side by side; default as many as one has threads. It changes the time, not the result. */
  operations?: number | undefined;
}

export interface MeasuredExecution extends Execution {
  millisecondsPerStep: number;
}

/** A later way has to be this much faster than the best before it. */
const GAIN = 0.95;

/**
 * Kernels of our own divide their work at hardly any cost, so that with them shards are taken even where they seem a little slower: what
 * disturbs a measurement for a moment disturbs work on all cores most.
 */
const GAIN_OF_SHARDS_BESIDE_KERNELS = 1.1;

/** So much faster where operations run side by side: few models gain, those by far, and all others lose when a measurement errs. */
const GAIN_SIDE_BY_SIDE = 0.8;

/**
 * One thread, then the batch in as many parts as there are cores, in the operations or by operations side by side, then operations on all of
 * them; what is given stays as it is.
 */
export function executionCandidates(cores: number, given: Partial<Execution> = {}): Execution[] {
  const ways = [
    { threads: 1, shards: 1 },
    { threads: 1, shards: cores },
    ...(cores === 1 ? [] : [{ threads: 1, shards: cores, operations: cores }]),
    { threads: cores, shards: 1 },
  ].map((way) => ({ ...way, ...given }));
  return ways.filter((way, i) => ways.findIndex((other) => sameExecution(other, way)) === i);
}

/** @param measured in the order of the candidates; `undefined` when there is none. @param kernels whether our own are in use. */
export function fastestExecution(measured: readonly MeasuredExecution[], kernels = false): Execution | undefined {
  let [best] = measured;
  for (const one of measured.slice(1)) {
    if (one.millisecondsPerStep < best!.millisecondsPerStep * neededGain(one, best!, kernels)) best = one;
  }
  return best && withoutTime(best);
}

function neededGain(one: Execution, best: Execution, kernels: boolean): number {
  if (operationsOf(one) !== one.threads) return GAIN_SIDE_BY_SIDE;
  const onlyShards = one.threads === best.threads && operationsOf(best) === best.threads && one.shards > best.shards;
  return kernels && onlyShards ? GAIN_OF_SHARDS_BESIDE_KERNELS : GAIN;
}

function withoutTime({ millisecondsPerStep: _, ...execution }: MeasuredExecution): Execution {
  return execution;
}

export function operationsOf({ threads, operations = threads }: Execution): number {
  return operations;
}

export function sameExecution(a: Execution, b: Execution): boolean {
  return a.threads === b.threads && a.shards === b.shards && operationsOf(a) === operationsOf(b);
}
