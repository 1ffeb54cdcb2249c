/** Augmentation in TypeScript: slow and plain, the reference that compiled graphs are held against. */

import { TareaError, checkKnownOptions, sizeOf, type NumericArray } from "@tarea/core";
import {
  AUGMENTATION_DEFAULTS,
  checkAugmentation,
  movesPixels,
  type AugmentationPlan,
  type CheckedAugmentation,
} from "./augmentationPlan.js";
import { drawChecked, type AugmentationDraw } from "./drawAugmentation.js";
import { sampleImage, type ImageSize } from "./sampleImage.js";

export interface AugmentBatchOptions {
  /** The run's seed. */
  seed: number;
  /** Number of the training step, from 0. */
  step: number;
}

/**
 * A batch of images after augmentation: float32 of the same shape, in the units of the images. First the geometric changes, sampled once;
 * then brightness is added and the result kept within the plan's range; then cutout. The same seed, step and position in the batch
 * give the same change.
 *
 * @param images `[N, H, W, C]`, uint8 as stored, or numbers within the plan's `valueRange`.
 * @throws TareaError for images of another rank, and for a wrong plan.
 * @example
 * const plan = { flip: { horizontal: 0.5 }, crop: { padding: 4 } };
 * const batch = augmentBatch(takeRows(train.inputs, rows), plan, { seed: 7, step: 0 });
 */
export function augmentBatch(
  images: NumericArray,
  plan: AugmentationPlan,
  options: AugmentBatchOptions,
): NumericArray<"float32"> {
  const where = "augmentBatch";
  checkKnownOptions(where, options, ["seed", "step"]);
  if (images.shape.length !== 4 || images.data.length !== sizeOf(images.shape)) {
    throw new TareaError({
      code: "shape",
      where,
      problem: "the images are not a batch",
      expected: "[N, H, W, C] with as many numbers",
      received: `[${images.shape.join(", ")}] with ${images.data.length} numbers`,
    });
  }
  const [count, height, width, channels] = images.shape as [number, number, number, number];
  const checked = checkAugmentation(where, plan, images.dtype === "uint8" ? AUGMENTATION_DEFAULTS.uint8ValueRange : null);
  const draw = drawChecked(checked, { ...options, count, height, width });
  return applyDraw(images, checked, draw, { height, width, channels });
}

function applyDraw(
  { shape, data }: NumericArray,
  plan: CheckedAugmentation,
  { transforms, brightness, boxes }: AugmentationDraw,
  size: ImageSize,
): NumericArray<"float32"> {
  const result = new Float32Array(data.length);
  const imageSize = size.height * size.width * size.channels;
  const moves = movesPixels(plan);
  for (let i = 0; i < shape[0]!; i++) {
    const from = data.subarray(i * imageSize, (i + 1) * imageSize);
    const to = result.subarray(i * imageSize, (i + 1) * imageSize);
    if (moves) sampleImage(to, from, size, transforms.data.subarray(i * 8, i * 8 + 8), plan);
    else to.set(from);
    if (plan.change > 0) brighten(to, brightness.data[i]!, plan.valueRange);
    overwrite(to, boxes.data.subarray(i * 4, i * 4 + 4), size, plan.cutout.fill);
  }
  return { dtype: "float32", shape, data: result };
}

function brighten(values: Float32Array, change: number, [low, high]: readonly [number, number]): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(Math.fround(values[i]! + change), low), high);
}

function overwrite(values: Float32Array, box: Int32Array, { width, channels }: ImageSize, fill: number): void {
  const [top, left, bottom, right] = box as unknown as [number, number, number, number];
  for (let y = top; y < bottom; y++) values.fill(fill, (y * width + left) * channels, (y * width + right) * channels);
}
