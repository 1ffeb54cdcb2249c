/** Augmentation of image batches: what changes is drawn outside, step by step, and carried out in the graph. */

import * as tf from "@tensorflow/tfjs";
import { checkKnownOptions, checkNumber, checkOneOf, show, TareaError, type NumericArray } from "@tarea/core";
import { nativeBinding, type NodeBackend } from "@tarea/engine/native";

/** `augmentBatch` and `drawAugmentation` of `@tarea/datasets`, for one plan, and what of the plan a graph needs. */
export interface Augmentation {
  /** How pixels move; left out: they stay. The names are those of `ImageProjectiveTransformV3` in lower case. */
  geometry?: { sampling: "bilinear" | "nearest"; border: "constant" | "nearest" | "reflect" | "wrap"; fill: number };
  /** Values are kept within these after brightness was added; left out: none is. */
  brightnessRange?: readonly [number, number];
  /** What cutouts are filled with; left out: there are none. */
  cutoutFill?: number;
  /** What happens to each image of a batch; the same for the same arguments. */
  draw(options: { seed: number; step: number; count: number; height: number; width: number }): AugmentationArrays;
  /** The reference: a batch as stored -> the same shape, float32, in the images' own units. */
  apply(images: NumericArray, at: { seed: number; step: number }): NumericArray<"float32">;
}

/** A row per image of the batch. */
export interface AugmentationArrays {
  /** Float32 `[B, 8]`: where each output pixel comes from, as `ImageProjectiveTransformV3` takes it. */
  transforms: NumericArray;
  /** Float32 `[B]`: added to every value. */
  brightness: NumericArray;
  /** Int32 `[B, 4]`: top, left, bottom, right of the part that is overwritten; the last two exclusive. */
  boxes: NumericArray;
}

/** The arrays in the order in which they are fed, with the numbers per image. */
export const AUGMENTATION_ARRAYS = [
  { name: "transforms", dtype: "float32", width: 8 },
  { name: "brightness", dtype: "float32", width: 1 },
  { name: "boxes", dtype: "int32", width: 4 },
] as const;

/** @throws TareaError for a wrong member, or when samples are not images. */
export function checkAugmentation(where: string, augmentation: Augmentation, { shape }: NumericArray): void {
  const fault = (problem: string, received: string) => new TareaError({ code: "option", where, problem, received });
  if (typeof augmentation !== "object" || augmentation === null)
    throw fault("augmentation must be an object", show(augmentation));
  checkKnownOptions(where, augmentation, ["geometry", "brightnessRange", "cutoutFill", "draw", "apply"]);
  const { geometry, brightnessRange, cutoutFill, draw, apply } = augmentation;
  if (typeof draw !== "function" || typeof apply !== "function")
    throw fault("augmentation needs the functions draw and apply", show({ draw: typeof draw, apply: typeof apply }));
  if (geometry !== undefined) {
    checkOneOf(where, "geometry.sampling", geometry.sampling, ["bilinear", "nearest"]);
    checkOneOf(where, "geometry.border", geometry.border, ["constant", "nearest", "reflect", "wrap"]);
    checkNumber(where, "geometry.fill", geometry.fill);
  }
  brightnessRange?.forEach((value, i) => checkNumber(where, `brightnessRange[${i}]`, value));
  if (cutoutFill !== undefined) checkNumber(where, "cutoutFill", cutoutFill);
  if (shape.length !== 4) throw fault("augmentation needs images [N, H, W, C]", `[${shape.join(", ")}]`);
}

/** The draws of steps one after the other, array by array of `AUGMENTATION_ARRAYS`. @throws TareaError when they do not fit. */
export function drawSteps(
  { draw }: Augmentation,
  { shape }: NumericArray,
  { seed, firstStep, steps, batchSize }: { seed: number; firstStep: number; steps: number; batchSize: number },
): (Float32Array | Int32Array)[] {
  const [, height, width] = shape as [number, number, number];
  const arrays = AUGMENTATION_ARRAYS.map(({ dtype, width: numbers }) =>
    dtype === "int32" ? new Int32Array(steps * batchSize * numbers) : new Float32Array(steps * batchSize * numbers),
  );
  for (let i = 0; i < steps; i++) {
    const drawn = draw({ seed, step: firstStep + i, count: batchSize, height, width });
    AUGMENTATION_ARRAYS.forEach(({ name, width: numbers }, a) => {
      const size = batchSize * numbers;
      const { data } = drawn[name];
      if (data.length !== size) {
        const [expected, received] = [size, data.length].map((length) => `${length} numbers`);
        throw new TareaError({
          code: "shape",
          where: "augmentation",
          problem: `${name} do not fit the batch`,
          expected,
          received,
        });
      }
      arrays[a]!.set(data, i * size);
    });
  }
  return arrays;
}

/**
 * Carries draws out on native TensorFlow, in the order move, brighten, cut out; `[B, H, W, C]` in the images' own units, arrays as in
 * `AugmentationArrays` with a second axis each.
 */
export function applyDraws(
  images: tf.Tensor,
  [transforms, brightness, boxes]: readonly [tf.Tensor, tf.Tensor, tf.Tensor],
  { geometry, brightnessRange, cutoutFill }: Augmentation,
): tf.Tensor {
  let result = images;
  if (geometry !== undefined) result = move(result, transforms, geometry);
  if (brightnessRange !== undefined) {
    const [low, high] = brightnessRange;
    result = tf.clipByValue(tf.add(result, perImage(brightness)), low, high);
  }
  return cutoutFill === undefined ? result : tf.where(inBoxes(result, boxes), tf.scalar(cutoutFill), result);
}

function move(
  images: tf.Tensor,
  transforms: tf.Tensor,
  { sampling, border, fill }: NonNullable<Augmentation["geometry"]>,
): tf.Tensor {
  const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_FLOAT } = nativeBinding();
  const attributes = [
    { name: "dtype", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "interpolation", type: TF_ATTR_STRING, value: sampling.toUpperCase() },
    { name: "fill_mode", type: TF_ATTR_STRING, value: border.toUpperCase() },
  ];
  const inputs = [images, transforms, tf.tensor1d(images.shape.slice(1, 3), "int32"), tf.scalar(fill)];
  return (tf.backend() as unknown as NodeBackend).executeSingleOutput("ImageProjectiveTransformV3", attributes, inputs);
}

/** Where pixels lie in their image's box; bool, in the images' shape. */
function inBoxes({ shape }: tf.Tensor, boxes: tf.Tensor): tf.Tensor {
  const [count, height, width] = shape as [number, number, number];
  const [top, left, bottom, right] = [0, 1, 2, 3].map((at) => perImage(tf.slice(boxes, [0, at], [count, 1]))) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const rows = tf.tensor4d(
    Int32Array.from({ length: height }, (_, y) => y),
    [1, height, 1, 1],
    "int32",
  );
  const columns = tf.tensor4d(
    Int32Array.from({ length: width }, (_, x) => x),
    [1, 1, width, 1],
    "int32",
  );
  const between = (at: tf.Tensor, from: tf.Tensor, to: tf.Tensor) => tf.logicalAnd(tf.greaterEqual(at, from), tf.less(at, to));
  return tf.logicalAnd(between(rows, top, bottom), between(columns, left, right));
}

/** `[B, 1]` -> `[B, 1, 1, 1]`. */
function perImage(values: tf.Tensor): tf.Tensor {
  return tf.reshape(values, [values.size, 1, 1, 1]);
}
