import * as tf from "@tensorflow/tfjs";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { randomStream } from "@tarea/core";
import { loadCpu, loadWasm } from "../src/loadPortable.js";
import { correctKernels, registerMissingKernels } from "../src/kernels/index.js";

/** Largest difference, relative to the largest value, that float32 sums in another order may have. */
const TOLERANCE = 2e-5;
const RUNS = { seed: 20260101, numRuns: 120 };

beforeAll(async () => {
  const own = ["Conv2DBackpropFilter", "UnsortedSegmentSum"].map((name) => tf.getKernel(name, "cpu"));
  await loadWasm(tf);
  await loadCpu(tf);
  for (const kernel of own) {
    tf.unregisterKernel(kernel.kernelName, "cpu"); // TensorFlow.js's own are the reference.
    tf.registerKernel(kernel);
  }
});

type Shape4D = [number, number, number, number];

interface Result {
  shape: number[];
  values: number[];
}

/** Runs the same computation on both backends, checks that neither leaks, and returns what WebAssembly gave and how far it is off. */
async function onBoth(compute: () => tf.Tensor): Promise<{ values: number[]; difference: number }> {
  const cpu = await runOn("cpu", compute);
  const wasm = await runOn("wasm", compute);
  expect(wasm.shape).toEqual(cpu.shape);
  const scale = Math.max(1, ...cpu.values.map(Math.abs));
  const difference = Math.max(0, ...cpu.values.map((value, i) => Math.abs(value - wasm.values[i]!))) / scale;
  return { values: wasm.values, difference };
}

async function runOn(backend: string, compute: () => tf.Tensor): Promise<Result> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const tensor = tf.tidy(compute);
  const result = { shape: tensor.shape, values: Array.from(tensor.dataSync()) };
  tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

/** Numbers in [-1, 1) that depend on the name and the shape only. */
function values(name: string, shape: number[]): tf.Tensor {
  const stream = randomStream(7, name);
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => stream.uniform() * 2 - 1),
    shape,
  );
}

describe("Conv2DBackpropFilter on WebAssembly", () => {
  it("equals the CPU backend's for any size, stride and padding", async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const small = fc.integer({ min: 1, max: 4 });
    const stride = fc.integer({ min: 1, max: 3 });
    const shapes = fc.record({
      batch: small,
      height: size,
      width: size,
      channels: small,
      filters: small,
      kernel: fc.tuple(small, small),
      strides: fc.tuple(stride, stride),
      pad: fc.constantFrom<"same" | "valid" | number>("same", "valid", 0, 1),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ batch, height, width, channels, filters, kernel, strides, pad }) => {
        const margin = typeof pad === "number" ? 2 * pad : 0;
        fc.pre(pad === "same" || (kernel[0] <= height + margin && kernel[1] <= width + margin));
        const { difference } = await onBoth(() => {
          const filterShape: Shape4D = [...kernel, channels, filters];
          const x = values("x", [batch, height, width, channels]);
          const { outShape } = tf.backend_util.computeConv2DInfo(x.shape as Shape4D, filterShape, strides, 1, pad, "floor");
          const dy = values("dy", outShape);
          return tf
            .engine()
            .runKernel(
              "Conv2DBackpropFilter",
              { x, dy },
              { strides, pad, dataFormat: "NHWC", dimRoundingMode: "floor", filterShape },
            );
        });
        expect(difference).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });
});

describe("UnsortedSegmentSum on WebAssembly", () => {
  it("equals the CPU backend's for any rows and ids, and drops ids that name no segment", async () => {
    const cases = fc.record({
      ids: fc.array(fc.integer({ min: -1, max: 8 }), { minLength: 1, maxLength: 12 }),
      segments: fc.integer({ min: 1, max: 7 }),
      rowShape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, segments, rowShape }) => {
        const { difference } = await onBoth(() => {
          const x = values("rows", [ids.length, ...rowShape]);
          return tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), segments);
        });
        expect(difference).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });

  it("keeps int32 sums exact", async () => {
    const sums = await onBoth(() =>
      tf.unsortedSegmentSum(tf.tensor1d([2 ** 24, 1, 5], "int32"), tf.tensor1d([1, 1, 0], "int32"), 2),
    );
    expect(sums.values).toEqual([5, 2 ** 24 + 1]);
  });

  it("gives an embedding its gradient", async () => {
    const { difference } = await onBoth(() => {
      const words = tf.tensor2d([0, 2, 2, 1, 0, 2], [2, 3], "int32");
      return tf.grad((table: tf.Tensor) =>
        tf
          .gather(table, words)
          .mul(values("weights", [2, 3, 4]))
          .sum(),
      )(values("table", [5, 4]));
    });
    expect(difference).toBeLessThan(TOLERANCE);
  });
});

/** For a linear operation: differences of its result for steps of 1 are its gradient, up to rounding. */
async function expectLinearGradient(backend: string, shape: Shape4D, operation: (x: tf.Tensor4D) => tf.Tensor): Promise<void> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = values("x", shape) as tf.Tensor4D;
    const weights = values("weights", operation(x).shape);
    const total = (at: tf.Tensor4D) => tf.sum(tf.mul(operation(at), weights));
    const gradient = tf
      .grad((at: tf.Tensor) => total(at as tf.Tensor4D))(x)
      .dataSync();
    gradient.forEach((value, i) => {
      const step = tf.tensor(
        Float32Array.from(gradient, (_, k) => (k === i ? 1 : 0)),
        shape,
      );
      expect(Math.abs(value - total(step as tf.Tensor4D).dataSync()[0]!)).toBeLessThan(TOLERANCE);
    });
  });
  expect(tf.memory().numTensors).toBe(before);
}

describe.each(["cpu", "wasm"])("gradients on %s equal finite differences", (backend) => {
  const length = fc.integer({ min: 1, max: 5 });
  const RUNS_HERE = { seed: 20260102, numRuns: 25 };

  it("of average pooling with any window, stride and padding", async () => {
    const size = fc.integer({ min: 1, max: 3 });
    const cases = fc.record({
      shape: fc.tuple(fc.constantFrom(1, 2), length, length, fc.constantFrom(1, 2)),
      filter: fc.tuple(size, size),
      strides: fc.tuple(size, size),
      pad: fc.constantFrom<"same" | "valid">("same", "same", "valid"),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, filter, strides, pad }) => {
        fc.pre(pad === "same" || (filter[0] <= shape[1] && filter[1] <= shape[2]));
        await expectLinearGradient(backend, shape, (x) => tf.avgPool(x, filter, strides, pad));
      }),
      RUNS_HERE,
    );
  });

  it("of nearest-neighbour resizing to any size, for every sample of a batch", async () => {
    const cases = fc.record({
      shape: fc.tuple(fc.constantFrom(2, 3), length, length, fc.constantFrom(1, 2)),
      size: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
      corners: fc.constantFrom<[boolean, boolean]>([false, false], [true, false], [false, true]),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, size, corners }) => {
        await expectLinearGradient(backend, shape, (x) => tf.image.resizeNearestNeighbor(x, size, ...corners));
      }),
      RUNS_HERE,
    );
  });

  it("of up-sampling and average pooling layers, one after the other", async () => {
    const up = tf.layers.upSampling2d({ size: [2, 2], dataFormat: "channelsLast" });
    const pool = tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" });
    await expectLinearGradient(backend, [3, 4, 3, 2], (x) => pool.apply(up.apply(x)) as tf.Tensor);
  });
});

describe("a training step of LeNet-5 on WebAssembly", () => {
  it("has the CPU backend's loss and gradients", async () => {
    const shapes: Record<string, number[]> = {
      filter1: [5, 5, 1, 6],
      filter2: [5, 5, 6, 16],
      dense1: [256, 20],
      dense2: [20, 10],
    };
    const names = ["loss", ...Object.keys(shapes)];
    const step = () => {
      const x = values("images", [4, 28, 28, 1]) as tf.Tensor4D;
      const labels = tf.oneHot(tf.tensor1d([3, 1, 4, 1], "int32"), 10);
      const weights = Object.entries(shapes).map(([name, shape]) => values(name, shape).mul(0.3));
      const loss = (...[f1, f2, d1, d2]: tf.Tensor[]) => {
        const first = tf.maxPool(tf.relu(tf.conv2d(x, f1 as tf.Tensor4D, 1, "valid")), 2, 2, "valid"); // [B, 12, 12, 6]
        const second = tf.avgPool(tf.tanh(tf.conv2d(first, f2 as tf.Tensor4D, 1, "valid")), 2, 2, "valid"); // [B, 4, 4, 16]
        const hidden = tf.relu(tf.matMul(tf.reshape(second, [4, 256]), d1!));
        return tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(labels, tf.matMul(hidden, d2!));
      };
      const { value, grads } = tf.valueAndGrads(loss)(weights);
      return [value, ...grads];
    };
    for (const [i, name] of names.entries()) {
      const { difference } = await onBoth(() => step()[i]!);
      expect(difference, name).toBeLessThan(TOLERANCE);
    }
  });
});

describe("registerMissingKernels", () => {
  it("leaves a backend alone that has them", () => {
    expect(registerMissingKernels(tf, "cpu")).toEqual([]);
    expect(registerMissingKernels(tf, "wasm")).toEqual([]);
  });
});

describe("correctKernels", () => {
  it("corrects a backend once, and leaves one alone that has no such kernels", () => {
    expect(correctKernels(tf, "cpu")).toEqual([]);
    expect(correctKernels(tf, "wasm")).toEqual([]);
    expect(correctKernels(tf, "no-such-backend")).toEqual([]);
  });
});
