/** The same update rules one TensorFlow.js operation at a time: the readable reference, and what runs on other engines. */

import * as tf from "@tensorflow/tfjs";
import { correctedRate, learningRateAt, OPTIMIZER_DEFAULTS, type OptimizerConfig } from "./optimizerConfig.js";

/** The new weight and slots of one step. `w`, `g` and each of `slots` have the weight's shape. */
export interface EagerOptimizer {
  /** Start values of the slots that every weight has. */
  slots: readonly number[];
  update(step: number, w: tf.Tensor, g: tf.Tensor, slots: readonly tf.Tensor[]): { w: tf.Tensor; slots: tf.Tensor[] };
}

/** The rule of a checked config. */
export function eagerOptimizer(config: OptimizerConfig): EagerOptimizer {
  const rate = (step: number) => learningRateAt(config, step);
  if (config.type === "sgd") {
    const { momentum, nesterov } = { ...OPTIMIZER_DEFAULTS.sgd, ...config };
    if (momentum === 0) return { slots: [], update: (step, w, g) => ({ w: tf.sub(w, tf.mul(g, rate(step))), slots: [] }) };
    return {
      slots: [0],
      update(step, w, g, [velocity]) {
        const change = tf.mul(g, -rate(step));
        const v = tf.add(tf.mul(velocity!, momentum), change);
        return { w: tf.add(w, nesterov ? tf.add(tf.mul(v, momentum), change) : v), slots: [v] };
      },
    };
  }
  if (config.type === "rmsprop") {
    const { rho, momentum, epsilon, centered } = { ...OPTIMIZER_DEFAULTS.rmsprop, ...config };
    return {
      slots: centered ? [0, 0, 0] : [0, 0],
      update(step, w, g, slots) {
        const [velocity, squares] = slots.slice(-2).toReversed();
        const s = average(squares!, tf.square(g), rho);
        const m = centered ? average(slots[0]!, g, rho) : undefined;
        const spread = m === undefined ? s : tf.sub(s, tf.square(m));
        const v = tf.add(tf.mul(velocity!, momentum), tf.div(tf.mul(g, rate(step)), tf.sqrt(tf.add(spread, epsilon))));
        return { w: tf.sub(w, v), slots: m === undefined ? [s, v] : [m, s, v] };
      },
    };
  }
  if (config.type === "adagrad") {
    const { initialAccumulatorValue, epsilon } = { ...OPTIMIZER_DEFAULTS.adagrad, ...config };
    return {
      slots: [initialAccumulatorValue + epsilon],
      update(step, w, g, [sum]) {
        const s = tf.add(sum!, tf.square(g));
        return { w: tf.sub(w, tf.div(tf.mul(g, rate(step)), tf.sqrt(s))), slots: [s] };
      },
    };
  }
  const { beta1, beta2, epsilon } = { ...OPTIMIZER_DEFAULTS[config.type], ...config };
  const weightDecay = config.type === "adamw" ? (config.weightDecay ?? OPTIMIZER_DEFAULTS.adamw.weightDecay) : 0;
  return {
    slots: [0, 0],
    update(step, w, g, [mean, squares]) {
      const m = average(mean!, g, beta1);
      const s = average(squares!, tf.square(g), beta2);
      const decayed = tf.sub(w, tf.mul(w, rate(step) * weightDecay));
      const change = tf.div(tf.mul(m, correctedRate(config, step)), tf.add(tf.sqrt(s), epsilon));
      return { w: tf.sub(decayed, change), slots: [m, s] };
    },
  };
}

/** The moving average after `value` came in. */
function average(old: tf.Tensor, value: tf.Tensor, share: number): tf.Tensor {
  return tf.add(old, tf.mul(tf.sub(value, old), 1 - share));
}
