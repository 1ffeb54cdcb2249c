import { stepStream } from "@tarea/core";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { compileTraining } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";

test.skipIf(!isNative)(`masks drawn in the graph are those of core's generator, element for element${skipReason}`, async () => {
  const [count, rate, seed] = [1001, 0.3, 2 ** 40 + 5];
  const model = tf.sequential();
  model.add(tf.layers.dropout({ rate, name: "drop", inputShape: [count] }));
  model.add(tf.layers.dense({ units: 1, useBias: false, kernelInitializer: "zeros" }));
  const inputs = { dtype: "float32", shape: [1, count], data: new Float32Array(count).fill(1) } as const;
  // The weights' gradient is the mask itself, so that one step with rate 1 writes it into the weights.
  const labels = { dtype: "float32", shape: [1], data: Float32Array.of(0.5) } as const;
  const optimizer = { type: "sgd", learningRate: 1 } as const;
  const session = compileTraining({ model, loss: "meanSquaredError", optimizer, inputs, labels, seed });
  for (const step of [0, 1, 2, 77, 2 ** 31 - 1]) {
    session.writeState({ step, arrays: [new Float32Array(count)] });
    await session.runSteps([Uint32Array.of(0)]);
    const stream = stepStream(seed, "dropout/drop", step);
    const kept = Math.fround(1 / (1 - rate));
    const expected = Float32Array.from({ length: count }, () => (stream.uniform() >= Math.fround(rate) ? kept : 0));
    expect((await session.readState()).arrays[0]).toEqual(expected);
  }
  session.dispose();
  model.dispose();
});
