import { describe, expect, test } from "vitest";
import {
  accuracy,
  classificationReport,
  classificationReportText,
  confusionMatrix,
  f1,
  macroAverage,
  precision,
  recall,
  support,
  weightedAverage,
  type Normalization,
} from "../src/index.js";
import { goldenCases, withNaN } from "./golden.js";

interface Case {
  name: string;
  true: number[];
  predicted: number[];
  classNames: string[];
  zeroDivision: number | null;
  labels: number[] | null;
  digits: number;
  accuracy: number;
  perClass: (number | null)[][];
  micro: (number | null)[];
  macro: (number | null)[];
  weighted: (number | null)[];
  matrices: Record<"counts" | Normalization, number[][]> | null;
  text: string;
}

const GOLDEN = goldenCases<Case>("classification.json");

// Equal to the last bit: sums are added in NumPy's order.
describe.each(GOLDEN)("as scikit-learn: $name", (golden) => {
  const options = { classes: golden.classNames, zeroDivision: golden.zeroDivision ?? Number.NaN };
  const report = classificationReport(golden.true, golden.predicted, { ...options, labels: golden.labels ?? undefined });

  test("the report holds its scores", () => {
    const columns = (["precision", "recall", "f1", "support"] as const).map((name) =>
      report.classes.map((scores) => scores[name]),
    );
    expect(columns).toEqual(golden.perClass.map(withNaN));
    for (const [ours, theirs] of [
      [report.microAverage, golden.micro],
      [report.macroAverage, golden.macro],
      [report.weightedAverage, golden.weighted],
    ] as const) {
      expect([ours.precision, ours.recall, ours.f1]).toEqual(withNaN(theirs));
    }
  });

  test("the text is its text", () => {
    // Where no sample is right, scikit-learn's counts turn into floats and print as 2.0; ours stay 2.
    const text = golden.accuracy > 0 ? golden.text : golden.text.replace(/ (\d+)\.0$/gm, "   $1");
    expect(classificationReportText(report, { digits: golden.digits })).toBe(text);
  });

  test("the single functions give the same numbers", () => {
    expect(accuracy(golden.true, golden.predicted)).toBe(golden.accuracy);
    if (golden.labels !== null) return;
    expect(report.accuracy).toBe(golden.accuracy);
    const scores = [precision, recall, f1].map((metric) => metric(golden.true, golden.predicted, options));
    const counts = support(golden.true, { classes: golden.classNames });
    expect([...scores, counts]).toEqual(golden.perClass.map(withNaN));
    expect(scores.map(macroAverage)).toEqual(withNaN(golden.macro));
    expect(scores.map((values) => weightedAverage(values, counts))).toEqual(withNaN(golden.weighted));
  });
});

test.each(GOLDEN.flatMap((golden) => (golden.matrices ? [{ ...golden, matrices: golden.matrices }] : [])))(
  "the confusion matrix is scikit-learn's: $name",
  ({ matrices: { counts, ...normalized }, ...golden }) => {
    const ours = confusionMatrix(golden.true, golden.predicted, { classes: golden.classNames });
    expect(ours).toEqual({ classNames: golden.classNames, samples: golden.true.length, normalize: null, counts, values: counts });
    for (const [normalize, values] of Object.entries(normalized) as [Normalization, number[][]][]) {
      expect(confusionMatrix(golden.true, golden.predicted, { classes: golden.classNames, normalize })).toEqual({
        ...ours,
        normalize,
        values,
      });
    }
  },
);

test("typed arrays and arrays, names and counts give the same", () => {
  const labels = [0, 2, 1, 2];
  const predictions = [0, 1, 1, 2];
  const typed = classificationReport(Uint8Array.from(labels), Int32Array.from(predictions), { classes: 3 });
  expect(typed).toEqual(classificationReport(labels, predictions, { classes: ["0", "1", "2"] }));
});

test("accuracy is null when the chosen classes leave out one that occurs", () => {
  expect(classificationReport([0, 1], [0, 1], { classes: 2, labels: [0] }).accuracy).toBeNull();
  expect(classificationReport([0, 1], [0, 1], { classes: 3, labels: [1, 0] }).accuracy).toBe(1);
});

describe("bad input", () => {
  const valid = { classes: 3 };
  const callers: [string, (labels: number[], predictions: number[]) => unknown][] = [
    ["accuracy", (labels, predictions) => accuracy(labels, predictions)],
    ["confusionMatrix", (labels, predictions) => confusionMatrix(labels, predictions, valid)],
    ["precision", (labels, predictions) => precision(labels, predictions, valid)],
    ["recall", (labels, predictions) => recall(labels, predictions, valid)],
    ["f1", (labels, predictions) => f1(labels, predictions, valid)],
    ["classificationReport", (labels, predictions) => classificationReport(labels, predictions, valid)],
  ];

  test.each(callers)("%s refuses lists that are empty, unequal or hold no class ids", (name, call) => {
    expect(() => call([], [])).toThrow(`${name}: labels must not be empty.`);
    expect(() => call([0], [0, 1])).toThrow(
      `${name}: labels and predictions must be equally long, expected 1 predictions, got 2.`,
    );
    for (const id of [Number.NaN, -1, 0.5, Infinity]) {
      expect(() => call([0, id], [0, 0])).toThrow(`${name}: labels[1] must be a class id`);
      expect(() => call([0, 0], [id, 0])).toThrow(`${name}: predictions[0] must be a class id`);
    }
    expect(() => call("01" as unknown as number[], [0, 0])).toThrow(
      `${name}: labels must be an array or a typed array of class ids, got "01".`,
    );
  });

  test("an id outside the classes is named with its place", () => {
    expect(() => precision([0, 3], [0, 0], { classes: 3 })).toThrow(
      "precision: labels[1] must be a class id, expected a whole number from 0 to 2, got 3.",
    );
    expect(() => support([3], { classes: 3 })).toThrow("support: labels[0] must be a class id");
  });

  test.each([0, 1.5, 5000, [], [1, 2], null, "abc"])("classes cannot be %j", (classes) => {
    expect(() => confusionMatrix([0], [0], { classes: classes as number })).toThrow("confusionMatrix: classes must be");
  });

  test("unknown options and values name what is allowed", () => {
    const options = { classes: 2, normalise: "true" };
    expect(() => confusionMatrix([0], [0], options)).toThrow(
      'unknown option "normalise", expected one of classes, normalize. Did you mean "normalize"?',
    );
    expect(() => confusionMatrix([0], [0], { classes: 2, normalize: "pred" as "true" })).toThrow("unknown normalize");
    expect(() => recall([0], [0], { classes: 2, zeroDivision: 0.5 })).toThrow(
      "recall: zeroDivision must be 0, 1 or NaN, got 0.5.",
    );
  });

  test.each([[[]], [[0, 0]], [[2]], [[0.5]]])("the report's labels cannot be %j", (labels) => {
    expect(() => classificationReport([0], [0], { classes: 2, labels })).toThrow(
      "classificationReport: labels must name different classes",
    );
  });

  test("averages refuse lists that do not fit", () => {
    expect(() => macroAverage([])).toThrow("macroAverage: scores must not be empty.");
    expect(() => weightedAverage([1], [1, 2])).toThrow(
      "weightedAverage: there must be one support for each score, expected 1, got 2.",
    );
    expect(() => weightedAverage([1, 1], [1, -1])).toThrow("weightedAverage: support[1] must be at least 0, got -1.");
  });

  test("the text's digits are a whole number", () => {
    const report = classificationReport([0], [0], { classes: 1 });
    expect(() => classificationReportText(report, { digits: -1 })).toThrow("digits must be an integer of at least 0");
  });
});
