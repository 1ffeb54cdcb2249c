import { expect, it } from "vitest";
import { BENCH_MODELS } from "../src/models.js";
import { sampleData } from "../src/sampleData.js";
import { environmentName } from "../src/pythonEnvironment.js";

it.each(BENCH_MODELS.map((model) => [model.name, model] as const))(
  "draws data of %s's shapes, equal for equal seeds",
  (_, model) => {
    const small = { ...model, samples: 40 };
    const { inputs, labels } = sampleData(small, 3);
    expect(inputs.shape).toEqual([40, ...model.inputShape]);
    expect(inputs.data.length).toBe(inputs.shape.reduce((a, b) => a * b));
    expect(labels.shape).toEqual([40]);
    expect(sampleData(small, 3)).toEqual({ inputs, labels });
    expect(sampleData(small, 4).inputs.data).not.toEqual(inputs.data);
  },
);

it("names the folder of the peers after their versions", () => {
  expect(environmentName(["keras==3.15.1", "torch==2.15.0"])).toBe("bench-python-keras3.15.1-torch2.15.0");
});
