import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Border, Sampling } from "../../src/augment/augmentationPlan.js";
import { sampleImage } from "../../src/augment/sampleImage.js";

interface Golden {
  shape: [number, number, number];
  image: number[];
  fill: number;
  cases: { transform: number[]; sampling: Sampling; border: Border; result: number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test-fixtures/augmentation/transforms.json", import.meta.url), "utf8"),
) as Golden;
const [height, width, channels] = golden.shape;

describe("sampling under an affine transform", () => {
  it.each(golden.cases.map((each, i) => [i, each.sampling, each.border, each] as const))(
    "case %i (%s, %s) equals TensorFlow's ImageProjectiveTransformV3 element for element",
    (_, sampling, border, { transform, result }) => {
      const to = new Float32Array(golden.image.length);
      sampleImage(to, golden.image, { height, width, channels }, Float32Array.from(transform), {
        sampling,
        border,
        fill: golden.fill,
      });
      expect([...to]).toEqual(result);
    },
  );
});
