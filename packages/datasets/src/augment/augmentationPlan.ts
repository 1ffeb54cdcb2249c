/** What may happen to images while a model trains, as plain data that a run record holds. */

import { TareaError, checkInteger, checkKnownOptions, checkNumber, checkOneOf } from "@tarea/core";

/**
 * Plain JSON; whatever is left out does not happen. The geometric changes of a sample become one affine transform, so that it is
 * sampled once: an output pixel looks at where it comes from by undoing crop, shift, rotation, zoom and flip, in this order.
 */
export interface AugmentationPlan {
  /** Probabilities of a mirror image, 0 to 1: left and right exchanged, top and bottom exchanged. */
  flip?: { horizontal?: number; vertical?: number };
  /** Largest shift as a fraction of the width and of the height, 0 to 1; drawn evenly in both directions. */
  shift?: { horizontal?: number; vertical?: number };
  /** Largest angle about the middle, 0 to 180 degrees; drawn evenly in both directions, counter-clockwise is positive. */
  rotate?: { degrees: number };
  /** Factor about the middle, drawn evenly between the two; above 1 enlarges. */
  zoom?: { from: number; to: number };
  /** A window of the image's own size is cut from the image with this many pixels of border around it: a shift by whole pixels. */
  crop?: { padding: number };
  /** Largest value that is added to a whole image, as a fraction of `valueRange`'s width, 0 to 1; drawn evenly up and down. */
  brightness?: { change: number };
  /**
   * A square of `size` by `size` pixels is overwritten with `fill` (default: the lower end of `valueRange`); its middle is any pixel, so
   * that it may lie partly outside. `probability`: 0 to 1, default 1.
   */
  cutout?: { size: number; probability?: number; fill?: number };
  /** How values between pixels are found; default `"bilinear"`. */
  sampling?: Sampling;
  /** What lies outside the image; default `"constant"`. */
  border?: Border;
  /** The value outside under the border `"constant"`; default: the lower end of `valueRange`. */
  fill?: number;
  /** Lowest and highest value of the images; results of `brightness` are kept within. Default `[0, 255]` for uint8 images, else it must be given. */
  valueRange?: readonly [number, number];
}

export type Sampling = "bilinear" | "nearest";

/** `reflect` repeats the edge pixel (`dcba|abcd|dcba`), `nearest` only that one, `wrap` starts again at the other side. */
export type Border = "constant" | "nearest" | "reflect" | "wrap";

export const AUGMENTATION_DEFAULTS = {
  sampling: "bilinear",
  border: "constant",
  cutoutProbability: 1,
  uint8ValueRange: [0, 255],
} as const satisfies {
  sampling: Sampling;
  border: Border;
  cutoutProbability: number;
  uint8ValueRange: readonly [number, number];
};

/** A plan with everything filled in. */
export interface CheckedAugmentation {
  flip: { horizontal: number; vertical: number };
  shift: { horizontal: number; vertical: number };
  degrees: number;
  zoom: { from: number; to: number };
  padding: number;
  change: number;
  cutout: { size: number; probability: number; fill: number };
  sampling: Sampling;
  border: Border;
  fill: number;
  valueRange: readonly [number, number];
}

const SAMPLINGS: readonly Sampling[] = ["bilinear", "nearest"];
const BORDERS: readonly Border[] = ["constant", "nearest", "reflect", "wrap"];
const PLAN_KEYS = ["flip", "shift", "rotate", "zoom", "crop", "brightness", "cutout", "sampling", "border", "fill", "valueRange"];
/** No image side is as long; keeps every coordinate exact in float32. */
const MOST_PIXELS = 65_535;

/**
 * Fills in the defaults.
 *
 * @param valueRange taken where the plan names none; `null`: the plan must.
 * @throws TareaError for an unknown member or a value outside its range.
 */
export function checkAugmentation(
  where: string,
  plan: AugmentationPlan,
  valueRange: readonly [number, number] | null,
): CheckedAugmentation {
  if (typeof plan !== "object" || plan === null) throw planError(where, "the plan must be an object");
  checkKnownOptions(where, plan, PLAN_KEYS);
  const range = checkRange(where, plan.valueRange ?? valueRange);
  const cutout = member(where, plan, "cutout", ["size", "probability", "fill"]);
  return {
    flip: pair(where, plan, "flip"),
    shift: pair(where, plan, "shift"),
    degrees: number(where, "rotate.degrees", member(where, plan, "rotate", ["degrees"])?.degrees, plan.rotate, 180),
    zoom: checkZoom(where, member(where, plan, "zoom", ["from", "to"])),
    padding: pixels(where, "crop.padding", member(where, plan, "crop", ["padding"])?.padding, plan.crop, 0),
    change: number(where, "brightness.change", member(where, plan, "brightness", ["change"])?.change, plan.brightness, 1),
    cutout: {
      size: pixels(where, "cutout.size", cutout?.size, cutout, 1),
      probability: fraction(where, "cutout.probability", cutout?.probability ?? AUGMENTATION_DEFAULTS.cutoutProbability),
      fill: checkNumber(where, "cutout.fill", cutout?.fill ?? range[0]),
    },
    sampling: checkOneOf(where, "sampling", plan.sampling ?? AUGMENTATION_DEFAULTS.sampling, SAMPLINGS),
    border: checkOneOf(where, "border", plan.border ?? AUGMENTATION_DEFAULTS.border, BORDERS),
    fill: checkNumber(where, "fill", plan.fill ?? range[0]),
    valueRange: range,
  };
}

/** Whether a plan can move pixels. */
export function movesPixels({ flip, shift, degrees, zoom, padding }: CheckedAugmentation): boolean {
  const largest = Math.max(flip.horizontal, flip.vertical, shift.horizontal, shift.vertical, degrees, padding);
  return largest > 0 || zoom.from !== 1 || zoom.to !== 1;
}

function member<K extends keyof AugmentationPlan>(
  where: string,
  plan: AugmentationPlan,
  name: K,
  known: readonly string[],
): AugmentationPlan[K] {
  const value = plan[name];
  if (value === undefined) return value;
  if (typeof value !== "object" || value === null) throw planError(where, `${name} must be an object`);
  checkKnownOptions(`${where}: ${name}`, value, known);
  return value;
}

function pair(where: string, plan: AugmentationPlan, name: "flip" | "shift"): { horizontal: number; vertical: number } {
  const { horizontal = 0, vertical = 0 } = member(where, plan, name, ["horizontal", "vertical"]) ?? {};
  return {
    horizontal: fraction(where, `${name}.horizontal`, horizontal),
    vertical: fraction(where, `${name}.vertical`, vertical),
  };
}

function fraction(where: string, name: string, value: number): number {
  return checkNumber(where, name, value, { min: 0, max: 1 });
}

/** 0 when the member is not there; then it must have its number. */
function number(where: string, name: string, value: number | undefined, owner: object | undefined, max: number): number {
  return owner === undefined ? 0 : checkNumber(where, name, value, { min: 0, max });
}

function pixels(where: string, name: string, value: number | undefined, owner: object | undefined, min: number): number {
  return owner === undefined ? 0 : checkInteger(where, name, value, { min, max: MOST_PIXELS });
}

function checkZoom(where: string, zoom: AugmentationPlan["zoom"]): { from: number; to: number } {
  if (zoom === undefined) return { from: 1, to: 1 };
  const from = checkNumber(where, "zoom.from", zoom.from, { min: 0.01, max: 100 });
  return { from, to: checkNumber(where, "zoom.to", zoom.to, { min: from, max: 100 }) };
}

function checkRange(where: string, range: readonly [number, number] | null): readonly [number, number] {
  if (range === null)
    throw planError(where, "images other than uint8 need the plan's valueRange, their lowest and highest value");
  if (!Array.isArray(range) || range.length !== 2) throw planError(where, "valueRange must be two numbers");
  const low = checkNumber(where, "valueRange[0]", range[0]);
  return [low, checkNumber(where, "valueRange[1]", range[1], { min: low, exclusiveMin: true })];
}

function planError(where: string, problem: string): TareaError {
  return new TareaError({ code: "option", where, problem });
}
