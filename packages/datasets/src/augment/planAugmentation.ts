/** A plan as a training step takes it: what a compiled graph has to know of it, and its draws. */

import type { NumericArray } from "@tarea/core";
import { augmentBatch, type AugmentBatchOptions } from "./augmentBatch.js";
import {
  AUGMENTATION_DEFAULTS,
  checkAugmentation,
  movesPixels,
  type AugmentationPlan,
  type Border,
  type Sampling,
} from "./augmentationPlan.js";
import { drawChecked, type AugmentationDraw, type DrawAugmentationOptions } from "./drawAugmentation.js";

export interface PlannedAugmentation {
  /** How pixels move; left out where none does. */
  geometry?: { sampling: Sampling; border: Border; fill: number };
  /** Values are kept within these after brightness was added; left out where none is. */
  brightnessRange?: readonly [number, number];
  /** What cutouts are filled with; left out where there are none. */
  cutoutFill?: number;
  /** `drawAugmentation` of the plan. */
  draw(options: DrawAugmentationOptions): AugmentationDraw;
  /** `augmentBatch` of the plan. */
  apply(images: NumericArray, at: AugmentBatchOptions): NumericArray<"float32">;
}

/**
 * What `compileTraining` of `@tarea/graph` takes as `augmentation`.
 *
 * @param images the images that will be augmented; only how they are stored matters here.
 * @throws TareaError for a wrong plan, and when images other than bytes come without the plan's `valueRange`.
 * @example
 * const augmentation = planAugmentation({ flip: { horizontal: 0.5 } }, train.inputs);
 */
export function planAugmentation(plan: AugmentationPlan, { dtype }: Pick<NumericArray, "dtype">): PlannedAugmentation {
  const checked = checkAugmentation("augmentation", plan, dtype === "uint8" ? AUGMENTATION_DEFAULTS.uint8ValueRange : null);
  const { sampling, border, fill, change, valueRange, cutout } = checked;
  return {
    ...(movesPixels(checked) && { geometry: { sampling, border, fill } }),
    ...(change > 0 && { brightnessRange: valueRange }),
    ...(cutout.size > 0 && cutout.probability > 0 && { cutoutFill: cutout.fill }),
    draw: (options) => drawChecked(checked, options),
    apply: (images, at) => augmentBatch(images, plan, at),
  };
}
