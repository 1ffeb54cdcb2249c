import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { learningRateAt, sgd, type LearningRateSchedule } from "../src/index.js";

interface Golden {
  madeBy: string;
  updates: number[];
  cases: { schedule: LearningRateSchedule; rates: number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test-fixtures/training/schedules.json", import.meta.url), "utf8"),
) as Golden;

test.each(golden.cases)(`$schedule gives the rates of ${golden.madeBy}`, ({ schedule, rates }) => {
  golden.updates.forEach((update, i) => expect(learningRateAt(schedule, update)).toBeCloseTo(rates[i]!, 7));
});

test("an optimizer keeps its schedule as plain data", () => {
  const learningRate = { type: "cosineDecay", initial: 0.1, steps: 100 } as const;
  expect(sgd({ learningRate })).toEqual({ type: "sgd", learningRate, momentum: 0, nesterov: false });
});

test.each([
  [{ type: "cosine", initial: 0.1 }, "unknown learningRate.type"],
  [{ type: "cosineDecay", initial: 0.1 }, "learningRate.steps must be a positive integer, got undefined."],
  [{ type: "cosineDecay", initial: 0.1, steps: 9, warmupSteps: 3 }, "warmupTarget and learningRate.warmupSteps belong together"],
  [
    { type: "exponentialDecay", initial: 0.1, steps: 9, rate: -1 },
    "learningRate.rate must be a finite number at least 0, got -1.",
  ],
  [{ type: "exponentialDecay", initial: 0.1, steps: 9, rate: 1, staircase: 1 }, "learningRate.staircase must be true or false"],
  [{ type: "inverseTimeDecay", initial: 0, steps: 9, rate: 1 }, "learningRate.initial must be a finite number above 0, got 0."],
  [{ type: "polynomialDecay", initial: 1, steps: 9, power: 0 }, "learningRate.power must be a finite number above 0, got 0."],
  [{ type: "polynomialDecay", initial: 1, steps: 9, cycle: true }, 'unknown option "cycle"'],
  [{ type: "piecewiseConstant", boundaries: [3], values: [1] }, "learningRate needs one value more than boundaries"],
  [
    { type: "piecewiseConstant", boundaries: [3, 3], values: [3, 2, 1] },
    "learningRate.boundaries[1] must be an integer of at least 4",
  ],
  ["fast", 'learningRate must be a finite number above 0, got "fast".'],
])("a fault in a schedule is named: %o", (learningRate, message) => {
  expect(() => sgd({ learningRate: learningRate as LearningRateSchedule })).toThrow(message);
});
