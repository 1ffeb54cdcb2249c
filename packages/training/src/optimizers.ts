/** Optimizers with Keras's update rules, one small set of TF.js operations per weight: the readable reference. */

import * as tf from "@tensorflow/tfjs";
import { checkKnownOptions, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";

export interface SgdConfig {
  type: "sgd";
  learningRate: number;
  /** From 0 (none) to below 1. */
  momentum: number;
  nesterov: boolean;
}

export interface AdamConfig {
  type: "adam";
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

export type OptimizerConfig = SgdConfig | AdamConfig;

export const SGD_DEFAULTS = { learningRate: 0.01, momentum: 0, nesterov: false } as const;
export const ADAM_DEFAULTS = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Stochastic gradient descent: v = momentum * v - learningRate * g, w += v. Defaults: `SGD_DEFAULTS`, as in Keras. */
export function sgd(options: Partial<Omit<SgdConfig, "type">> = {}): SgdConfig {
  return checkOptimizer("sgd", { type: "sgd", ...SGD_DEFAULTS, ...options }) as SgdConfig;
}

/**
 * Adam (Kingma and Ba, 2015) in the form of Keras: epsilon is added to the root of the uncorrected second moment, and
 * both bias corrections go into the rate. TF.js's own Adam adds epsilon after the correction. Defaults: `ADAM_DEFAULTS`.
 */
export function adam(options: Partial<Omit<AdamConfig, "type">> = {}): AdamConfig {
  return checkOptimizer("adam", { type: "adam", ...ADAM_DEFAULTS, ...options }) as AdamConfig;
}

/** Checks a complete optimizer config and returns it. @throws TareaError */
export function checkOptimizer(where: string, config: OptimizerConfig): OptimizerConfig {
  if (typeof config !== "object" || config === null) {
    throw new TareaError({
      code: "option",
      where,
      problem: "optimizer must be made by adam(…) or sgd(…)",
      received: show(config),
    });
  }
  checkOneOf(where, "optimizer", config.type, ["sgd", "adam"]);
  checkKnownOptions(where, config, ["type", ...Object.keys(config.type === "sgd" ? SGD_DEFAULTS : ADAM_DEFAULTS)]);
  checkNumber(where, "learningRate", config.learningRate, { min: 0, exclusiveMin: true });
  if (config.type === "sgd") {
    checkNumber(where, "momentum", config.momentum, { min: 0, max: 1, exclusiveMax: true });
  } else {
    checkNumber(where, "beta1", config.beta1, { min: 0, max: 1, exclusiveMax: true });
    checkNumber(where, "beta2", config.beta2, { min: 0, max: 1, exclusiveMax: true });
    checkNumber(where, "epsilon", config.epsilon, { min: 0 });
  }
  return config;
}

/** Updates weights from gradients and owns the slots (velocity, moments) that this takes. */
export interface Optimizer {
  /** Applies step number `step`, counted from 0. `gradients[i]` belongs to `weights[i]`; the caller disposes them. */
  apply(gradients: tf.Tensor[], step: number): void;
  /** The slots in a fixed order, for checkpoints. */
  readonly slots: tf.Variable[];
  dispose(): void;
}

/** The optimizer of `config` over `weights`, with slots at zero. */
export function createOptimizer(config: OptimizerConfig, weights: tf.Variable[]): Optimizer {
  return config.type === "sgd" ? createSgd(config, weights) : createAdam(config, weights);
}

function createSgd({ learningRate, momentum, nesterov }: SgdConfig, weights: tf.Variable[]): Optimizer {
  const velocities = momentum > 0 ? zerosLike(weights) : [];
  return {
    slots: velocities,
    apply(gradients) {
      weights.forEach((weight, i) => {
        const change = tf.mul(gradients[i]!, -learningRate);
        if (momentum === 0) return weight.assign(tf.add(weight, change));
        const velocity = velocities[i]!;
        velocity.assign(tf.add(tf.mul(velocity, momentum), change));
        weight.assign(tf.add(weight, nesterov ? tf.add(tf.mul(velocity, momentum), change) : velocity));
      });
    },
    dispose: () => tf.dispose(velocities),
  };
}

function createAdam({ learningRate, beta1, beta2, epsilon }: AdamConfig, weights: tf.Variable[]): Optimizer {
  const means = zerosLike(weights);
  const squares = zerosLike(weights);
  return {
    slots: [...means, ...squares],
    apply(gradients, step) {
      const rate = (learningRate * Math.sqrt(1 - beta2 ** (step + 1))) / (1 - beta1 ** (step + 1));
      weights.forEach((weight, i) => {
        const gradient = gradients[i]!;
        const [mean, square] = [means[i]!, squares[i]!];
        mean.assign(tf.add(mean, tf.mul(tf.sub(gradient, mean), 1 - beta1)));
        square.assign(tf.add(square, tf.mul(tf.sub(tf.square(gradient), square), 1 - beta2)));
        weight.assign(tf.sub(weight, tf.div(tf.mul(mean, rate), tf.add(tf.sqrt(square), epsilon))));
      });
    },
    dispose: () => tf.dispose([...means, ...squares]),
  };
}

function zerosLike(weights: tf.Variable[]): tf.Variable[] {
  return weights.map((weight) => tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)));
}
