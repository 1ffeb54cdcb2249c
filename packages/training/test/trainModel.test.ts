import { compileTraining } from "@tarea/graph";
import { mlp } from "@tarea/models";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { adam, sgd, trainModel, type OptimizerConfig, type TrainCheckpoint, type TrainOptions } from "../src/index.js";
import { exampleSamples, usePlainEngine } from "./exampleSamples.js";

beforeAll(usePlainEngine);

const TRAIN = exampleSamples(90);
const VALIDATION = exampleSamples(30, 2);

function start(options: { dropout?: number; optimizer?: OptimizerConfig<number> } = {}) {
  const model = mlp({ inputShape: [4, 4, 1], classes: 3, units: [8], dropout: options.dropout ?? 0, seed: 4 });
  const session = compileTraining({
    model,
    loss: "categoricalCrossentropy",
    optimizer: options.optimizer ?? adam({ learningRate: 0.01 }),
    ...TRAIN,
    seed: 4,
  });
  const train = (more: Partial<TrainOptions> = {}) =>
    trainModel({
      session,
      trainCount: 90,
      validation: VALIDATION,
      batchSize: 16,
      epochs: 4,
      seed: 4,
      learningRate: 0.01,
      ...more,
    });
  return { model, session, train };
}

test("training lowers the loss and records one row an epoch, seconds apart from the numbers", async () => {
  const { train, session } = start();
  const { history, finished } = await train({ epochs: 12 });
  expect(finished).toBe(true);
  expect(history.epoch).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(Object.keys(history)).toEqual(
    expect.arrayContaining([
      "loss",
      "dataLoss",
      "penalty",
      "accuracy",
      "valLoss",
      "valAccuracy",
      "learningRate",
      "durationSeconds",
    ]),
  );
  expect(history["loss"]!.at(-1)!).toBeLessThan(history["loss"]![0]! / 2);
  expect(history["valAccuracy"]!.at(-1)!).toBeGreaterThan(0.9);
  expect((await session.evaluate(VALIDATION)).accuracy).toBe(history["valAccuracy"]!.at(-1));
});

test("equal seeds give equal bits, whatever the size of the chunks", async () => {
  const weightsAfter = async (secondsPerCall: number) => {
    const { train, session } = start({ dropout: 0.2 });
    let clock = 0;
    const { history } = await train({ nowSeconds: () => (clock += secondsPerCall) });
    const { durationSeconds: _, ...numbers } = history;
    return { numbers, state: await session.readState() };
  };
  expect(await weightsAfter(0.001)).toEqual(await weightsAfter(10));
});

test.each([adam({ learningRate: 0.01 }), sgd({ learningRate: 0.1, momentum: 0.9 })])(
  "a run stopped anywhere and continued in a new session equals one that was not ($type)",
  async (optimizer) => {
    const whole = start({ dropout: 0.2, optimizer });
    const expected = await whole.train();
    for (const stopAfterChunks of [1, 2, 5]) {
      const first = start({ dropout: 0.2, optimizer });
      const stop = new AbortController();
      let chunks = 0;
      let checkpoint: TrainCheckpoint | undefined;
      let clock = 0;
      const result = await first.train({
        signal: stop.signal,
        nowSeconds: () => (clock += 10), // Long chunks, so that each holds one step and stops fall inside epochs.
        onProgress: () => ++chunks === stopAfterChunks && stop.abort(),
        onCheckpoint: async (kept, moment) =>
          void (moment === "stopped" && (checkpoint = structuredClone({ ...kept, readState: undefined }) as never)),
      });
      expect(result.finished).toBe(false);
      const state = await first.session.readState();
      const second = start({ dropout: 0.2, optimizer });
      second.session.writeState(state);
      const continued = await second.train({ resume: checkpoint });
      const { durationSeconds: _a, ...numbers } = continued.history;
      const { durationSeconds: _b, ...expectedNumbers } = expected.history;
      expect(numbers).toEqual(expectedNumbers);
      expect(await second.session.readState()).toEqual(await whole.session.readState());
    }
  },
);

test("a run stopped while it validates goes on with the validation", async () => {
  const whole = start({ dropout: 0.2 });
  const expected = await whole.train();
  const first = start({ dropout: 0.2 });
  const stop = new AbortController();
  let checkpoint: TrainCheckpoint | undefined;
  const { finished, history } = await first.train({
    signal: stop.signal,
    onProgress: ({ epoch, step, steps }) => epoch === 1 && step === steps && stop.abort(),
    onCheckpoint: async (kept, moment) =>
      void (moment === "stopped" && (checkpoint = structuredClone({ ...kept, readState: undefined }) as never)),
  });
  expect([finished, history.epoch, checkpoint?.stepInEpoch]).toEqual([false, [0], 6]);
  const second = start({ dropout: 0.2 });
  second.session.writeState(await first.session.readState());
  const continued = await second.train({ resume: checkpoint });
  expect(continued.history["valLoss"]).toEqual(expected.history["valLoss"]);
  expect(await second.session.readState()).toEqual(await whole.session.readState());
});

test("the number of tensors is flat over epochs, and disposing frees everything", async () => {
  const before = tf.memory().numTensors;
  const { train, session, model } = start({ dropout: 0.1 });
  const counts: number[] = [];
  await train({ epochs: 5, onCheckpoint: async (_, moment) => void (moment === "epoch" && counts.push(tf.memory().numTensors)) });
  await session.predict(VALIDATION);
  expect(new Set(counts).size).toBe(1);
  expect(tf.memory().numTensors).toBe(counts[0]);
  session.dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("a chunk takes about half a second, whether a step takes long or not", async () => {
  for (const [secondsPerStep, largest] of [
    [2, 1],
    [0.1, 5],
    [0.001, 23],
  ] as const) {
    const { session, train } = start();
    let clock = 0;
    const sizes: number[] = [];
    const timed: typeof session = Object.create(session, {
      evaluate: { value: session.evaluate.bind(session) },
      runSteps: {
        value(batches: Uint32Array[]) {
          sizes.push(batches.length);
          clock += batches.length * secondsPerStep;
          return session.runSteps(batches);
        },
      },
    });
    await train({ session: timed, batchSize: 4, epochs: 2, nowSeconds: () => clock });
    expect(sizes[0]).toBe(1);
    expect(Math.max(...sizes)).toBe(largest);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(46);
  }
});

test("full batch is one step an epoch", async () => {
  const steps: number[] = [];
  await start().train({ batchSize: "full", epochs: 2, onProgress: ({ steps: count }) => steps.push(count) });
  expect(new Set(steps)).toEqual(new Set([1]));
});

test("a loss that is not finite names its epoch and step", async () => {
  const { train } = start({ optimizer: sgd({ learningRate: 1e30 }) });
  await expect(train()).rejects.toMatchObject({
    code: "nan",
    epoch: 0,
    message: expect.stringMatching(/train: the loss of epoch 1, step \d+ is not finite/),
  });
});
