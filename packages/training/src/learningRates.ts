/** Learning-rate schedules as plain data, with Keras's formulas; updates are counted from 0. */

import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";

/** `initial * rate ^ (update / steps)`; with `staircase` the exponent is rounded down. */
export interface ExponentialDecay {
  type: "exponentialDecay";
  initial: number;
  steps: number;
  rate: number;
  /** Default false. */
  staircase?: boolean;
}

/** `initial / (1 + rate * update / steps)`; with `staircase` the quotient is rounded down. */
export interface InverseTimeDecay {
  type: "inverseTimeDecay";
  initial: number;
  steps: number;
  rate: number;
  /** Default false. */
  staircase?: boolean;
}

/** `values[i]` up to and with update `boundaries[i]`, the last value after them. */
export interface PiecewiseConstant {
  type: "piecewiseConstant";
  boundaries: readonly number[];
  /** One more than boundaries. */
  values: readonly number[];
}

/** From `initial` to `end` within `steps` updates: `(initial - end) * (1 - update / steps) ^ power + end`; `end` from there on. */
export interface PolynomialDecay {
  type: "polynomialDecay";
  initial: number;
  steps: number;
  /** Default 1e-4. */
  end?: number;
  /** Default 1: a straight line. */
  power?: number;
}

/**
 * Half a cosine from `initial` to `alpha * initial` within `steps` updates. With `warmupSteps` the rate first rises in a straight line
 * from `initial` to `warmupTarget`, and the cosine falls from there.
 */
export interface CosineDecay {
  type: "cosineDecay";
  initial: number;
  steps: number;
  /** Default 0. */
  alpha?: number;
  warmupTarget?: number;
  /** Default 0. */
  warmupSteps?: number;
}

export type LearningRateSchedule = ExponentialDecay | InverseTimeDecay | PiecewiseConstant | PolynomialDecay | CosineDecay;

export const SCHEDULE_DEFAULTS = {
  exponentialDecay: { staircase: false },
  inverseTimeDecay: { staircase: false },
  piecewiseConstant: {},
  polynomialDecay: { end: 1e-4, power: 1 },
  cosineDecay: { alpha: 0, warmupSteps: 0 },
} as const;

/** The rate of an update. `rate` is one number for all of them, or a checked schedule. */
export function learningRateAt(rate: number | LearningRateSchedule, update: number): number {
  if (typeof rate === "number") return rate;
  if (rate.type === "piecewiseConstant") {
    const at = rate.boundaries.findIndex((boundary) => update <= boundary);
    return rate.values.at(at)!;
  }
  if (rate.type === "cosineDecay") return cosineAt(rate, update);
  const passed = update / rate.steps;
  if (rate.type === "polynomialDecay") {
    const { initial, end, power } = { ...SCHEDULE_DEFAULTS.polynomialDecay, ...rate };
    return (initial - end) * (1 - Math.min(passed, 1)) ** power + end;
  }
  const exponent = rate.staircase === true ? Math.floor(passed) : passed;
  return rate.type === "exponentialDecay" ? rate.initial * rate.rate ** exponent : rate.initial / (1 + rate.rate * exponent);
}

function cosineAt(schedule: CosineDecay, update: number): number {
  const { initial, steps, alpha, warmupSteps, warmupTarget } = { ...SCHEDULE_DEFAULTS.cosineDecay, ...schedule };
  if (warmupTarget !== undefined && update < warmupSteps) return initial + ((warmupTarget - initial) * update) / warmupSteps;
  const passed = Math.min((update - (warmupTarget === undefined ? 0 : warmupSteps)) / steps, 1);
  return (warmupTarget ?? initial) * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * passed)) + alpha);
}

const POSITIVE = { min: 0, exclusiveMin: true } as const;
const OPTIONS: Readonly<Record<LearningRateSchedule["type"], readonly string[]>> = {
  exponentialDecay: ["initial", "steps", "rate", "staircase"],
  inverseTimeDecay: ["initial", "steps", "rate", "staircase"],
  piecewiseConstant: ["boundaries", "values"],
  polynomialDecay: ["initial", "steps", "end", "power"],
  cosineDecay: ["initial", "steps", "alpha", "warmupTarget", "warmupSteps"],
};

/** @throws TareaError for what is neither a number above 0 nor a schedule, and for a schedule's wrong member. */
export function checkLearningRate(where: string, rate: unknown): void {
  if (typeof rate !== "object" || rate === null) {
    checkNumber(where, "learningRate", rate, POSITIVE);
    return;
  }
  const schedule = rate as LearningRateSchedule;
  const types = Object.keys(OPTIONS) as LearningRateSchedule["type"][];
  checkOneOf(where, "learningRate.type", schedule.type, types);
  checkKnownOptions(`${where}: learningRate`, schedule, ["type", ...OPTIONS[schedule.type]]);
  if (schedule.type === "piecewiseConstant") return checkPiecewise(where, schedule);
  checkNumber(where, "learningRate.initial", schedule.initial, schedule.type === "cosineDecay" ? { min: 0 } : POSITIVE);
  checkInteger(where, "learningRate.steps", schedule.steps);
  if (schedule.type === "polynomialDecay") {
    const { end, power } = { ...SCHEDULE_DEFAULTS.polynomialDecay, ...schedule };
    checkNumber(where, "learningRate.end", end, { min: 0 });
    checkNumber(where, "learningRate.power", power, POSITIVE);
  } else if (schedule.type === "cosineDecay") {
    checkCosine(where, schedule);
  } else {
    checkNumber(where, "learningRate.rate", schedule.rate, { min: 0 });
    if (schedule.staircase !== undefined && typeof schedule.staircase !== "boolean")
      throw fault(where, "learningRate.staircase must be true or false", schedule.staircase);
  }
}

function checkCosine(where: string, schedule: CosineDecay): void {
  const { alpha, warmupSteps, warmupTarget } = { ...SCHEDULE_DEFAULTS.cosineDecay, ...schedule };
  checkNumber(where, "learningRate.alpha", alpha, { min: 0, max: 1 });
  checkInteger(where, "learningRate.warmupSteps", warmupSteps, { min: 0 });
  if (warmupTarget !== undefined) checkNumber(where, "learningRate.warmupTarget", warmupTarget, POSITIVE);
  if ((warmupTarget === undefined) !== (warmupSteps === 0))
    throw fault(where, "learningRate.warmupTarget and learningRate.warmupSteps belong together", schedule);
}

function checkPiecewise(where: string, { boundaries, values }: PiecewiseConstant): void {
  if (!Array.isArray(boundaries) || !Array.isArray(values) || values.length !== boundaries.length + 1)
    throw fault(where, "learningRate needs one value more than boundaries", { boundaries, values });
  boundaries.forEach((boundary: number, i) =>
    checkInteger(where, `learningRate.boundaries[${i}]`, boundary, { min: i === 0 ? 0 : boundaries[i - 1]! + 1 }),
  );
  values.forEach((value: number, i) => checkNumber(where, `learningRate.values[${i}]`, value, { min: 0 }));
}

function fault(where: string, problem: string, received: unknown): TareaError {
  return new TareaError({ code: "option", where, problem, received: show(received) });
}
