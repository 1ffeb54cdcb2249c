/** What tells the classes of the colour twins apart: a scene, a paint, an outline and a pattern for each. */

import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";

export type Color = readonly [red: number, green: number, blue: number];

/** Colours from 0 to 1; lengths in pixels. */
export interface SceneClass {
  /** Colour of the background at the top and at the bottom. */
  top: Color;
  bottom: Color;
  paint: Color;
  /** Radius by angle is 1 + a1 cos(t) + b1 sin(t) + a2 cos(2t) + b2 sin(2t) + …; here a1, b1, a2, b2, … */
  outline: Float64Array;
  /** Width divided by height. */
  aspect: number;
  /** Waves of the pattern per pixel along x and y, and their strength. */
  pattern: { x: number; y: number; strength: number };
}

const HARMONICS = 5;

/**
 * The classes of a twin, the same for every seed. Classes of one group share scene, paint and pattern, up to small differences, and
 * differ in their outlines.
 *
 * @param groupOf group of each class; index is the class id.
 */
export function sceneClasses(name: string, groupOf: readonly number[]): SceneClass[] {
  const groupRandom = sampleRandoms(0, `twin/${name}/groups`);
  const classRandom = sampleRandoms(0, `twin/${name}/classes`);
  return groupOf.map((group, label) => {
    const look = drawLook(groupRandom(group));
    const random = classRandom(label);
    return {
      top: near(look.top, random, 0.06),
      bottom: near(look.bottom, random, 0.06),
      paint: near(look.paint, random, 0.12),
      outline: Float64Array.from({ length: 2 * HARMONICS }, (_, i) => {
        const k = Math.floor(i / 2);
        return (k === 0 ? 0.1 : 0.34 / Math.sqrt(k)) * random.bell();
      }),
      aspect: random.between(0.7, 1.6),
      pattern: {
        x: look.pattern.x + 0.05 * random.bell(),
        y: look.pattern.y + 0.05 * random.bell(),
        strength: look.pattern.strength,
      },
    };
  });
}

function drawLook(random: SampleRandom): Pick<SceneClass, "top" | "bottom" | "paint" | "pattern"> {
  return {
    top: color(random),
    bottom: color(random),
    paint: color(random),
    pattern: { x: random.between(-0.35, 0.35), y: random.between(-0.35, 0.35), strength: random.between(0.15, 0.4) },
  };
}

function color(random: SampleRandom): Color {
  return [random.between(0.25, 0.75), random.between(0.25, 0.75), random.between(0.25, 0.75)];
}

function near([red, green, blue]: Color, random: SampleRandom, spread: number): Color {
  return [red + spread * random.bell(), green + spread * random.bell(), blue + spread * random.bell()];
}
