/** TensorFlow's fused optimizer operations with Keras's update rules. */

import { DT, type Graph, type GraphNode, type Output } from "./graph.js";
import {
  correctedRate,
  learningRateAt,
  OPTIMIZER_DEFAULTS,
  type AdagradConfig,
  type AdamConfig,
  type AdamWConfig,
  type OptimizerConfig,
  type RmspropConfig,
  type SgdConfig,
} from "./optimizerConfig.js";

/** What one weight's update needs; everything is in the body of the loop already. */
export interface UpdateOptions {
  weight: Output;
  /** The weight's value before the update. */
  value: Output;
  slots: readonly Output[];
  gradient: Output;
  /** The rates of this step, float32 scalars in the order of `ratesAt`. */
  rates: readonly Output[];
  /** A float32 constant in the body. */
  float: (value: number) => Output;
  /** The update waits for these. */
  controls: readonly GraphNode[];
}

export interface OptimizerNodes {
  /** Start values of the slots that every weight has. */
  slots: readonly number[];
  /** The numbers that change from step to step, worked out in double precision; `step` counts from 0. */
  ratesAt(step: number): number[];
  /** The same update by kernels of our own, when they have it; the only rate is the rule's. */
  rule?: OwnRule;
  /** Adds the update of one weight and returns its last node. */
  update(graph: Graph, name: string, options: UpdateOptions): GraphNode;
}

/** An update as the kernels of our own know it: attributes of their operations. */
export interface OwnRule {
  rule: number;
  /** Momentum, or beta1 of Adam. */
  first: number;
  /** beta2 of Adam. */
  second: number;
  epsilon: number;
}

/** The numbers of the rules in `native/kernels/dense.h` of `@tarea/engine`. */
const RULES = { sgd: 0, momentum: 1, nesterov: 2, adagrad: 3, adam: 4 } as const;

function ownRule(kind: keyof typeof RULES, { first = 0, second = 0, epsilon = 0 } = {}): OwnRule {
  return { rule: RULES[kind], first, second, epsilon };
}

/** The operations of a checked config. */
export function optimizerNodes(config: OptimizerConfig): OptimizerNodes {
  if (config.type === "sgd") return sgd(config);
  if (config.type === "rmsprop") return rmsprop(config);
  if (config.type === "adagrad") return adagrad(config);
  if (config.type === "adam") return adam(config);
  return adamw(config);
}

function sgd(config: SgdConfig): OptimizerNodes {
  const { momentum, nesterov } = { ...OPTIMIZER_DEFAULTS.sgd, ...config };
  return {
    slots: momentum === 0 ? [] : [0],
    rule: momentum === 0 ? ownRule("sgd") : ownRule(nesterov ? "nesterov" : "momentum", { first: momentum }),
    ratesAt: (step) => [learningRateAt(config, step)],
    update(graph, name, { weight, slots, gradient, rates, float, controls }) {
      if (momentum === 0) return apply(graph, "ResourceApplyGradientDescent", [weight, rates[0]!, gradient], name, controls);
      const inputs = [weight, slots[0]!, rates[0]!, gradient, float(momentum)];
      return apply(graph, "ResourceApplyKerasMomentum", inputs, name, controls, { use_nesterov: { bool: nesterov } });
    },
  };
}

function rmsprop(config: RmspropConfig): OptimizerNodes {
  const { rho, momentum, epsilon, centered } = { ...OPTIMIZER_DEFAULTS.rmsprop, ...config };
  return {
    slots: centered ? [0, 0, 0] : [0, 0],
    ratesAt: (step) => [learningRateAt(config, step)],
    update(graph, name, { weight, slots, gradient, rates, float, controls }) {
      const inputs = [weight, ...slots, rates[0]!, float(rho), float(momentum), float(epsilon), gradient];
      return apply(graph, centered ? "ResourceApplyCenteredRMSProp" : "ResourceApplyRMSProp", inputs, name, controls);
    },
  };
}

/** Keras has epsilon inside the root: the accumulator starts that much higher, and the operation adds none of its own. */
function adagrad(config: AdagradConfig): OptimizerNodes {
  const { initialAccumulatorValue, epsilon } = { ...OPTIMIZER_DEFAULTS.adagrad, ...config };
  return {
    slots: [initialAccumulatorValue + epsilon],
    rule: ownRule("adagrad"),
    ratesAt: (step) => [learningRateAt(config, step)],
    update(graph, name, { weight, slots, gradient, rates, controls }) {
      return apply(graph, "ResourceApplyAdagrad", [weight, slots[0]!, rates[0]!, gradient], name, controls, {
        update_slots: { bool: true },
      });
    },
  };
}

/** Both bias corrections come with the rate, in double precision; the operation's own powers stay 0. */
function adam(config: AdamConfig | AdamWConfig): OptimizerNodes {
  const { beta1, beta2, epsilon } = { ...OPTIMIZER_DEFAULTS[config.type], ...config };
  return {
    slots: [0, 0],
    rule: ownRule("adam", { first: beta1, second: beta2, epsilon }),
    ratesAt: (step) => [correctedRate(config, step)],
    update(graph, name, { weight, slots, gradient, rates, float, controls }) {
      const inputs = [
        weight,
        slots[0]!,
        slots[1]!,
        float(0),
        float(0),
        rates[0]!,
        float(beta1),
        float(beta2),
        float(epsilon),
        gradient,
      ];
      return apply(graph, "ResourceApplyAdam", inputs, name, controls, { use_nesterov: { bool: false } });
    },
  };
}

/** Adam after the decay, which takes its share of every weight, biases too, with the scheduled rate. */
function adamw(config: AdamWConfig): OptimizerNodes {
  const { weightDecay } = { ...OPTIMIZER_DEFAULTS.adamw, ...config };
  const { slots, ratesAt, update } = adam(config);
  return {
    slots,
    ratesAt: (step) => [...ratesAt(step), learningRateAt(config, step) * weightDecay],
    update(graph, name, options) {
      const { weight, value, rates, controls } = options;
      const share = graph.add("Mul", [value, rates[1]!], { name: `${name}/share`, attributes: { T: { type: DT.float } } });
      const decay = graph.add("AssignSubVariableOp", [weight, share], {
        name: `${name}/decay`,
        attributes: { dtype: { type: DT.float } },
        controls,
      });
      return update(graph, name, { ...options, controls: [decay.node] });
    },
  };
}

function apply(
  graph: Graph,
  op: string,
  inputs: Output[],
  name: string,
  controls: readonly GraphNode[],
  attributes = {},
): GraphNode {
  return graph.add(op, inputs, {
    name,
    controls,
    attributes: { T: { type: DT.float }, use_locking: { bool: false }, ...attributes },
  }).node;
}
