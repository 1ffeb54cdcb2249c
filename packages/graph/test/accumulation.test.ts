import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compileTraining, eagerTraining, type ForwardModel, type OptimizerConfig } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectParity, largestDifference, makeBatches, makeData, makeModel } from "./support/parity.js";

const network = { inputShape: [6], layers: () => [tf.layers.dense({ units: 8, activation: "tanh" })] };

const OPTIMIZERS: Record<string, OptimizerConfig> = {
  "gradient descent": { type: "sgd", learningRate: 0.1 },
  "momentum under a rate that changes": { type: "sgd", learningRate: (step) => 0.1 / (1 + step), momentum: 0.9 },
  "centered RMSprop": { type: "rmsprop", learningRate: 0.005, centered: true, epsilon: 1e-3 },
  Adagrad: { type: "adagrad", learningRate: 0.05 },
  Adam: ADAM,
  "AdamW with clipping": { type: "adamw", learningRate: 0.01, weightDecay: 0.1, globalClipNorm: 0.1 },
};

describe.skipIf(!isNative)(`20 compiled steps with accumulated gradients equal 20 eager ones${skipReason}`, () => {
  test.each(Object.entries(OPTIMIZERS))("%s", async (_, optimizer) => {
    await expectParity({ ...network, optimizer, accumulateSteps: 3 });
  });

  test("dropout, batch normalization and penalties belong to every step", async () => {
    const layers = () => [
      tf.layers.dense({ units: 8, useBias: false, kernelRegularizer: tf.regularizers.l2({ l2: 0.05 }) }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.3, name: "drop" }),
    ];
    await expectParity({ ...network, layers, accumulateSteps: 4 });
  });

  test("shards and weights", async () => {
    await expectParity({ ...network, accumulateSteps: 2, shards: 2, classWeights: [1, 2, 3] });
  });
});

describe.each(Object.entries({ compileTraining, eagerTraining }))("%s", (_, start) => {
  const begin = (accumulateSteps: number, optimizer = ADAM) => {
    const model = makeModel(network);
    const options = {
      model,
      loss: "categoricalCrossentropy",
      optimizer,
      seed: 1,
      accumulateSteps,
      ...makeData(network),
    } as const;
    const session = start(options);
    const dispose = () => {
      session.dispose();
      model.dispose();
    };
    return { session, dispose };
  };

  test("two halves of a batch make the update of the whole batch", async () => {
    const whole = begin(1);
    const halves = begin(2);
    const batches = makeBatches(40, 10, 6);
    await whole.session.runSteps(batches);
    await halves.session.runSteps(batches.flatMap((rows) => [rows.slice(0, 5), rows.slice(5)]));
    const [expected, actual] = [await whole.session.readState(), await halves.session.readState()];
    expect(actual.step).toBe(12);
    expected.arrays.forEach((array, i) => expect(largestDifference(actual.arrays[i]!, array)).toBeLessThan(1e-5));
    const sums = actual.arrays.slice(expected.arrays.length);
    expect(sums).toHaveLength(4);
    expect(sums.every((sum) => sum.every((value) => value === 0))).toBe(true);
    whole.dispose();
    halves.dispose();
  });

  test("weights stay between updates, and a state from the middle goes on to the same bits", async () => {
    const batches = makeBatches(40, 10, 9);
    const first = begin(4);
    const before = await first.session.readState();
    await first.session.runSteps(batches.slice(0, 3));
    const middle = await first.session.readState();
    expect(middle.arrays.slice(0, 4)).toEqual(before.arrays.slice(0, 4));
    await first.session.runSteps(batches.slice(3));
    const second = begin(4);
    second.session.writeState(middle);
    for (const batch of batches.slice(3)) await second.session.runSteps([batch]);
    expect(await second.session.readState()).toEqual(await first.session.readState());
    first.dispose();
    second.dispose();
  });

  test("rates are asked for by update, from 0 on, over calls", async () => {
    const asked = new Set<number>();
    const learningRate = (step: number) => {
      asked.add(step);
      return 0.1;
    };
    const { session, dispose } = begin(2, { type: "sgd", learningRate });
    for (const batch of makeBatches(40, 10, 8)) await session.runSteps([batch]);
    expect([...asked]).toEqual([0, 1, 2, 3]);
    dispose();
  });

  test("momentum keeps rate times gradient when the rate changes, and the first step has number 0", async () => {
    const weight = tf.variable(tf.tensor1d([1]));
    const forward = (x: tf.Tensor) => tf.mul(tf.ones([x.shape[0], 1]), weight);
    const model: ForwardModel = { name: "one", inputShape: [1], outputShape: [1], weights: [weight], forward };
    const rates = [0.25, 0.25, 0.125, 0.0625];
    const zeros = { dtype: "float32", shape: [1, 1], data: new Float32Array(1) } as const;
    const optimizer: OptimizerConfig = { type: "sgd", learningRate: (step) => rates[step]!, momentum: 0.5 };
    const session = start({ model, loss: "meanSquaredError", optimizer, seed: 1, inputs: zeros, labels: zeros });
    let [w, velocity] = [1, 0];
    for (const rate of rates) {
      await session.runSteps([Uint32Array.of(0)]);
      velocity = 0.5 * velocity - rate * 2 * w;
      w += velocity;
      expect((await session.readState()).arrays.map((array) => array[0])).toEqual([w, velocity]);
    }
    session.dispose();
    weight.dispose();
  });
});

test("a share of a step is refused", () => {
  const model = makeModel(network);
  const options = { model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...makeData(network) } as const;
  expect(() => compileTraining({ ...options, accumulateSteps: 0.5 })).toThrow(
    "compileTraining: accumulateSteps must be a positive integer, got 0.5.",
  );
  model.dispose();
});
