import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compileTraining, type CompileOptions } from "../src/index.js";
import { kernelDivisions } from "../src/kernelBlocks.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, expectParity, makeBatches, makeData, makeModel, type ParityOptions } from "./support/parity.js";

const { layers } = tf;
const tall = (more: object = {}) => layers.dense({ units: 300, activation: "relu", ...more });

/** A kernel of 1,800 x 300, in four blocks of rows for two shards. */
const TALL: ParityOptions = { inputShape: [1800], layers: () => [tall()] };

/** A kernel of 700 x 800, in blocks of columns. */
const WIDE: ParityOptions = {
  inputShape: [700],
  layers: () => [layers.dense({ units: 800, activation: "tanh", name: "wide" }), layers.dense({ units: 4 })],
};

const SLOW = { type: "sgd", learningRate: 1e-3 } as const;

/** Sums of thousands of terms, in another order. */
const LONG_SUMS = 3e-4;

test("kernels of at least two blocks are cut along their longer axis, a multiple of the shards", () => {
  const sizes = (options: ParityOptions, shards: number) => {
    const model = makeModel(options);
    const divisions = [...kernelDivisions(model, shards).values()].map(({ axis, sizes: blocks }) => [axis, blocks]);
    model.dispose();
    return divisions;
  };
  expect(sizes(TALL, 1)).toEqual([]);
  expect(sizes(TALL, 2)).toEqual([[0, [450, 450, 450, 450]]]);
  expect(sizes(WIDE, 3)).toEqual([[1, [266, 267, 267]]]);
  expect(sizes({ ...TALL, layers: () => [tall({ units: 200 })] }, 2)).toEqual([]);
  expect(sizes({ ...TALL, layers: () => [tall({ kernelRegularizer: "l1l2" })] }, 2)).toEqual([]);
  expect(sizes({ ...TALL, layers: () => [tall({ trainable: false })] }, 2)).toEqual([]);
  expect(sizes({ inputShape: [3, 1800], layers: () => [tall(), layers.flatten()] }, 2)).toEqual([]);
});

describe.skipIf(!isNative)(`20 compiled steps with kernels in blocks equal 20 eager ones${skipReason}`, () => {
  test.each<[string, ParityOptions]>([
    ["rows", TALL],
    ["columns", WIDE],
    [
      "without a bias, accumulated and clipped",
      {
        ...TALL,
        layers: () => [tall({ useBias: false }), layers.batchNormalization(), layers.dropout({ rate: 0.2, name: "drop" })],
        accumulateSteps: 2,
        optimizer: { ...ADAM, globalClipNorm: 0.5 },
        except: /gamma|beta/,
      },
    ],
    ["clipped by the norm of each gradient", { ...TALL, optimizer: { ...ADAM, clipNorm: 0.01 } }],
    ["AdamW, whose decay reads the weights", { ...TALL, optimizer: { type: "adamw", learningRate: 0.001, weightDecay: 0.1 } }],
    ["Adagrad", { ...WIDE, optimizer: { type: "adagrad", learningRate: 0.01 } }],
  ])("%s", async (_, options) => {
    await expectParity({ ...options, shards: 2, tolerance: LONG_SUMS });
  });

  test("kernels behind a concatenation", async () => {
    const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) => layer.apply(x) as tf.SymbolicTensor;
    const connect = (input: tf.SymbolicTensor) => {
      const [large, small] = [tall(), layers.dense({ units: 5 })].map((layer) => apply(layer, input));
      return apply(layers.dense({ units: 1, name: "joined" }), apply(layers.concatenate(), [input, large!, small!]));
    };
    const options = { ...TALL, layers: () => [], connect, shards: 2, tolerance: LONG_SUMS };
    await expectParity(options);
    await expectParity({ ...options, optimizer: { type: "sgd", learningRate: 1e-4, momentum: 0.9 } });
    await expectParity({ ...options, optimizer: { ...ADAM, clipNorm: 0.01 } });
    await expectParity({ ...options, accumulateSteps: 2 });
  });

  test("a last layer with its activation", async () => {
    const ending = () => [layers.dense({ units: 300 }), layers.dense({ units: 3, activation: "softmax" })];
    await expectParity({ ...TALL, layers: ending, classifies: false, optimizer: SLOW, shards: 2, tolerance: LONG_SUMS });
    const wide = () => [layers.dense({ units: 800, activation: "sigmoid" })];
    const labels = { dtype: "float32", shape: [40, 800], data: new Float32Array(40 * 800).fill(0.25) } as const;
    const { inputs } = makeData(WIDE);
    const options = { ...WIDE, layers: wide, classifies: false, data: { inputs, labels }, shards: 2, tolerance: LONG_SUMS };
    await expectParity({ ...options, loss: "binaryCrossentropy" });
  });
});

test.skipIf(!isNative)(
  `a state goes from a session with blocks to one without, and weights from outside come in${skipReason}`,
  async () => {
    const start = (shards: number) => {
      const options: CompileOptions = {
        model: makeModel(TALL),
        loss: "categoricalCrossentropy",
        optimizer: ADAM,
        seed: 1,
        ...makeData(TALL),
      };
      return { session: compileTraining({ ...options, shards }), model: options.model as tf.LayersModel };
    };
    const [blocked, whole] = [start(2), start(1)];
    const [first, second] = [makeBatches(40, 12, 3), makeBatches(40, 12, 2)];
    await blocked.session.runSteps(first);
    const state = await blocked.session.readState();
    whole.session.writeState(state);
    expect((await whole.session.readState()).arrays).toEqual(state.arrays);
    blocked.model.setWeights(blocked.model.getWeights().map((weight) => tf.mul(weight, 0.5)));
    whole.model.setWeights(whole.model.getWeights().map((weight) => tf.mul(weight, 0.5)));
    const [a, b] = [await blocked.session.runSteps(second), await whole.session.runSteps(second)];
    a.dataLoss.forEach((loss, i) => expect(loss).toBeCloseTo(b.dataLoss[i]!, 3));
    for (const { session, model } of [blocked, whole]) {
      session.dispose();
      model.dispose();
    }
  },
);
