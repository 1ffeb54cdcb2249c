/** Optimizers as plain data, complete with Keras's defaults, so that an experiment's configuration says everything. */

import {
  checkOptimizer as checkGraphOptimizer,
  OPTIMIZER_DEFAULTS,
  type OptimizerConfig as GraphOptimizerConfig,
  type OptimizerName,
} from "@tarea/graph";
import { checkLearningRate, learningRateAt, type LearningRateSchedule } from "./learningRates.js";

/** A complete optimizer; the learning rate is one number or a schedule, plain data both. */
export type OptimizerConfig<Rate extends number | LearningRateSchedule = number | LearningRateSchedule> =
  GraphOptimizerConfig extends infer Config ? (Config extends GraphOptimizerConfig ? WithRate<Config, Rate> : never) : never;
type WithRate<Config, Rate> = Omit<Config, "learningRate"> & { learningRate: Rate };
type Options<Name extends OptimizerName, Rate> = Partial<
  WithRate<Omit<Extract<GraphOptimizerConfig, { type: Name }>, "type">, Rate>
>;

/** Keras's learning rates; the other defaults are `OPTIMIZER_DEFAULTS` of `@tarea/graph`. */
export const LEARNING_RATE_DEFAULTS = {
  sgd: 0.01,
  rmsprop: 0.001,
  adagrad: 0.001,
  adam: 0.001,
  adamw: 0.001,
} as const satisfies Record<OptimizerName, number>;

type Rates = number | LearningRateSchedule;

/** Stochastic gradient descent: v = momentum * v - learningRate * g, w += v, or with Nesterov's look-ahead. @throws TareaError */
export function sgd<Rate extends Rates = number>(options: Options<"sgd", Rate> = {}): OptimizerConfig<Rate> {
  return complete("sgd", options);
}

/** RMSprop (Tieleman and Hinton, 2012), plain or centered. @throws TareaError */
export function rmsprop<Rate extends Rates = number>(options: Options<"rmsprop", Rate> = {}): OptimizerConfig<Rate> {
  return complete("rmsprop", options);
}

/** Adagrad (Duchi et al., 2011). @throws TareaError */
export function adagrad<Rate extends Rates = number>(options: Options<"adagrad", Rate> = {}): OptimizerConfig<Rate> {
  return complete("adagrad", options);
}

/** Adam (Kingma and Ba, 2015); epsilon is added before the bias correction, as in Keras. @throws TareaError */
export function adam<Rate extends Rates = number>(options: Options<"adam", Rate> = {}): OptimizerConfig<Rate> {
  return complete("adam", options);
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019); biases decay too, as in Keras. @throws TareaError */
export function adamw<Rate extends Rates = number>(options: Options<"adamw", Rate> = {}): OptimizerConfig<Rate> {
  return complete("adamw", options);
}

/** @throws TareaError for unknown options, numbers out of range and wrong schedules. */
export function checkOptimizer(where: string, config: OptimizerConfig): void {
  const rate: unknown = config?.learningRate;
  const scheduled = typeof rate === "object" && rate !== null;
  checkGraphOptimizer(where, scheduled ? { ...config, learningRate: 1 } : (config as GraphOptimizerConfig));
  checkLearningRate(where, rate);
}

/** The optimizer for `compileTraining`, which takes schedules as functions. */
export function graphOptimizer(config: OptimizerConfig): GraphOptimizerConfig {
  const { learningRate } = config;
  if (typeof learningRate === "number") return config as GraphOptimizerConfig;
  return { ...config, learningRate: (update: number) => learningRateAt(learningRate, update) };
}

function complete<Name extends OptimizerName, Rate extends Rates>(
  type: Name,
  options: Options<Name, Rate>,
): OptimizerConfig<Rate> {
  const config = { type, learningRate: LEARNING_RATE_DEFAULTS[type], ...OPTIMIZER_DEFAULTS[type], ...options };
  checkOptimizer(type, config as OptimizerConfig);
  return config as unknown as OptimizerConfig<Rate>;
}
