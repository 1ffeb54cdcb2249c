import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyPreparation, fitPreparation, type PreparationPlan, type PreparationStep, type Samples } from "../../src/index.js";
import { column, columnNames, golden, rowsOf, table, textSamples } from "./golden.js";

const train = table(golden.train);
const test = table(golden.test);

function prepare(plan: PreparationPlan, samples: Samples): number[][] {
  return rowsOf(applyPreparation(fitPreparation(plan, train, { columnNames }), samples).inputs);
}

function expectClose(received: number[][], expected: number[][]): void {
  expect(received).toHaveLength(expected.length);
  for (const [i, row] of expected.entries()) {
    expect(received[i]).toHaveLength(row.length);
    // float32 results against float64 ones.
    for (const [j, value] of row.entries())
      expect(Math.abs(received[i]![j]! - value)).toBeLessThan(3e-7 * Math.max(1, Math.abs(value)));
  }
}

describe("fitPreparation and applyPreparation", () => {
  it.each(["standardize", "minMax"] as const)("%s as scikit-learn does, the test part by the training part's numbers", (kind) => {
    expectClose(prepare([{ kind }], train), golden[kind].train);
    expectClose(prepare([{ kind }], test), golden[kind].test);
  });

  it("leaves the columns alone that a step does not name", () => {
    const rows = prepare([{ kind: "standardize", columns: ["age"] }], test);
    expectClose(column(rows, 0), column(golden.standardize.test, 0));
    for (const i of [1, 2, 3]) expect(column(rows, i)).toEqual(column(golden.test, i));
  });

  it.each([
    ["mean", golden.imputeMean],
    ["median", golden.imputeMedian],
  ] as const)("replaces zeros that stand for missing by the %s, as scikit-learn does", (by, expected) => {
    const plan: PreparationPlan = [{ kind: "impute", columns: ["dose"], by, missing: [0] }];
    expectClose(column(prepare(plan, train), 1), expected.train);
    expectClose(column(prepare(plan, test), 1), expected.test);
    expect(column(prepare(plan, test), 3)).toEqual(column(golden.test, 3));
  });

  it("replaces blanks, which are NaN, by default", () => {
    const blank = table([[1], [Number.NaN], [5]]);
    const fitted = fitPreparation([{ kind: "impute", columns: ["a"], by: "mean" }], blank, { columnNames: ["a"] });
    expect(rowsOf(applyPreparation(fitted, blank).inputs)).toEqual([[1], [3], [5]]);
  });

  it("makes a column of each category, as scikit-learn's OneHotEncoder, and names it", () => {
    const fitted = fitPreparation([{ kind: "oneHot", columns: ["kind"] }], train, { columnNames });
    expect(fitted.outputColumnNames).toEqual(["age", "dose", "constant", "kind=0", "kind=1", "kind=2"]);
    expect(fitted.outputShape).toEqual([6]);
    for (const [samples, expected] of [
      [train, golden.oneHot.train],
      [test, golden.oneHot.test],
    ] as const)
      expect(rowsOf(applyPreparation(fitted, samples).inputs).map((row) => row.slice(3))).toEqual(expected);
  });

  it("refuses a category that the training part lacks, or takes it as zeros where that is asked for", () => {
    const strange = table([[1, 1, 1, 7]]);
    expect(() => prepare([{ kind: "oneHot", columns: ["kind"] }], strange)).toThrow(
      "column kind of sample 0 has a category that the training part does not have, got 7",
    );
    expect(prepare([{ kind: "oneHot", columns: ["kind"], unknown: "zeros" }], strange)).toEqual([[1, 1, 1, 0, 0, 0]]);
  });

  it("turns class ids into rows with a single 1", () => {
    const labels = {
      ...train,
      labels: { dtype: "uint8", shape: [12], data: Uint8Array.from([0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]) },
    } as const;
    const fitted = fitPreparation([{ kind: "oneHotLabels", classes: 3 }], labels);
    const prepared = applyPreparation(fitted, labels).labels;
    expect(prepared.shape).toEqual([12, 3]);
    expect(rowsOf(prepared).slice(0, 3)).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(() => applyPreparation(fitPreparation([{ kind: "oneHotLabels", classes: 2 }], labels), labels)).toThrow(
      "label 1 is not a class id from 0 to 1, got 2",
    );
  });

  it("takes nothing from the test part: whatever it holds, what is fitted and the training part's results stay", () => {
    const plan: PreparationPlan = [
      { kind: "impute", columns: ["dose"], by: "median", missing: [0] },
      { kind: "oneHot", columns: ["kind"], unknown: "zeros" },
      { kind: "standardize" },
      { kind: "minMax" },
    ];
    const fitted = fitPreparation(plan, train, { columnNames });
    const before = JSON.stringify(fitted);
    const prepared = applyPreparation(fitted, train);
    const value = fc.float({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 20 }), (rows) => {
        applyPreparation(fitted, table(rows));
        expect(JSON.stringify(fitted)).toBe(before);
        expect(applyPreparation(fitted, train)).toEqual(prepared);
        expect(JSON.stringify(fitPreparation(plan, train, { columnNames }))).toBe(before);
        // A row's result does not depend on the rows beside it.
        const alone = applyPreparation(fitted, table(rows.slice(0, 1))).inputs.data;
        expect(applyPreparation(fitted, table(rows)).inputs.data.slice(0, alone.length)).toEqual(alone);
      }),
      { seed: 20260105, numRuns: 50 },
    );
  });

  it("never changes the samples it is given", () => {
    const copy = structuredClone(train);
    prepare([{ kind: "divide", by: 2 }, { kind: "standardize" }], train);
    expect(train).toEqual(copy);
  });

  it("is plain JSON before and after fitting, and works the same when read back", () => {
    const plan: PreparationPlan = [
      { kind: "impute", columns: ["dose"], by: "mean", missing: [0, "blank"] },
      { kind: "standardize", columns: ["age", "dose"] },
    ];
    const fitted = fitPreparation(JSON.parse(JSON.stringify(plan)) as PreparationPlan, train, { columnNames });
    const readBack = JSON.parse(JSON.stringify(fitted)) as typeof fitted;
    expect(readBack).toEqual(fitted);
    expect(applyPreparation(readBack, test)).toEqual(applyPreparation(fitted, test));
  });

  it.each([
    [[{ kind: "standardise" }], 'Did you mean "standardize"?'],
    [[{ kind: "standardize", columns: ["agee"] }], 'unknown column, expected one of age, dose, constant, kind, got "agee"'],
    [[{ kind: "impute", columns: ["age"], by: "mode" }], "unknown by"],
    [[{ kind: "impute", columns: ["constant"], by: "mean", missing: [3] }], 'column "constant" has no value that is not missing'],
    [[{ kind: "divide", by: 0 }], "by must not be 0"],
    [
      [
        { kind: "divide", by: 1 },
        { kind: "divide", bye: 1 },
      ],
      "step 2: unknown option",
    ],
    [[{ kind: "standardize", columns: ["age"], per: "all" }], "leave per out"],
    [[{ kind: "textIds", words: 10, length: 5 }], "these samples have no texts"],
    [[{ kind: "noise", standardDeviation: -1, seed: 1 }], "standardDeviation must be a finite number at least 0"],
    [{ kind: "divide", by: 1 }, "the plan must be a list of steps"],
  ])("refuses the plan %j", (plan, message) => {
    expect(() => fitPreparation(plan as PreparationPlan, train, { columnNames })).toThrow(message);
  });

  it("says that blanks need an impute step, and that samples have another shape", () => {
    const blank = table([[1], [Number.NaN]]);
    expect(() => fitPreparation([{ kind: "standardize" }], blank)).toThrow("Put an impute step before this one.");
    const fitted = fitPreparation([{ kind: "standardize" }], train);
    expect(() => applyPreparation(fitted, blank)).toThrow("expected [4], got [1]");
  });
});

describe("images", () => {
  const pixels = Uint8Array.from({ length: 3 * 4 * 4 * 2 }, (_, i) => (i * 31) % 256);
  const images: Samples = {
    inputs: { dtype: "uint8", shape: [3, 4, 4, 2], data: pixels },
    labels: { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 1, 2) },
  };

  it("are divided, and standardized by channel or as a whole", () => {
    const divided = applyPreparation(fitPreparation([{ kind: "divide", by: 255 }], images), images).inputs;
    expect(divided).toMatchObject({ dtype: "float32", shape: [3, 4, 4, 2] });
    expect(divided.data[1]).toBeCloseTo(31 / 255, 6);
    for (const per of ["channel", "all"] as const) {
      const fitted = fitPreparation([{ kind: "standardize", per }], images);
      expect(fitted.steps[0]).toMatchObject({ subtract: { length: per === "channel" ? 2 : 1 } });
      const { data } = applyPreparation(fitted, images).inputs;
      for (const offset of per === "channel" ? [0, 1] : [0]) {
        const values = [...data].filter((_, i) => per === "all" || i % 2 === offset);
        const mean = values.reduce((sum, value) => sum + value) / values.length;
        expect(mean).toBeCloseTo(0, 6);
        expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 6);
      }
    }
  });

  it("have their pixels in one fixed order, the channels of a pixel together", () => {
    const fitted = fitPreparation([{ kind: "permutePixels", seed: 7 }], images);
    const { data, dtype } = applyPreparation(fitted, images).inputs;
    expect(dtype).toBe("uint8");
    const pairs = (values: ArrayLike<number>, from: number): string[] =>
      Array.from({ length: 16 }, (_, i) => `${values[from + 2 * i]} ${values[from + 2 * i + 1]}`);
    const [step] = fitted.steps;
    const order = step?.kind === "permutePixels" ? step.order : [];
    for (const image of [0, 1, 2]) {
      const before = pairs(pixels, image * 32);
      expect(pairs(data, image * 32)).toEqual(order.map((from) => before[from]));
    }
    expect(fitPreparation([{ kind: "permutePixels", seed: 7 }], images)).toEqual(fitted);
    expect(fitPreparation([{ kind: "permutePixels", seed: 8 }], images)).not.toEqual(fitted);
  });

  it("get noise of the asked strength, each sample its own, wherever it stands in a subset", () => {
    const many: Samples = {
      inputs: { dtype: "float32", shape: [50, 10, 10, 1], data: new Float32Array(5000) },
      labels: { dtype: "uint8", shape: [50], data: new Uint8Array(50) },
    };
    const step: PreparationStep = { kind: "noise", standardDeviation: 0.5, seed: 3 };
    const fitted = fitPreparation([step], many);
    const noisy = applyPreparation(fitted, many, { part: "train" }).inputs.data as Float32Array;
    const mean = noisy.reduce((sum, value) => sum + value, 0) / 5000;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.sqrt(noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5000)).toBeCloseTo(0.5, 1);
    const two: Samples = { ...many, inputs: { dtype: "float32", shape: [2, 10, 10, 1], data: new Float32Array(200) } };
    const subset = applyPreparation(fitted, two, { part: "train", rows: [31, 4] }).inputs.data;
    expect(subset.slice(0, 100)).toEqual(noisy.slice(3100, 3200));
    expect(subset.slice(100)).toEqual(noisy.slice(400, 500));
    expect(applyPreparation(fitted, many, { part: "test" }).inputs.data).not.toEqual(noisy);
    const clipped = fitPreparation([{ ...step, clip: [0, 1] }], many);
    for (const value of applyPreparation(clipped, many, { part: "train" }).inputs.data) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
    expect(() => applyPreparation(fitted, many)).toThrow("noise needs to know the part");
    expect(() => applyPreparation(fitted, two, { part: "train", rows: [1] })).toThrow(
      "rows must have one number for each sample",
    );
  });
});

describe("texts", () => {
  const [trainTexts, allTexts] = [textSamples(golden.texts.slice(0, 2)), textSamples(golden.texts)];

  it("are counted as Keras's Tokenizer counts them", () => {
    const counts = applyPreparation(fitPreparation([{ kind: "textCounts", words: 8 }], trainTexts), allTexts).inputs;
    expect(counts.dtype).toBe("float32");
    expect(rowsOf(counts)).toEqual(golden.textCounts);
    const binary = applyPreparation(fitPreparation([{ kind: "textCounts", words: 8, most: 1 }], trainTexts), allTexts).inputs;
    expect(binary.dtype).toBe("uint8");
    expect(rowsOf(binary)).toEqual(golden.textBinary);
  });

  it("become padded ids: 0 pads, 1 starts, 2 is unknown, the most frequent word is 4", () => {
    const fitted = fitPreparation([{ kind: "textIds", words: 9, length: 10 }], trainTexts);
    const { inputs } = applyPreparation(fitted, allTexts);
    expect(inputs.dtype).toBe("int32");
    const word = (text: string): number => (golden.wordIndex[text]! + 3 < 9 ? golden.wordIndex[text]! + 3 : 2);
    expect(rowsOf(inputs)).toEqual([
      ["the", "cat", "sat", "on", "the", "mat", "the", "cat", "didn't", "purr"].map(word),
      [0, 1, ..."a dog the dog barked at the cat".split(" ").map(word)],
      [0, 0, 1, 2, 2, 2, 2, 2, 2, 2],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    ]);
    expect(fitted).toMatchObject({ inputShape: null, outputShape: [10] });
  });

  it("take the words of a published index where one is given", () => {
    const vocabulary = ["cat", "dog", "the"];
    const fitted = fitPreparation([{ kind: "textIds", words: 6, length: 3 }], trainTexts, { vocabulary });
    expect(fitted.steps[0]).toMatchObject({ vocabulary: ["cat", "dog"] });
    expect(rowsOf(applyPreparation(fitted, textSamples(["The dog, cat"])).inputs)).toEqual([[2, 5, 4]]);
  });

  it("learn their words from the training part alone", () => {
    const fitted = fitPreparation([{ kind: "textCounts", words: 50 }], trainTexts);
    const [step] = fitted.steps;
    expect(step?.kind === "textCounts" && step.vocabulary).toEqual(Object.keys(golden.wordIndex));
  });
});
