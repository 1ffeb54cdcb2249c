import { expect, test } from "vitest";
import { augmentBatch, drawAugmentation, planAugmentation, type AugmentationPlan } from "../../src/index.js";

const BYTES = { dtype: "uint8", shape: [2, 5, 4, 1], data: Uint8Array.from({ length: 40 }, (_, i) => 6 * i) } as const;
const PLAN: AugmentationPlan = { flip: { horizontal: 0.5 }, brightness: { change: 0.2 }, cutout: { size: 2 }, border: "reflect" };

test("a planned augmentation says what a graph must do, and draws and applies the plan", () => {
  const planned = planAugmentation(PLAN, BYTES);
  expect(planned).toMatchObject({
    geometry: { sampling: "bilinear", border: "reflect", fill: 0 },
    brightnessRange: [0, 255],
    cutoutFill: 0,
  });
  const at = { seed: 3, step: 8 };
  expect(planned.draw({ ...at, count: 2, height: 5, width: 4 })).toEqual(
    drawAugmentation(PLAN, { ...at, count: 2, height: 5, width: 4 }),
  );
  expect(planned.apply(BYTES, at)).toEqual(augmentBatch(BYTES, PLAN, at));
});

test("what a plan never does is left out", () => {
  const names = (plan: AugmentationPlan) => Object.keys(planAugmentation(plan, BYTES)).filter((name) => !/draw|apply/.test(name));
  expect(names({})).toEqual([]);
  expect(names({ brightness: { change: 0.1 } })).toEqual(["brightnessRange"]);
  expect(names({ crop: { padding: 1 }, cutout: { size: 2, probability: 0 } })).toEqual(["geometry"]);
});

test("a wrong plan is refused at once", () => {
  expect(() => planAugmentation({ flip: { horizontal: 2 } }, BYTES)).toThrow(
    "augmentation: flip.horizontal must be a finite number at least 0 and at most 1, got 2.",
  );
  expect(() => planAugmentation({}, { dtype: "float32" })).toThrow("images other than uint8 need the plan's valueRange");
});
