/** Optimizers as plain data, complete with Keras's defaults, so that an experiment's configuration says everything. */

import {
  checkOptimizer,
  OPTIMIZER_DEFAULTS,
  type OptimizerConfig as GraphOptimizerConfig,
  type OptimizerName,
} from "@tarea/graph";

/** A complete optimizer; the learning rate is one number, as plain data must be. */
export type OptimizerConfig = GraphOptimizerConfig & { learningRate: number };
type Options<Name extends OptimizerName> = Partial<
  Omit<Extract<GraphOptimizerConfig, { type: Name }>, "type" | "learningRate">
> & { learningRate?: number };

/** Keras's learning rates; the other defaults are `OPTIMIZER_DEFAULTS` of `@tarea/graph`. */
export const LEARNING_RATE_DEFAULTS = {
  sgd: 0.01,
  rmsprop: 0.001,
  adagrad: 0.001,
  adam: 0.001,
  adamw: 0.001,
} as const satisfies Record<OptimizerName, number>;

/** Stochastic gradient descent: v = momentum * v - learningRate * g, w += v, or with Nesterov's look-ahead. @throws TareaError */
export function sgd(options: Options<"sgd"> = {}): OptimizerConfig {
  return complete("sgd", options);
}

/** RMSprop (Tieleman and Hinton, 2012), plain or centered. @throws TareaError */
export function rmsprop(options: Options<"rmsprop"> = {}): OptimizerConfig {
  return complete("rmsprop", options);
}

/** Adagrad (Duchi et al., 2011). @throws TareaError */
export function adagrad(options: Options<"adagrad"> = {}): OptimizerConfig {
  return complete("adagrad", options);
}

/** Adam (Kingma and Ba, 2015); epsilon is added before the bias correction, as in Keras. @throws TareaError */
export function adam(options: Options<"adam"> = {}): OptimizerConfig {
  return complete("adam", options);
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019); biases decay too, as in Keras. @throws TareaError */
export function adamw(options: Options<"adamw"> = {}): OptimizerConfig {
  return complete("adamw", options);
}

function complete<Name extends OptimizerName>(type: Name, options: Options<Name>): OptimizerConfig {
  const config = { type, learningRate: LEARNING_RATE_DEFAULTS[type], ...OPTIMIZER_DEFAULTS[type], ...options } as OptimizerConfig;
  checkOptimizer(type, config);
  return config;
}
