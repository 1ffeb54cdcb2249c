import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NumericArray } from "@tarea/core";
import {
  AUGMENTATION_DEFAULTS,
  DRAWS_PER_IMAGE,
  augmentBatch,
  drawAugmentation,
  type AugmentationPlan,
} from "../../src/index.js";

const RUNS = { seed: 20260104, numRuns: 60 };

const images = fc
  .record({
    count: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
  })
  .chain(({ count, height, width }) =>
    fc
      .uint8Array({ minLength: count * height * width * 3, maxLength: count * height * width * 3 })
      .map((data): NumericArray<"uint8"> => ({ dtype: "uint8", shape: [count, height, width, 3], data })),
  );

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const plans: fc.Arbitrary<AugmentationPlan> = fc.record(
  {
    flip: fc.record({ horizontal: unit, vertical: unit }),
    shift: fc.record({ horizontal: unit, vertical: unit }),
    rotate: fc.record({ degrees: fc.double({ min: 0, max: 180, noNaN: true }) }),
    zoom: fc.record({ from: fc.double({ min: 0.1, max: 1, noNaN: true }), to: fc.double({ min: 1, max: 9, noNaN: true }) }),
    crop: fc.record({ padding: fc.integer({ min: 0, max: 5 }) }),
    brightness: fc.record({ change: unit }),
    cutout: fc.record({ size: fc.integer({ min: 1, max: 9 }), probability: unit }),
    sampling: fc.constantFrom("bilinear", "nearest"),
    border: fc.constantFrom("constant", "nearest", "reflect", "wrap"),
  },
  { requiredKeys: [] },
);

const at = { seed: 7, step: 3 };

describe("augmentBatch", () => {
  it("changes nothing under a plan without changes, however it samples", () => {
    fc.assert(
      fc.property(images, (batch) => {
        const same = [...batch.data];
        for (const plan of [{}, { zoom: { from: 1, to: 1 }, rotate: { degrees: 0 }, flip: { horizontal: 0 } }])
          expect([...augmentBatch(batch, plan, at).data]).toEqual(same);
        // A quarter of a pixel is moved nowhere when the nearest is taken.
        const still: AugmentationPlan = { shift: { horizontal: 0.25 / 7 }, sampling: "nearest" };
        expect([...augmentBatch(batch, still, at).data]).toEqual(same);
      }),
      RUNS,
    );
  });

  it.each(["horizontal", "vertical"])("gives the image back after two %s flips", (direction) => {
    fc.assert(
      fc.property(images, (batch) => {
        const plan: AugmentationPlan = { flip: { [direction]: 1 }, valueRange: [0, 255] };
        const once = augmentBatch(batch, plan, at);
        expect([...augmentBatch(once, plan, at).data]).toEqual([...batch.data]);
        const [, height, width] = batch.shape as [number, number, number];
        const [y, x] = direction === "horizontal" ? [0, width - 1] : [height - 1, 0];
        expect(once.data[0]).toBe(batch.data[(y * width + x) * 3]);
      }),
      RUNS,
    );
  });

  it("keeps the shape, and every value within the range of the images", () => {
    fc.assert(
      fc.property(images, plans, fc.nat(), fc.nat({ max: 2 ** 32 - 1 }), (batch, plan, seed, step) => {
        const result = augmentBatch(batch, plan, { seed, step });
        expect(result.shape).toEqual(batch.shape);
        expect(result.dtype).toBe("float32");
        // Bilinear weights sum to 1 up to the rounding of float32.
        for (const value of result.data) expect(Math.max(-value, value - 255)).toBeLessThan(1e-4);
      }),
      RUNS,
    );
  });

  it("depends on the seed, the step and the position alone", () => {
    fc.assert(
      fc.property(images, plans, fc.nat(), (batch, plan, seed) => {
        const whole = augmentBatch(batch, plan, { seed, step: 5 });
        const size = batch.data.length / batch.shape[0]!;
        const first = { ...batch, shape: [1, ...batch.shape.slice(1)], data: batch.data.slice(0, size) };
        expect(augmentBatch(first, plan, { seed, step: 5 }).data).toEqual(whole.data.slice(0, size));
      }),
      RUNS,
    );
    const batch: NumericArray = {
      dtype: "uint8",
      shape: [2, 8, 8, 1],
      data: Uint8Array.from({ length: 128 }, (_, i) => (i * 37) % 251),
    };
    const plan: AugmentationPlan = { rotate: { degrees: 90 }, brightness: { change: 0.3 } };
    const one = augmentBatch(batch, plan, { seed: 1, step: 1 });
    for (const other of [
      { seed: 2, step: 1 },
      { seed: 1, step: 2 },
    ])
      expect(augmentBatch(batch, plan, other)).not.toEqual(one);
  });

  it("turns counter-clockwise, as people see it", () => {
    const { transforms } = drawAugmentation({ rotate: { degrees: 90 } }, { ...at, count: 50, height: 3, width: 3 });
    const batch: NumericArray = { dtype: "uint8", shape: [50, 3, 3, 1], data: new Uint8Array(450) };
    for (let i = 0; i < 50; i++) batch.data[i * 9 + 5] = 255;
    const result = augmentBatch(batch, { rotate: { degrees: 90 } }, at).data;
    for (let i = 0; i < 50; i++) {
      const sine = -transforms.data[i * 8 + 1]!;
      // The bright pixel right of the middle goes up by a positive angle and down by a negative one.
      const [up, down] = [result[i * 9 + 1]!, result[i * 9 + 7]!];
      if (sine > 0.1) expect(up).toBeGreaterThan(down);
      if (sine < -0.1) expect(down).toBeGreaterThan(up);
    }
  });

  it("crops by whole pixels out of a border, and every offset occurs", () => {
    const draw = drawAugmentation({ crop: { padding: 2 } }, { ...at, count: 400, height: 9, width: 9 });
    const offsets = Array.from(
      { length: 400 },
      (_, i) => `${draw.transforms.data[i * 8 + 2]},${draw.transforms.data[i * 8 + 5]}`,
    );
    expect(new Set(offsets).size).toBe(25);
    const batch: NumericArray = { dtype: "uint8", shape: [400, 9, 9, 1], data: new Uint8Array(400 * 81).fill(9) };
    const border = augmentBatch(batch, { crop: { padding: 2 } }, at).data;
    expect(new Set(border)).toEqual(new Set([0, 9]));
  });

  it("overwrites a square, cut off at the edges, with the fill", () => {
    const batch: NumericArray = { dtype: "uint8", shape: [200, 6, 5, 2], data: new Uint8Array(200 * 60).fill(9) };
    const plan: AugmentationPlan = { cutout: { size: 3, fill: 1 } };
    const { boxes } = drawAugmentation(plan, { ...at, count: 200, height: 6, width: 5 });
    const result = augmentBatch(batch, plan, at).data;
    for (let i = 0; i < 200; i++) {
      const [top, left, bottom, right] = boxes.data.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
      const area = (bottom - top) * (right - left);
      expect([2 * 2, 2 * 3, 3 * 3]).toContain(area);
      expect(result.subarray(i * 60, i * 60 + 60).filter((value) => value === 1)).toHaveLength(area * 2);
    }
  });

  it.each([
    [{ flip: { horizontal: 1.5 } }, "flip.horizontal must be a finite number at least 0 and at most 1, got 1.5"],
    [{ rotate: {} }, "rotate.degrees must be a finite number"],
    [{ zoom: { from: 2, to: 1 } }, "zoom.to must be a finite number at least 2"],
    [{ crop: { padding: 1.5 } }, "crop.padding must be an integer of at least 0"],
    [{ cutout: { size: 0 } }, "cutout.size must be a positive integer"],
    [{ rotat: { degrees: 3 } }, 'Did you mean "rotate"?'],
    [{ valueRange: [1, 1] }, "valueRange[1] must be a finite number above 1"],
    [{ border: "mirror" }, "unknown border"],
  ])("refuses %j", (plan, message) => {
    const batch: NumericArray = { dtype: "uint8", shape: [1, 1, 1, 1], data: Uint8Array.of(0) };
    expect(() => augmentBatch(batch, plan as AugmentationPlan, at)).toThrow(message);
  });

  it("refuses images without a known range, and arrays that are no batch", () => {
    const floats: NumericArray = { dtype: "float32", shape: [1, 1, 1, 1], data: Float32Array.of(0) };
    expect(() => augmentBatch(floats, {}, at)).toThrow("need the plan's valueRange");
    expect(() => augmentBatch({ ...floats, shape: [1, 1] }, {}, at)).toThrow("expected [N, H, W, C]");
  });
});

describe("drawAugmentation", () => {
  it("draws the pinned numbers", () => {
    const plan: AugmentationPlan = {
      flip: { horizontal: 0.5 },
      shift: { horizontal: 0.1, vertical: 0.1 },
      rotate: { degrees: 15 },
      zoom: { from: 0.9, to: 1.1 },
      brightness: { change: 0.2 },
      cutout: { size: 8, probability: 0.5 },
    };
    const { transforms, brightness, boxes } = drawAugmentation(plan, { seed: 7, step: 3, count: 3, height: 32, width: 32 });
    expect({ transforms: [...transforms.data], brightness: [...brightness.data], boxes: [...boxes.data] }).toMatchSnapshot();
  });

  it("takes the same numbers for a change whatever else the plan holds", () => {
    const options = { ...at, count: 5, height: 8, width: 8 };
    const alone = drawAugmentation({ brightness: { change: 0.5 } }, options);
    const together = drawAugmentation({ brightness: { change: 0.5 }, rotate: { degrees: 5 }, cutout: { size: 2 } }, options);
    expect(together.brightness).toEqual(alone.brightness);
    expect(DRAWS_PER_IMAGE % 4).toBe(0);
  });

  it("has the documented defaults", () => {
    expect(AUGMENTATION_DEFAULTS).toEqual({
      sampling: "bilinear",
      border: "constant",
      cutoutProbability: 1,
      uint8ValueRange: [0, 255],
    });
  });
});
