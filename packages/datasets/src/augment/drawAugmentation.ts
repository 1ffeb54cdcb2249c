/** Draws what happens to each image of a batch, as arrays that TypeScript and a compiled graph read alike. */

import { checkInteger, checkKnownOptions, stepStream, type NumericArray } from "@tarea/core";
import { AUGMENTATION_DEFAULTS, checkAugmentation, type AugmentationPlan, type CheckedAugmentation } from "./augmentationPlan.js";

export interface DrawAugmentationOptions {
  /** The run's seed. */
  seed: number;
  /** Number of the training step, from 0. */
  step: number;
  /** Images in the batch. */
  count: number;
  /** Size of an image in pixels. */
  height: number;
  width: number;
}

/** Row i belongs to the image at position i of the batch. */
export interface AugmentationDraw {
  /**
   * float32 `[count, 8]`: where an output pixel comes from, as TensorFlow's `ImageProjectiveTransformV3` takes it. The pixel in column x
   * and row y shows the input at (a0 x + a1 y + a2, a3 x + a4 y + a5); a6 and a7 are 0.
   */
  transforms: NumericArray<"float32">;
  /** float32 `[count]`: added to every value. */
  brightness: NumericArray<"float32">;
  /** int32 `[count, 4]`: top, left, bottom, right of the square that is overwritten, bottom and right exclusive, within the image; zeros for none. */
  boxes: NumericArray<"int32">;
}

/** The stream of the run's seed that decides. */
export const AUGMENTATION_STREAM = "augmentation";

/**
 * Uniform numbers that each position takes from `stepStream(seed, "augmentation", step)`, whatever the plan says: flip left-right, flip
 * top-bottom, shift x, shift y, angle, zoom, crop x, crop y, brightness, cutout yes or no, cutout x, cutout y.
 */
export const DRAWS_PER_IMAGE = 12;

/**
 * What happens to each image of step `step`: it depends on the seed, the step and the position in the batch alone.
 *
 * With uniform numbers u in [0, 1): a flip happens when u < probability; a shift is fraction * size * (2 u - 1); the angle is degrees *
 * (2 u - 1); the zoom is from + (to - from) u; the crop's offset is floor(u (2 padding + 1)) - padding; brightness is change * (high - low) *
 * (2 u - 1); a cutout happens when u < probability, its middle is (floor(u width), floor(u height)), its corner half its size (rounded down) before.
 *
 * @throws TareaError for a wrong plan or option.
 */
export function drawAugmentation(plan: AugmentationPlan, options: DrawAugmentationOptions): AugmentationDraw {
  return drawChecked(checkAugmentation("drawAugmentation", plan, AUGMENTATION_DEFAULTS.uint8ValueRange), options);
}

/** `drawAugmentation` for a plan that is checked. */
export function drawChecked(plan: CheckedAugmentation, options: DrawAugmentationOptions): AugmentationDraw {
  const where = "drawAugmentation";
  checkKnownOptions(where, options, ["seed", "step", "count", "height", "width"]);
  const { seed, step } = options;
  const count = checkInteger(where, "count", options.count, { min: 0 });
  const height = checkInteger(where, "height", options.height);
  const width = checkInteger(where, "width", options.width);
  const random = stepStream(seed, AUGMENTATION_STREAM, step);
  const transforms = new Float32Array(count * 8);
  const brightness = new Float32Array(count);
  const boxes = new Int32Array(count * 4);
  const u = new Float64Array(DRAWS_PER_IMAGE);
  for (let i = 0; i < count; i++) {
    for (let draw = 0; draw < DRAWS_PER_IMAGE; draw++) u[draw] = random.uniform();
    writeTransform(transforms.subarray(i * 8, i * 8 + 8), plan, u, { height, width });
    brightness[i] = plan.change * (plan.valueRange[1] - plan.valueRange[0]) * (2 * u[8]! - 1) + 0;
    if (plan.cutout.size > 0 && u[9]! < plan.cutout.probability)
      writeBox(boxes.subarray(i * 4, i * 4 + 4), plan.cutout.size, Math.floor(u[10]! * width), Math.floor(u[11]! * height), {
        height,
        width,
      });
  }
  return {
    transforms: { dtype: "float32", shape: [count, 8], data: transforms },
    brightness: { dtype: "float32", shape: [count], data: brightness },
    boxes: { dtype: "int32", shape: [count, 4], data: boxes },
  };
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Undoes, about the middle m: out = m + offset + R(angle) zoom F (in - m), so in = m + F R(-angle) (out - m - offset) / zoom. Rows grow
 * downwards, which is why a counter-clockwise turn has its signs exchanged.
 */
function writeTransform(to: Float32Array, plan: CheckedAugmentation, u: Float64Array, { height, width }: Size): void {
  const flipX = u[0]! < plan.flip.horizontal ? -1 : 1;
  const flipY = u[1]! < plan.flip.vertical ? -1 : 1;
  const angle = ((plan.degrees * Math.PI) / 180) * (2 * u[4]! - 1);
  const zoom = plan.zoom.from + (plan.zoom.to - plan.zoom.from) * u[5]!;
  const steps = 2 * plan.padding + 1;
  const offsetX = plan.shift.horizontal * width * (2 * u[2]! - 1) + Math.floor(u[6]! * steps) - plan.padding;
  const offsetY = plan.shift.vertical * height * (2 * u[3]! - 1) + Math.floor(u[7]! * steps) - plan.padding;
  const cosine = Math.cos(angle) / zoom;
  const sine = Math.sin(angle) / zoom;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  const a = [flipX * cosine, -flipX * sine, flipY * sine, flipY * cosine] as const;
  const fromX = middleX + offsetX;
  const fromY = middleY + offsetY;
  // Adding 0 turns a negative zero into zero.
  to[0] = a[0] + 0;
  to[1] = a[1] + 0;
  to[2] = middleX - a[0] * fromX - a[1] * fromY + 0;
  to[3] = a[2] + 0;
  to[4] = a[3] + 0;
  to[5] = middleY - a[2] * fromX - a[3] * fromY + 0;
}

function writeBox(to: Int32Array, size: number, middleX: number, middleY: number, { height, width }: Size): void {
  const top = middleY - Math.floor(size / 2);
  const left = middleX - Math.floor(size / 2);
  to.set([Math.max(0, top), Math.max(0, left), Math.min(height, top + size), Math.min(width, left + size)]);
}
