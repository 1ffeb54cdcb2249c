/** Optimizers by name and numbers: what they accept, their defaults (Keras's) and the check. */

import { checkKnownOptions, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";

/** A rate, or the rate of each update, counted from 0: of each step, unless gradients accumulate. */
export type LearningRate = number | ((step: number) => number);

interface Common {
  learningRate: LearningRate;
  /** Cuts every entry of every gradient to [-clipValue, clipValue]. */
  clipValue?: number;
  /** Scales each weight's gradient down to this norm. */
  clipNorm?: number;
  /** Scales all gradients down together to this norm. */
  globalClipNorm?: number;
}

export interface SgdConfig extends Common {
  type: "sgd";
  /** From 0 (none) to below 1. */
  momentum?: number;
  nesterov?: boolean;
}

export interface RmspropConfig extends Common {
  type: "rmsprop";
  rho?: number;
  momentum?: number;
  epsilon?: number;
  centered?: boolean;
}

export interface AdagradConfig extends Common {
  type: "adagrad";
  initialAccumulatorValue?: number;
  epsilon?: number;
}

export interface AdamConfig extends Common {
  type: "adam";
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

export interface AdamWConfig extends Common {
  type: "adamw";
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  /** Share of a weight that each step takes away, times the rate. */
  weightDecay?: number;
}

export type OptimizerConfig = SgdConfig | RmspropConfig | AdagradConfig | AdamConfig | AdamWConfig;
export type OptimizerName = OptimizerConfig["type"];

/** What a config leaves out. `learningRate` has no default. */
export const OPTIMIZER_DEFAULTS = {
  sgd: { momentum: 0, nesterov: false },
  rmsprop: { rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  adagrad: { initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  adamw: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
} as const;

const CLIPPING = ["clipValue", "clipNorm", "globalClipNorm"] as const;
const BELOW_ONE = ["momentum", "rho", "beta1", "beta2"];
const FLAGS = ["nesterov", "centered"];

/** Checks a config. @throws TareaError for unknown names, options and numbers out of range. */
export function checkOptimizer(where: string, config: OptimizerConfig): void {
  if (typeof config !== "object" || config === null) {
    throw new TareaError({ code: "option", where, problem: "optimizer must be a config with a type", received: show(config) });
  }
  checkOneOf(where, "optimizer", config.type, Object.keys(OPTIMIZER_DEFAULTS) as OptimizerName[]);
  const own = Object.keys(OPTIMIZER_DEFAULTS[config.type]);
  checkKnownOptions(where, config, ["type", "learningRate", ...CLIPPING, ...own]);
  if (typeof config.learningRate !== "function")
    checkNumber(where, "learningRate", config.learningRate, { min: 0, exclusiveMin: true });
  const values = config as unknown as Record<string, unknown>;
  for (const name of own) {
    const value = values[name];
    if (value === undefined) continue;
    if (FLAGS.includes(name)) checkFlag(where, name, value);
    else checkNumber(where, name, value, BELOW_ONE.includes(name) ? { min: 0, max: 1, exclusiveMax: true } : { min: 0 });
  }
  for (const name of CLIPPING)
    if (values[name] !== undefined) checkNumber(where, name, values[name], { min: 0, exclusiveMin: true });
}

/** The rate of a step. */
export function learningRateAt({ learningRate }: Common, step: number): number {
  return typeof learningRate === "number"
    ? learningRate
    : checkNumber("learningRate", `the rate of step ${step}`, learningRate(step), { min: 0 });
}

/** Adam's rate with both bias corrections: epsilon then goes to the root of the uncorrected second moment, as in Keras. */
export function correctedRate(config: AdamConfig | AdamWConfig, step: number): number {
  const { beta1, beta2 } = { ...OPTIMIZER_DEFAULTS[config.type], ...config };
  return (learningRateAt(config, step) * Math.sqrt(1 - beta2 ** (step + 1))) / (1 - beta1 ** (step + 1));
}

function checkFlag(where: string, name: string, value: unknown): void {
  if (typeof value !== "boolean")
    throw new TareaError({ code: "option", where, problem: `${name} must be true or false`, received: show(value) });
}
