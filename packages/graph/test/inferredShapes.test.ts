/** The shapes that a trace infers are those of what native TensorFlow returns. */

import * as tf from "@tensorflow/tfjs";
import { nativeBackend, nativeBinding } from "@tarea/engine/native";
import { afterEach, describe, expect, test, vi } from "vitest";
import { inferShapes } from "../src/inferredShapes.js";
import { isNative, skipReason } from "./support/engine.js";

const images = () => tf.ones<tf.Rank.R4>([2, 15, 13, 6]);
const filter = () => tf.ones<tf.Rank.R4>([3, 2, 6, 5]);
const matrix = (rows = 40, columns = 30) => tf.ones<tf.Rank.R2>([rows, columns]);
const channels = () => tf.ones([6]);
const gradient = (of: (x: tf.Tensor4D) => tf.Tensor) => tf.grad((x) => of(x as tf.Tensor4D))(images());

const CASES: Record<string, () => unknown> = {
  "a matrix product": () => native("MatMul", 1, [matrix(), matrix(30, 50)], { transpose_a: false, transpose_b: false }),
  "one of transposed matrices": () => native("MatMul", 1, [matrix(), matrix(50, 40)], { transpose_a: true, transpose_b: true }),
  "a convolution": () => tf.conv2d(images(), filter(), [1, 2], "valid"),
  "a convolution with padding": () => tf.conv2d(images(), filter(), 2, "same"),
  "a convolution with gaps": () => tf.conv2d(images(), filter(), 1, "valid", "NHWC", 2),
  "a convolution's gradients": () =>
    tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"))([images(), filter()]),
  "a maximum pool": () => tf.maxPool(images(), [2, 3], [2, 1], "valid"),
  "an average pool": () => tf.avgPool(images(), 3, 2, "same"),
  "the pools' gradients": () => [
    gradient((x) => tf.maxPool(x, 3, 2, "same")),
    gradient((x) => tf.avgPool(x, [2, 3], [2, 1], "valid")),
  ],
  "a reshape": () => tf.reshape(matrix(), [20, -1]),
  "a concatenation": () => tf.concat([matrix(), matrix(40, 7), matrix()], -1),
  "a split": () => tf.split(matrix(), [10, 5, 25], 0),
  "batch normalization": () => tf.batchNorm(images(), channels(), channels(), channels(), channels()),
  "batch normalization in training, and its gradients": () => {
    const flags = { is_training: true, U: nativeBinding().TF_FLOAT };
    const none = tf.tensor1d([]);
    const outputs = native("FusedBatchNormV3", 6, [images(), channels(), channels(), none, none], flags);
    return native("FusedBatchNormGradV3", 5, [images(), images(), channels(), ...outputs.slice(3)], flags);
  },
  activations: () => [tf.relu, tf.relu6, tf.elu, tf.sigmoid, tf.tanh].map((of) => of(images())),
  "their gradients": () =>
    ["ReluGrad", "Relu6Grad", "EluGrad", "SigmoidGrad", "TanhGrad"].map((op) => native(op, 1, [images(), images()])),
  arithmetic: () =>
    [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.squaredDifference].map((of) => of(images(), tf.ones([13, 1]))),
};

afterEach(() => vi.restoreAllMocks());

describe.skipIf(!isNative)(`inferred shapes${skipReason}`, () => {
  for (const [what, run] of Object.entries(CASES)) test(`of ${what}`, () => expectSameShapes(run));
});

function native(
  op: string,
  outputs: number,
  inputs: tf.Tensor[],
  attributes: Record<string, boolean | number> = {},
): tf.Tensor[] {
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = nativeBinding();
  const given = Object.entries({ T: TF_FLOAT, ...attributes }).map(([name, value]) => ({
    name,
    type: typeof value === "boolean" ? TF_ATTR_BOOL : TF_ATTR_TYPE,
    value,
  }));
  return nativeBackend().executeMultipleOutputs(op, given, inputs, outputs);
}

function expectSameShapes(run: () => unknown): void {
  const backend = nativeBackend();
  let inferred = 0;
  const compare = (method: "executeSingleOutput" | "executeMultipleOutputs") => {
    const execute = backend[method].bind(backend) as (...args: unknown[]) => tf.Tensor | tf.Tensor[];
    vi.spyOn(backend, method).mockImplementation(((...args: Parameters<typeof inferShapes>) => {
      const results = execute(...args);
      const shapes = inferShapes(...args);
      if (shapes !== undefined) expect(shapes, args[0]).toEqual([results].flat().map(({ shape }) => shape));
      if (shapes !== undefined) inferred++;
      return results;
    }) as never);
  };
  compare("executeSingleOutput");
  compare("executeMultipleOutputs");
  tf.tidy(() => void run());
  expect(inferred).toBeGreaterThan(0);
}
