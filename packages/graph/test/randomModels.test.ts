import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectParity } from "./support/parity.js";

const { layers, regularizers } = tf;
const size = (max: number) => fc.integer({ min: 1, max });
const shape = fc.record({
  units: size(9),
  activation: fc.constantFrom("relu" as const, "tanh" as const, "sigmoid" as const, "elu" as const, "linear" as const),
  dropout: fc.constantFrom(0, 0, 0.25),
  norm: fc.constantFrom("none", "none", "batch", "batch without scale", "layer"),
  frozen: fc.constantFrom(false, false, false, true),
  penalty: fc.record({ l1: fc.constantFrom(0, 0, 0.01), l2: fc.constantFrom(0, 0.02), onBias: fc.boolean() }),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** A dense layer with what may follow it; a bias is left out before batch normalization, where it has no gradient of its own. */
function dense(
  { units, activation, dropout, norm, frozen, penalty: { l1, l2, onBias } }: Shape,
  name: string,
): tf.layers.Layer[] {
  const batch = norm.startsWith("batch");
  const [kernelRegularizer, biasRegularizer] = [regularizers.l1l2({ l1, l2 }), regularizers.l2({ l2 })];
  const first = layers.dense({
    units,
    activation: batch ? "linear" : activation,
    useBias: !batch,
    ...(l1 + l2 > 0 && { kernelRegularizer }),
    ...(onBias && !batch && { biasRegularizer }),
  });
  first.trainable = !frozen;
  return [
    first,
    ...(batch ? [layers.batchNormalization({ scale: norm === "batch", momentum: 0.9 }), layers.activation({ activation })] : []),
    ...(norm === "layer" ? [layers.layerNormalization()] : []),
    ...(dropout > 0 ? [layers.dropout({ rate: dropout, name: `drop-${name}` })] : []),
  ];
}

function chain(x: tf.SymbolicTensor, shapes: Shape[], name: string): tf.SymbolicTensor {
  return shapes
    .flatMap((one, i) => dense(one, `${name}${i}`))
    .reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
}

test.skipIf(!isNative)(
  `small random models, with branches, train like their eager twins${skipReason}`,
  async () => {
    const chains = fc.array(shape, { maxLength: 2 });
    const drawn = fc.record({
      trunk: chains,
      branches: fc.array(chains, { minLength: 1, maxLength: 3 }),
      optimizer: fc.constantFrom<OptimizerConfig>(
        ADAM,
        { type: "sgd", learningRate: 0.05, momentum: 0.5 },
        { type: "adamw", learningRate: 0.01, clipNorm: 0.5 },
      ),
      shards: size(2),
      accumulateSteps: size(2),
      width: size(7),
      classes: fc.integer({ min: 2, max: 5 }),
      batchSize: fc.integer({ min: 6, max: 40 }),
      seed: fc.nat(),
    });
    let models = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async ({ trunk, branches, width, ...settings }) => {
        const connect = (input: tf.SymbolicTensor) => {
          const x = chain(input, trunk, "trunk");
          const ends = branches.map((one, b) => chain(x, one, `branch${b}-`));
          return ends.length === 1 ? ends[0]! : (layers.concatenate().apply(ends) as tf.SymbolicTensor);
        };
        await expectParity({ layers: () => [], connect, inputShape: [width], steps: 5, tolerance: 5e-4, ...settings });
        models++;
      }),
      { seed: 4, numRuns: 15 },
    );
    expect(models).toBe(15);
  },
  60_000,
);
