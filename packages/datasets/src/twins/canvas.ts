/** A small grey canvas with anti-aliased strokes and filled outlines: what the image twins are drawn on. */

import type { SampleRandom } from "./sampleRandom.js";

export const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Sub-rows per pixel when an outline is filled. */
const SUB_ROWS = 4;

/** Where a drawing goes: about the centre of the canvas, (x, y) -> (xx x + xy y + moveX, yx x + yy y + moveY). */
export interface Placement {
  moveX: number;
  moveY: number;
  xx: number;
  xy: number;
  yx: number;
  yy: number;
}

const AS_DRAWN: Placement = { moveX: 0, moveY: 0, xx: 1, xy: 0, yx: 0, yy: 1 };
const CENTRE = SIDE / 2;

function placedX({ xx, xy, moveX }: Placement, x: number, y: number): number {
  return CENTRE + xx * (x - CENTRE) + xy * (y - CENTRE) + moveX;
}

function placedY({ yx, yy, moveY }: Placement, x: number, y: number): number {
  return CENTRE + yx * (x - CENTRE) + yy * (y - CENTRE) + moveY;
}

export class Canvas {
  /** Brightness of each pixel, 0 to 1. Pixel (x, y) covers [x, x + 1) by [y, y + 1). */
  readonly pixels = new Float32Array(PIXELS);
  /** How much of each pixel the latest outline covers, 0 to 1. */
  readonly #cover = new Float32Array(PIXELS);
  readonly #scratch = new Float32Array(PIXELS);
  readonly #crossings = new Float64Array(64);
  #placement: Placement = AS_DRAWN;

  /** Empties the canvas; what is drawn from now on is placed so. */
  clear(placement: Placement = AS_DRAWN): void {
    this.pixels.fill(0);
    this.#placement = placement;
  }

  /** Draws a line whose half-width goes from `startRadius` to `endRadius`, keeping the brighter of old and new. */
  line(fromX: number, fromY: number, toX: number, toY: number, startRadius: number, endRadius: number, ink = 1): void {
    const placement = this.#placement;
    const x0 = placedX(placement, fromX, fromY);
    const y0 = placedY(placement, fromX, fromY);
    const x1 = placedX(placement, toX, toY);
    const y1 = placedY(placement, toX, toY);
    const reach = Math.max(startRadius, endRadius) + 1;
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
    const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
    const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
    const dx = x1 - x0;
    const dy = y1 - y0;
    const lengthSquared = dx * dx + dy * dy || 1;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const px = x + 0.5 - x0;
        const py = y + 0.5 - y0;
        const along = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared));
        const ex = px - along * dx;
        const ey = py - along * dy;
        const edge = startRadius + along * (endRadius - startRadius) + 0.5;
        const distanceSquared = ex * ex + ey * ey;
        if (edge <= 0 || distanceSquared >= edge * edge) continue;
        const value = Math.min(1, edge - Math.sqrt(distanceSquared)) * ink;
        const at = y * SIDE + x;
        if (value > this.pixels[at]!) this.pixels[at] = value;
      }
    }
  }

  /** Darkens along a line: a gap in the ink, a seam. `strength` 1 takes all ink away. */
  cut(x0: number, y0: number, x1: number, y1: number, radius: number, strength: number): void {
    this.#scratch.set(this.pixels);
    this.pixels.fill(0);
    this.line(x0, y0, x1, y1, radius, radius);
    for (let i = 0; i < PIXELS; i++) this.pixels[i] = this.#scratch[i]! * (1 - strength * this.pixels[i]!);
  }

  /**
   * Fills a closed outline `x0, y0, x1, y1, …` (even-odd); `shade(x, y)` gives the brightness at a pixel. Shades move with the outline
   * but are neither scaled nor turned.
   */
  fill(outline: readonly number[], shade: (x: number, y: number) => number): void {
    const placement = this.#placement;
    const { moveX, moveY } = placement;
    this.#coverWith(
      outline.map((value, i) =>
        i % 2 === 0 ? placedX(placement, value, outline[i + 1]!) : placedY(placement, outline[i - 1]!, value),
      ),
    );
    for (let y = 0, i = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++, i++) {
        const cover = this.#cover[i]!;
        if (cover > 0)
          this.pixels[i] = this.pixels[i]! * (1 - cover) + cover * Math.min(1, Math.max(0, shade(x - moveX, y - moveY)));
      }
    }
  }

  /** Mixes each pixel with its eight neighbours; `amount` 0 to 0.33 is the weight of a side neighbour per axis. */
  blur(amount: number): void {
    const centre = 1 - 2 * amount;
    const { pixels } = this;
    const rows = this.#scratch;
    for (let i = 0; i < PIXELS; i++) {
      const x = i % SIDE;
      rows[i] = centre * pixels[i]! + amount * ((x > 0 ? pixels[i - 1]! : 0) + (x < SIDE - 1 ? pixels[i + 1]! : 0));
    }
    for (let i = 0; i < PIXELS; i++) {
      pixels[i] = centre * rows[i]! + amount * ((i >= SIDE ? rows[i - SIDE]! : 0) + (i < PIXELS - SIDE ? rows[i + SIDE]! : 0));
    }
  }

  /** Adds even noise within ±`amplitude`, to all pixels or only to those that hold something. */
  speckle(random: SampleRandom, amplitude: number, everywhere: boolean): void {
    const { pixels } = this;
    for (let i = 0; i < PIXELS; i += 4) {
      let word = random.uint32();
      for (let j = i; j < i + 4; j++, word >>>= 8) {
        if (everywhere || pixels[j]! > 0.05) pixels[j]! += amplitude * ((word & 0xff) / 127.5 - 1);
      }
    }
  }

  /** Writes the pixels as bytes, brightness times `gain` cut to 0 to 255. */
  write(target: Uint8Array, offset: number, gain: number): void {
    for (let i = 0; i < PIXELS; i++) target[offset + i] = Math.min(255, Math.max(0, Math.floor(this.pixels[i]! * gain * 256)));
  }

  /** Exact coverage along x, `SUB_ROWS` samples along y. */
  #coverWith(outline: readonly number[]): void {
    this.#cover.fill(0);
    let [top, bottom] = [Infinity, -Infinity];
    for (let i = 1; i < outline.length; i += 2) {
      top = Math.min(top, outline[i]!);
      bottom = Math.max(bottom, outline[i]!);
    }
    const last = Math.min(SIDE, bottom) * SUB_ROWS;
    for (let subRow = Math.max(0, Math.floor(top) * SUB_ROWS); subRow < last; subRow++) {
      const y = (subRow + 0.5) / SUB_ROWS;
      const count = this.#cross(outline, y);
      const row = Math.floor(subRow / SUB_ROWS) * SIDE;
      for (let i = 0; i + 1 < count; i += 2) this.#coverSpan(row, this.#crossings[i]!, this.#crossings[i + 1]!);
    }
  }

  /** Where the outline crosses the height `y`, from left to right. */
  #cross(outline: readonly number[], y: number): number {
    const crossings = this.#crossings;
    let count = 0;
    let x0 = outline[outline.length - 2]!;
    let y0 = outline[outline.length - 1]!;
    for (let i = 0; i < outline.length; i += 2) {
      const x1 = outline[i]!;
      const y1 = outline[i + 1]!;
      if (y0 <= y !== y1 <= y && count < crossings.length) {
        const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
        let at = count++;
        for (; at > 0 && crossings[at - 1]! > x; at--) crossings[at] = crossings[at - 1]!;
        crossings[at] = x;
      }
      x0 = x1;
      y0 = y1;
    }
    return count;
  }

  #coverSpan(row: number, from: number, to: number): void {
    const start = Math.max(0, from);
    const end = Math.min(SIDE, to);
    for (let x = Math.floor(start); x < end; x++) this.#cover[row + x]! += (Math.min(end, x + 1) - Math.max(start, x)) / SUB_ROWS;
  }
}
