import * as tf from "@tensorflow/tfjs";
import * as fc from "fast-check";
import { randomStream } from "@tarea/core";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCpu } from "../src/loadPortable.js";
import { quickenKernels } from "../src/kernels/index.js";

/** Largest difference, relative to the largest value, that float32 sums in another order may have. */
const TOLERANCE = 2e-5;

type KernelCall = Parameters<tf.KernelFunc>[0];

/** TensorFlow.js's own kernels, taken before they are replaced. */
const own = new Map(["Conv2DBackpropFilter", "UnsortedSegmentSum"].map((name) => [name, tf.getKernel(name, "cpu").kernelFunc]));

beforeAll(() => loadCpu(tf));

/** What the kernel in place gives, how far it is from TensorFlow.js's own, and that it keeps no tensor. */
function compare(name: string, inputs: Record<string, tf.Tensor>, attrs: Record<string, unknown>) {
  const before = tf.memory().numTensors;
  const received: tf.Tensor = tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap);
  expect(tf.memory().numTensors).toBe(before + 1);
  const backend = tf.backend();
  const [info] = [own.get(name)!({ inputs, attrs, backend } as unknown as KernelCall)].flat();
  const expected = [...(backend.readSync(info!.dataId) as Float32Array)];
  expect(received.shape).toEqual(info!.shape);
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const values = [...received.dataSync()];
  const difference = values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0) / scale;
  received.dispose();
  return { values, difference };
}

/** Numbers in [-1, 1) that depend on the name and the shape only. */
function numbers(name: string, shape: number[]): tf.Tensor {
  const stream = randomStream(7, name);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.uniform() * 2 - 1);
  return tf.tensor(data, shape);
}

describe("the quick kernels of plain JavaScript equal TensorFlow.js's own", () => {
  it("for sums by segment, with ids that name no segment among them", () => {
    const cases = fc.record({
      ids: fc.array(fc.integer({ min: -1, max: 8 }), { minLength: 1, maxLength: 12 }),
      numSegments: fc.integer({ min: 1, max: 7 }),
      rowShape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(cases, ({ ids, numSegments, rowShape }) => {
        const inputs = { x: numbers("x", [ids.length, ...rowShape]), segmentIds: tf.tensor1d(ids, "int32") };
        expect(compare("UnsortedSegmentSum", inputs, { numSegments }).difference).toBeLessThan(TOLERANCE);
      }),
      { seed: 20260103, numRuns: 60 },
    );
  });

  it("for filters of convolutions, with channels first or last", () => {
    const small = fc.integer({ min: 1, max: 4 });
    const cases = fc.record({
      shape: fc.tuple(small, fc.integer({ min: 4, max: 7 }), fc.integer({ min: 4, max: 7 }), small),
      filter: fc.tuple(small, small, small),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      pad: fc.constantFrom<"same" | "valid">("same", "valid"),
      dataFormat: fc.constantFrom<"NHWC" | "NCHW">("NHWC", "NHWC", "NCHW"),
    });
    fc.assert(
      fc.property(cases, ({ shape, filter: [rows, columns, filters], strides, pad, dataFormat }) => {
        const [batch, height, width, channels] = shape;
        const given: typeof shape = dataFormat === "NHWC" ? shape : [batch, channels, height, width];
        const filterShape: [number, number, number, number] = [rows, columns, channels, filters];
        const format = dataFormat === "NHWC" ? "channelsLast" : "channelsFirst";
        const info = tf.backend_util.computeConv2DInfo(given, filterShape, strides, 1, pad, undefined, false, format);
        const inputs = { x: numbers("x", given), dy: numbers("dy", info.outShape) };
        const { difference } = compare("Conv2DBackpropFilter", inputs, { strides, pad, dataFormat, filterShape });
        expect(difference).toBeLessThan(TOLERANCE);
      }),
      { seed: 20260104, numRuns: 60 },
    );
  });
});

it("10,000 words have their gradient from 16,000 look-ups at once", () => {
  const words = Int32Array.from({ length: 16_000 }, (_, i) => (i * 7919) % 10_000);
  const table = tf.zeros([10_000, 8]);
  const gradient = tf.grad((at: tf.Tensor) => tf.sum(tf.gather(at, tf.tensor1d(words, "int32"))))(table);
  const counts = new Float32Array(10_000);
  for (const word of words) counts[word]!++;
  expect([...gradient.dataSync()]).toEqual([...counts].flatMap((count) => Array<number>(8).fill(count)));
});

it("kernels are replaced once, where there are any", () => {
  expect(quickenKernels(tf, "cpu")).toEqual([]);
  expect(quickenKernels(tf, "no-such-backend")).toEqual([]);
});
