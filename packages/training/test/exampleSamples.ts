/** Small learnable samples, images of 4x4 bytes in three classes, and the plain-JS engine for tests of the loop. */

import { randomStream } from "@tarea/core";
import * as tf from "@tensorflow/tfjs";
import type { Dataset, Samples } from "../src/index.js";

/** What `useEngine` would give for plain JavaScript. */
export const PLAIN_ENGINE = {
  name: "cpu",
  version: tf.version.tfjs,
  threads: 1,
  kernels: false,
  reason: "the test asked for it",
  tf,
} as const;

export async function usePlainEngine(): Promise<void> {
  tf.env().set("IS_TEST", true); // Or the plain-JS backend greets on standard error.
  await tf.setBackend("cpu");
}

/** Each class lights another row of the image, with noise. */
export function exampleSamples(count: number, seed = 1): Samples {
  const stream = randomStream(seed, "example");
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const inputs = new Uint8Array(count * 16);
  labels.forEach((label, i) => {
    for (let p = 0; p < 16; p++) inputs[i * 16 + p] = (Math.floor(p / 4) === label ? 120 : 0) + stream.integer(100);
  });
  return {
    inputs: { dtype: "uint8", shape: [count, 4, 4, 1], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

/** A data set of such samples. */
export function exampleDataset(trainCount: number, testCount: number): Dataset {
  return {
    name: "mnist",
    title: "Rows of light",
    synthetic: true,
    fingerprint: "f".repeat(64),
    inputShape: [4, 4, 1],
    classNames: ["top", "middle", "bottom"],
    train: exampleSamples(trainCount),
    test: exampleSamples(testCount, 9),
  };
}
