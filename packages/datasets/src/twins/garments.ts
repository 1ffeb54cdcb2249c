/** The twin of Fashion-MNIST: silhouettes of ten kinds of article in many cloths. */

import type { Samples } from "../dataset.js";
import { Canvas, SIDE, type Placement } from "./canvas.js";
import { bagOutline, shoeOutline, topOutline, trouserOutline, type ShoeShape, type TopShape } from "./garmentShapes.js";
import { drawTexture, type Texture } from "./garmentTextures.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";
import { shuffledLabels } from "./shuffledLabel.js";

/** Goes up whenever any image changes: it is part of the fingerprint. */
export const GARMENT_TWIN_VERSION = 2;

type Draw = (canvas: Canvas, random: SampleRandom) => void;

/** Index is the class id. */
const ARTICLES: readonly Draw[] = [
  drawTShirt,
  drawTrouser,
  drawPullover,
  drawDress,
  drawCoat,
  drawSandal,
  drawShirt,
  drawSneaker,
  drawBag,
  drawBoot,
];

/**
 * Draws samples `0` to `count - 1` of a part. Every ten samples hold each class once, so that the classes are as equal as
 * in the real set.
 *
 * Shapes: inputs uint8 `[count, 28, 28, 1]`, labels uint8 `[count]`.
 */
export function drawGarments(part: "train" | "test", count: number, seed: number): Samples {
  const labelOf = shuffledLabels(sampleRandoms(seed, `twin/fashion-mnist/${part}/order`), ARTICLES.length);
  const randomFor = sampleRandoms(seed, `twin/fashion-mnist/${part}`);
  const inputs = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  const canvas = new Canvas();
  for (let i = 0; i < count; i++) {
    labels[i] = labelOf(i);
    const random = randomFor(i);
    canvas.clear(drawPlacement(random));
    ARTICLES[labels[i]!]!(canvas, random);
    canvas.blur(random.between(0, 0.12));
    canvas.speckle(random, random.between(0.01, 0.1), false);
    canvas.write(inputs, i * SIDE * SIDE, random.between(0.85, 1.1));
  }
  return {
    inputs: { dtype: "uint8", shape: [count, SIDE, SIDE, 1], data: inputs },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}

/** Smaller than the image, a little leaning and turned, and anywhere: what tells the classes apart is nowhere at a fixed place. */
function drawPlacement(random: SampleRandom): Placement {
  const size = random.between(0.68, 0.92);
  const width = size * (1 + 0.06 * random.bell());
  const turn = 0.05 * random.bell();
  const lean = 0.05 * random.bell();
  return {
    moveX: random.between(-4, 4),
    moveY: random.between(-4, 4),
    xx: width,
    xy: width * (lean - turn),
    yx: size * turn,
    yy: size,
  };
}

function drawTShirt(canvas: Canvas, random: SampleRandom): void {
  const sleeve = random.chance(0.12) ? 0 : random.between(0.05, 0.35);
  drawTop(canvas, random, { sleeve, bottom: random.between(21, 27), flare: random.between(-0.5, 1), plainness: 0.5 });
}

function drawPullover(canvas: Canvas, random: SampleRandom): void {
  const sleeve = random.between(0.8, 1.02);
  const shape = drawTop(canvas, random, {
    sleeve,
    bottom: random.between(22, 26.5),
    flare: random.between(-1, 0.4),
    plainness: 0.55,
  });
  if (random.chance(0.4))
    canvas.cut(14 - shape.hem, shape.bottom - 1.2, 14 + shape.hem, shape.bottom - 1.2, 0.3, random.between(0.2, 0.5));
}

function drawDress(canvas: Canvas, random: SampleRandom): void {
  const sleeve = random.pick([0, 0, random.between(0.05, 0.3), random.between(0.5, 0.75)]);
  const narrow = random.between(0.6, 1.8);
  drawTop(canvas, random, { sleeve, bottom: random.between(25.5, 27.8), flare: random.between(0, 4.5), plainness: 0.55, narrow });
}

function drawCoat(canvas: Canvas, random: SampleRandom): void {
  const bottom = random.between(23.5, 27.5);
  const shape = drawTop(canvas, random, {
    sleeve: random.between(0.75, 0.98),
    bottom,
    flare: random.between(-0.3, 1.4),
    plainness: 0.75,
  });
  const lean = random.bell() * 0.5;
  if (random.chance(0.85))
    canvas.cut(14 + lean, shape.top, 14 - lean, bottom, random.between(0.1, 0.5), random.between(0.3, 0.9));
  if (random.chance(0.5)) drawCollar(canvas, random, shape);
}

function drawShirt(canvas: Canvas, random: SampleRandom): void {
  const sleeve = random.chance(0.4) ? random.between(0.08, 0.4) : random.between(0.78, 1);
  const bottom = random.between(22, 27);
  const shape = drawTop(canvas, random, { sleeve, bottom, flare: random.between(-0.5, 1), plainness: 0.35 });
  if (random.chance(0.6)) {
    for (let y = shape.top + 3; y < bottom - 1; y += 3.2) canvas.cut(14, y, 14, y, 0.25, random.between(0.2, 0.6));
  }
  if (random.chance(0.65)) drawCollar(canvas, random, shape);
}

interface TopChoice {
  sleeve: number;
  bottom: number;
  /** How much wider the hem is than the chest, per side. */
  flare: number;
  plainness: number;
  /** How much narrower than usual, per side. */
  narrow?: number;
}

function drawTop(canvas: Canvas, random: SampleRandom, { sleeve, bottom, flare, plainness, narrow = 0 }: TopChoice): TopShape {
  const chest = random.between(5, 7.2) - narrow;
  const top = random.between(0.6, 3);
  const shape: TopShape = {
    neck: random.between(1.6, 3.4),
    shoulder: chest + random.between(-0.6, 1),
    chest,
    waist: chest + flare / 2 - random.between(0, 1) - narrow / 2,
    hem: chest + flare,
    top,
    bottom,
    sleeve,
    sleeveWidth: random.between(1.8, 3.2),
    spread: random.between(1.8, 5.2),
  };
  canvas.fill(topOutline(shape), drawTexture(random, plainness));
  const depth = random.between(0.3, 3.4);
  canvas.cut(14 - shape.neck * 0.5, top, 14, top + depth, random.between(0.3, 1.1), 1);
  canvas.cut(14 + shape.neck * 0.5, top, 14, top + depth, random.between(0.3, 1.1), 1);
  return shape;
}

function drawCollar(canvas: Canvas, random: SampleRandom, { neck, top }: TopShape): void {
  const brightness = random.between(0.5, 1);
  const depth = random.between(2, 4);
  canvas.line(14 - neck, top, 13.4, top + depth, 0.4, 0.4, brightness);
  canvas.line(14 + neck, top, 14.6, top + depth, 0.4, 0.4, brightness);
}

function drawTrouser(canvas: Canvas, random: SampleRandom): void {
  canvas.fill(trouserOutline(random), drawTexture(random, 0.8));
}

function drawBag(canvas: Canvas, random: SampleRandom): void {
  const { body, top, halfWidth } = bagOutline(random);
  const handle = random.between(0.35, 0.8) * halfWidth;
  const rise = random.between(1, Math.min(top - 0.5, 9));
  const brightness = random.between(0.35, 0.9);
  const radius = random.between(0.25, 0.7);
  if (random.chance(0.8)) {
    canvas.line(14 - handle, top, 14 - 0.6 * handle, top - rise, radius, radius, brightness);
    canvas.line(14 - 0.6 * handle, top - rise, 14 + 0.6 * handle, top - rise, radius, radius, brightness);
    canvas.line(14 + 0.6 * handle, top - rise, 14 + handle, top, radius, radius, brightness);
  }
  canvas.fill(body, drawTexture(random, 0.6));
  if (random.chance(0.5))
    canvas.cut(14 - halfWidth, top + 3, 14 + halfWidth, top + 3 + random.bell(), 0.3, random.between(0.2, 0.7));
}

function drawShoe(
  canvas: Canvas,
  random: SampleRandom,
  height: Pick<ShoeShape, "toe" | "shaft" | "opening" | "heel">,
  texture: Texture,
): ShoeShape {
  const shape: ShoeShape = {
    left: random.between(0.2, 3),
    right: random.between(25, 27.8),
    sole: random.between(18.5, 23.5),
    ...height,
  };
  if (height.shaft > 9) shape.sole = random.between(23, 27.2);
  canvas.fill(shoeOutline(shape), texture);
  return shape;
}

function drawSneaker(canvas: Canvas, random: SampleRandom): void {
  const height = {
    toe: random.between(2, 3.6),
    shaft: random.between(4.5, 9),
    opening: random.between(5, 9),
    heel: random.between(0, 0.8),
  };
  const shape = drawShoe(canvas, random, height, drawTexture(random, 0.5));
  if (random.chance(0.75))
    canvas.line(shape.left + 0.5, shape.sole - 0.6, shape.right - 0.5, shape.sole - 0.6, 0.6, 0.6, random.between(0.6, 1));
  for (let i = random.below(4); i > 0; i--) {
    const x = shape.left + 8 + 2.2 * i;
    canvas.cut(x, shape.sole - 5 - 0.8 * i, x + 1.5, shape.sole - 3.2 - 0.8 * i, 0.3, random.between(0.3, 0.8));
  }
}

function drawBoot(canvas: Canvas, random: SampleRandom): void {
  const heel = random.chance(0.35) ? random.between(2, 5.5) : random.between(0, 1.6);
  const height = { toe: random.between(2.6, 4.5), shaft: random.between(8, 17) - heel / 2, opening: random.between(7, 12), heel };
  const shape = drawShoe(canvas, random, height, drawTexture(random, 0.75));
  if (random.chance(0.4))
    canvas.line(shape.left + 0.5, shape.sole - 0.4, shape.right - 0.5, shape.sole - 0.4, 0.5, 0.5, random.between(0.3, 0.9));
}

function drawSandal(canvas: Canvas, random: SampleRandom): void {
  const left = random.between(0.5, 3);
  const right = random.between(24.5, 27.5);
  const sole = random.between(19, 25);
  const heel = random.chance(0.45) ? random.between(2.5, 9) : random.between(0, 1.5);
  const brightness = random.between(0.3, 1);
  const radius = random.between(0.45, 1.2);
  const arch = left + random.between(0.4, 0.6) * (right - left);
  canvas.line(left, sole, arch, sole - 0.2 * heel, radius, radius, brightness);
  canvas.line(arch, sole - 0.2 * heel, right, sole - heel, radius, radius, brightness);
  if (heel > 2)
    canvas.line(
      right - 0.8,
      sole - heel,
      right - random.between(0, 1.6),
      sole,
      random.between(0.4, 1.4),
      random.between(0.3, 1),
      brightness,
    );
  for (let i = 1 + random.below(4); i > 0; i--) {
    const from = random.between(0.1, 0.95);
    const x = left + from * (right - left);
    const y = sole - heel * Math.max(0, from * 1.6 - 0.6);
    const thickness = random.between(0.3, 1.1);
    const peakX = x + random.between(-4, 4);
    const peakY = y - random.between(2, 8);
    canvas.line(x, y, peakX, peakY, thickness, thickness, brightness * random.between(0.7, 1));
    if (random.chance(0.7))
      canvas.line(peakX, peakY, peakX + random.between(1, 5), y, thickness, thickness, brightness * random.between(0.7, 1));
  }
}
