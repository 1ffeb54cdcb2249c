import * as tf from "@tensorflow/tfjs";
import { nativeBinding } from "@tarea/engine/native";
import { describe, expect, test } from "vitest";
import { compileTraining, eagerTraining, type CompileOptions, type ForwardModel } from "../src/index.js";
import { isNative, skipReason } from "./support/engine.js";
import { ADAM, largestDifference, makeBatches, makeData, makeModel } from "./support/parity.js";

const network = { inputShape: [6], layers: () => [tf.layers.dense({ units: 8, activation: "tanh" })] };

function start(settings: Partial<CompileOptions> = {}) {
  const model = makeModel(network);
  const data = makeData(network);
  return {
    model,
    data,
    session: compileTraining({ model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data, ...settings }),
  };
}

function free(...started: ReturnType<typeof start>[]): void {
  for (const { session, model } of started) {
    session.dispose();
    model.dispose();
  }
}

describe.skipIf(!isNative)(`a compiled session${skipReason}`, () => {
  test("steps one at a time give the bits of steps in one call", async () => {
    const batches = makeBatches(40, 12, 9);
    const [one, many] = [start(), start()];
    for (const batch of batches) await one.session.runSteps([batch]);
    await many.session.runSteps(batches);
    expect(await one.session.readState()).toEqual(await many.session.readState());
    free(one, many);
  });

  test("leaves layers the forward passes that they were given", () => {
    const repeat = tf.layers.upSampling2d({ size: [2, 2], name: "repeat" });
    const call = repeat.call.bind(repeat);
    repeat.call = call;
    const image = { inputShape: [3, 3, 1], layers: () => [repeat, tf.layers.flatten()] };
    const model = makeModel(image);
    const options = { loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, shards: 2, ...makeData(image) } as const;
    compileTraining({ model, ...options, batchSizes: [8] }).dispose();
    expect(repeat.call).toBe(call);
    expect(Object.hasOwn(model.layers.at(-1)!, "call")).toBe(false);
    model.dispose();
  });

  test("a state read, and written into another session, goes on to the same bits", async () => {
    const batches = makeBatches(40, 12, 12);
    const first = start();
    await first.session.runSteps(batches.slice(0, 5));
    const state = await first.session.readState();
    const copy = structuredClone(state);
    await first.session.runSteps(batches.slice(5));
    expect(state).toEqual(copy);
    const second = start();
    second.session.writeState(state);
    await second.session.runSteps(batches.slice(5));
    expect(await second.session.readState()).toEqual(await first.session.readState());
    expect(state).toEqual(copy);
    expect(() => second.session.writeState({ step: 0, arrays: state.arrays.slice(1) })).toThrow(
      "resume: the checkpoint belongs to another model",
    );
    free(first, second);
  });

  test("weights changed from outside between calls are the ones that train on", async () => {
    const { session, model, data } = start();
    const batches = makeBatches(40, 12, 6);
    const before = model.getWeights().map((weight) => weight.clone());
    const first = await session.runSteps(batches);
    model.setWeights(before);
    const optimizerOnly = await session.runSteps(batches.slice(0, 1));
    expect(optimizerOnly.dataLoss[0]).toBe(first.dataLoss[0]);
    expect(await session.evaluate(data)).not.toEqual({ loss: 0, accuracy: 0 });
    tf.dispose(before);
    session.dispose();
    model.dispose();
  });

  test("the model itself predicts what the session predicts", async () => {
    const { session, model, data } = start();
    await session.runSteps(makeBatches(40, 12, 6));
    const probabilities = await session.predict(data);
    const direct = tf.tidy(() => (model.predict(tf.tensor(data.inputs.data as Float32Array, [40, 6])) as tf.Tensor).dataSync());
    expect(largestDifference(probabilities, direct)).toBeLessThan(1e-6);
    session.dispose();
    model.dispose();
  });

  test("data of another size and type are evaluated too, filled-up rows do not count", async () => {
    const { session, model } = start({ evaluationBatchSize: 7 });
    const bytes = makeData({ ...network, dtype: "uint8", count: 17 }, 9);
    const floats = {
      ...bytes,
      inputs: { dtype: "float32", shape: bytes.inputs.shape, data: Float32Array.from(bytes.inputs.data, (value) => value / 255) },
    } as const;
    const [a, b] = [await session.evaluate(bytes), await session.evaluate(floats)];
    expect(a.accuracy).toBe(b.accuracy);
    expect(a.loss).toBeCloseTo(b.loss, 5);
    expect((await session.predict(floats)).length).toBe(17 * 3);
    session.dispose();
    model.dispose();
  });

  test("a function of plain operations trains like its eager twin", async () => {
    const data = makeData(network);
    const batches = makeBatches(40, 12, 10);
    const train = async (begin: typeof compileTraining) => {
      const kernel = tf.variable(
        tf.tensor(
          [...Array(18).keys()].map((i) => Math.sin(i) / 3),
          [6, 3],
        ),
      );
      const bias = tf.variable(tf.zeros([3]));
      const model: ForwardModel = {
        name: "plain",
        inputShape: [6],
        classes: 3,
        weights: [kernel, bias],
        forward: (x) => tf.add(tf.matMul(tf.tanh(x) as tf.Tensor2D, kernel as tf.Tensor2D), bias),
        penalty: () => tf.mul(0.01, tf.sum(tf.square(kernel))),
      };
      const session = begin({ model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data });
      const results = await session.runSteps(batches);
      const state = await session.readState();
      session.dispose();
      tf.dispose([kernel, bias]);
      return { results, state };
    };
    const [compiled, eager] = [await train(compileTraining), await train(eagerTraining)];
    expect(largestDifference(compiled.results.penalty, eager.results.penalty)).toBeLessThan(1e-5);
    compiled.state.arrays.forEach((array, i) => expect(largestDifference(array, eager.state.arrays[i]!)).toBeLessThan(1e-5));
  });

  test("several sessions live side by side", async () => {
    const batches = makeBatches(40, 12, 8);
    const alone = start();
    const expected = await alone.session.runSteps(batches);
    const [a, b] = [start(), start({ optimizer: { type: "sgd", learningRate: 0.1 } })];
    const results = [];
    for (const batch of batches) {
      results.push((await a.session.runSteps([batch])).dataLoss[0]);
      await b.session.runSteps([batch]);
    }
    expect(results).toEqual([...expected.dataLoss]);
    free(alone, a, b);
  });

  test("a loss that is not finite shows at its step", async () => {
    const data = makeData(network);
    (data.inputs.data as Float32Array)[6 * 17] = Number.NaN;
    const { session, model } = start(data);
    const { dataLoss } = await session.runSteps([0, 1, 2, 3].map((i) => Uint32Array.from({ length: 10 }, (_, k) => 10 * i + k)));
    expect([...dataLoss].map(Number.isFinite)).toEqual([true, false, false, false]);
    session.dispose();
    model.dispose();
  });

  test("a call that fails half-way leaves weights, slots and step number as they were", async () => {
    const options = {
      inputShape: [4],
      dtype: "int32",
      layers: () => [tf.layers.embedding({ inputDim: 10, outputDim: 3 }), tf.layers.flatten()],
    } as const;
    const model = makeModel(options);
    const data = makeData(options);
    data.inputs.data[4 * 35] = 99;
    const session = compileTraining({ model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data });
    const batches = [0, 1, 2, 3].map((i) => Uint32Array.from({ length: 10 }, (_, k) => 10 * i + k));
    await session.runSteps(batches.slice(0, 1));
    const before = await session.readState();
    await expect(session.runSteps(batches)).rejects.toThrow(
      "runSteps: a training step failed; the weights are as they were, got Session fail to run",
    );
    expect(await session.readState()).toEqual(before);
    const after = await session.runSteps(batches.slice(0, 3));
    const again = makeModel(options);
    const fresh = compileTraining({ model: again, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data });
    fresh.writeState(before);
    expect(await fresh.runSteps(batches.slice(0, 3))).toEqual(after);
    for (const resource of [session, fresh, model, again]) resource.dispose();
  });

  test("1,000 calls leave no tensor and no memory behind, and dispose frees everything", async () => {
    const binding = nativeBinding();
    const counts = () => [binding.getNumOfTensors(), binding.getNumOfSavedModels(), tf.memory().numTensors];
    const empty = counts();
    // Weights and slots take 240 kB, so that keeping one copy a call would show.
    const model = makeModel({ ...network, layers: () => [tf.layers.dense({ units: 2000 })] });
    const data = makeData(network);
    const settings = { model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data } as const;
    const session = compileTraining({ ...settings, batchSizes: [12, 4], evaluationBatchSize: 40 });
    const batches = makeBatches(40, 12, 4);
    const call = async () => {
      await session.runSteps(batches);
      await session.evaluate(data);
      await session.predict(data);
    };
    await call();
    for (let i = 0; i < 20; i++) await call();
    const [before, resident] = [counts(), process.memoryUsage.rss()];
    for (let i = 0; i < 334; i++) await call();
    expect(counts()).toEqual(before);
    expect(process.memoryUsage.rss() - resident).toBeLessThan(40e6);
    session.dispose();
    model.dispose();
    expect(counts()).toEqual(empty);
  });
});

describe.skipIf(!isNative)(`what cannot be compiled is refused${skipReason}`, () => {
  const refused: [string, () => tf.layers.Layer[], string][] = [
    [
      "unseeded noise",
      () => [tf.layers.gaussianNoise({ stddev: 1, name: "noise" })],
      "the layer noise (GaussianNoise) draws random numbers that no seed repeats",
    ],
    [
      "random numbers without a seed",
      () => [new Custom((x) => tf.add(x, tf.randomNormal(x.shape)))],
      "a random number was drawn while the step was traced, and would be the same in every step",
    ],
    [
      "values read",
      () => [new Custom((x) => (x.abs().dataSync()[0]! > 0.5 ? x.neg() : x))],
      "the values of a tensor were read while the step was traced, after the operation",
    ],
  ];
  test("what TensorFlow.js itself cannot compute", () => {
    const given = { ...network, inputShape: [12, 3] };
    const layers = () => [tf.layers.conv1d({ filters: 2, kernelSize: 3, padding: "causal" }), tf.layers.flatten()];
    const model = makeModel({ ...given, layers });
    const settings = { model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...makeData(given) } as const;
    expect(() => compileTraining({ ...settings, batchSizes: [4] })).toThrow(
      "TensorFlow.js cannot compute a step of this model, got The support for CAUSAL padding mode in conv1dWithBias",
    );
    expect(tf.getBackend()).toBe("tensorflow");
    model.dispose();
  });

  test.each(refused)("%s", async (_, layers, message) => {
    const sessions = nativeBinding().getNumOfSavedModels();
    const model = makeModel({ ...network, layers });
    expect(() =>
      compileTraining({
        model,
        loss: "categoricalCrossentropy",
        optimizer: ADAM,
        seed: 1,
        batchSizes: [4],
        ...makeData(network),
      }),
    ).toThrow(message);
    expect(tf.getBackend()).toBe("tensorflow");
    expect(Object.getOwnPropertyDescriptor(Math, "random")!.value.name).toBe("random");
    model.dispose();
    expect(nativeBinding().getNumOfSavedModels()).toBe(sessions);
  });
});

test("data that do not fit are refused before anything is compiled", () => {
  const model = makeModel(network);
  const data = makeData(network);
  const settings = { model, loss: "categoricalCrossentropy", optimizer: ADAM, seed: 1, ...data } as const;
  const wrong = (part: Partial<CompileOptions>) => () => compileTraining({ ...settings, ...part });
  expect(wrong({ inputs: makeData({ inputShape: [5] }).inputs })).toThrow(
    "compileTraining: the inputs do not fit the model, expected [N, 6], got [40, 5].",
  );
  expect(wrong({ labels: { dtype: "int32", shape: [39], data: new Int32Array(39) } })).toThrow(
    "there must be one label per sample, expected [40], got [39].",
  );
  expect(wrong({ labels: { dtype: "int32", shape: [40], data: new Int32Array(40).fill(3) } })).toThrow(
    "the label of sample 0 is not a class of the model, expected an integer from 0 to 2, got 3.",
  );
  expect(wrong({ classWeights: [1, 2] })).toThrow("classWeights does not fit, expected 3 numbers, got [2].");
  expect(wrong({ sampleWeights: Array(40).fill(-1) })).toThrow("sampleWeights[0] must be a finite number at least 0, got -1.");
  expect(wrong({ loss: "mse" as "categoricalCrossentropy" })).toThrow("unknown loss");
  expect(wrong({ seed: -1 })).toThrow("seed must be an integer of at least 0");
  const plain = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [6], activation: "relu" })] });
  expect(wrong({ model: plain })).toThrow(
    `the model must end in a softmax activation, got Dense ${plain.layers[0]!.name} with relu. End it with`,
  );
  const input = tf.input({ shape: [6] });
  const outputs = [1, 2].map((units) => tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor);
  const forked = tf.model({ inputs: input, outputs });
  expect(wrong({ model: forked })).toThrow("the model must have one input and one output, got 1 and 2.");
  forked.dispose();
  model.dispose();
  plain.dispose();
});

test("rows that are not there are refused", async () => {
  const { session, model } = start();
  await expect(session.runSteps([Uint32Array.of(3, 40)])).rejects.toThrow(
    "runSteps: row 40 is outside the data, expected 0 to 39.",
  );
  await expect(session.runSteps([new Uint32Array(0)])).rejects.toThrow("runSteps: a batch must hold at least one row.");
  session.dispose();
  model.dispose();
});

/** A layer of a function. */
class Custom extends tf.layers.Layer {
  static readonly className = "Custom";
  readonly #compute: (x: tf.Tensor) => tf.Tensor;
  constructor(compute: (x: tf.Tensor) => tf.Tensor) {
    super({});
    this.#compute = compute;
  }
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.#compute(Array.isArray(inputs) ? inputs[0]! : inputs);
  }
}
