import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { createOptimizer, type OptimizerConfig } from "../src/index.js";
import { usePlainEngine } from "./exampleSamples.js";

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

beforeAll(usePlainEngine);

test.each(golden.cases)(`20 steps of $config equal ${golden.madeBy}`, ({ config, after }) => {
  const weight = tf.variable(tf.tensor(golden.initial, golden.shape));
  const optimizer = createOptimizer(config, [weight]);
  golden.gradients.forEach((gradient, step) => {
    tf.tidy(() => optimizer.apply([tf.tensor(gradient, golden.shape)], step));
    const values = weight.dataSync();
    after[step]!.forEach((expected, i) =>
      expect(Math.abs(values[i]! - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected))),
    );
  });
  optimizer.dispose();
  weight.dispose();
});
