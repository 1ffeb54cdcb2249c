/** Numbers as small grey or colour images, in the shape that `imageGrid` of `@tarea/charts` draws, with what black and white stand for. */

export interface InsightImage {
  /** `[height, width, channels]`, row by row, 0 to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  /** 1 is grey, 3 is red, green, blue. */
  channels: 1 | 3;
  /** Lines to show below the image. */
  caption: string[];
  /** The values that 0 and 255 stand for; between them the scale is linear. */
  range: [low: number, high: number];
}

interface ImageSize {
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Draws `values` on the scale `range`; values that are no finite numbers become middle grey. */
export function toImage(
  values: ArrayLike<number>,
  { width, height, channels }: ImageSize,
  { range, caption }: { range: [low: number, high: number]; caption: string[] },
): InsightImage {
  const [low, high] = range;
  const factor = high > low ? 255 / (high - low) : 0;
  const pixels = Uint8Array.from(values, (value) =>
    factor === 0 || !Number.isFinite(value) ? MIDDLE : Math.round((value - low) * factor),
  );
  return { pixels, width, height, channels, caption, range };
}

const MIDDLE = 128;

/** The least and the greatest finite value; `[0, 0]` when there is none. */
export function rangeOf(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

/** The range about zero that holds all values, so that zero is middle grey. */
export function rangeAboutZero(values: ArrayLike<number>): [low: number, high: number] {
  const [low, high] = rangeOf(values);
  const limit = Math.max(-low, high);
  return [0 - limit, limit];
}
