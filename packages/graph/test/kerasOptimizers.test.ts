import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { eagerOptimizer } from "../src/eagerOptimizers.js";
import type { OptimizerConfig } from "../src/index.js";

interface Golden {
  madeBy: string;
  shape: [number, number];
  initial: number[];
  gradients: number[][];
  cases: { config: OptimizerConfig; after: number[][] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test-fixtures/optimizers/optimizers.json", import.meta.url), "utf8"),
) as Golden;

beforeAll(() => {
  tf.env().set("IS_TEST", true); // Or the plain-JS backend greets on standard error.
  return tf.setBackend("cpu");
});

test.each(golden.cases)(`20 steps of $config equal ${golden.madeBy}`, ({ config, after }) => {
  const optimizer = eagerOptimizer(config);
  tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor(golden.initial, golden.shape);
    let slots: tf.Tensor[] = optimizer.slots.map((start) => tf.fill(golden.shape, start));
    golden.gradients.forEach((gradient, step) => {
      ({ w: weight, slots } = optimizer.update(step, weight, tf.tensor(gradient, golden.shape), slots));
      const values = weight.dataSync();
      after[step]!.forEach((expected, i) =>
        expect(Math.abs(values[i]! - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected))),
      );
    });
  });
});
