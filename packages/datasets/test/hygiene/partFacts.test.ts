import { describe, expect, it } from "vitest";
import { checkTables, inspectDataset, type InspectedSet, type Samples } from "../../src/index.js";
import { columnFacts } from "../../src/hygiene/columnFacts.js";
import { labelOrder } from "../../src/hygiene/partFacts.js";

const { NaN: blank } = Number;

function table(rows: readonly (readonly number[])[], labels: readonly number[]): Samples {
  return {
    inputs: { dtype: "float32", shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) },
    labels: { dtype: "float32", shape: [labels.length], data: Float32Array.from(labels) },
  };
}

describe("the facts about columns", () => {
  const count = 40;
  const rows = Array.from({ length: count }, (_, i) => [
    // Like a blood pressure with five values missing; like a number of births; a constant; with blanks; a flag; a share with many zeros.
    i < 5 ? 0 : 60 + i,
    i % 14,
    7,
    i === 3 ? blank : i,
    i % 2,
    i < 30 ? 0 : 12.5 + i,
  ]);
  const names = ["pressure", "births", "constant", "gaps", "flag", "share"];
  const facts = columnFacts(table(rows, new Array<number>(count).fill(0)).inputs, names);

  it("suspect zeros that lie far from all other values, and no others", () => {
    expect(facts.filter((column) => column.zerosSeemMissing).map(({ name }) => name)).toEqual(["pressure"]);
    expect(facts[0]).toMatchObject({ zeros: 5, minimum: 0, maximum: 99 });
  });

  it("name what is constant and count blanks, which no statistic includes", () => {
    expect(facts.filter((column) => column.constant).map(({ name }) => name)).toEqual(["constant"]);
    expect(facts[3]).toMatchObject({ blanks: 1, minimum: 0, maximum: 39, mean: (780 - 3) / 39 });
  });

  it("know a column of blanks", () => {
    const [one] = columnFacts(table([[blank], [blank]], [0, 0]).inputs, ["empty"]);
    expect(one).toMatchObject({ minimum: null, mean: null, blanks: 2, constant: true, zerosSeemMissing: false });
  });
});

describe("the order of labels", () => {
  const labels = (values: number[]): Uint8Array => Uint8Array.from(values);
  it.each([
    ["sorted", Array.from({ length: 30 }, (_, i) => Math.floor(i / 10))],
    ["sorted", Array.from({ length: 30 }, (_, i) => 9 - Math.floor(i / 10))],
    ["grouped", Array.from({ length: 300 }, (_, i) => [2, 0, 1, 2][Math.floor(i / 75)]!)],
    ["mixed", Array.from({ length: 300 }, (_, i) => (i * i) % 7)],
    ["mixed", new Array<number>(30).fill(1)],
    ["mixed", [0, 0, 0, 1, 1, 1]],
  ])("is %s", (order, values) => {
    expect(labelOrder(labels(values))).toBe(order);
  });
});

describe("inspecting a table", () => {
  const train = table(
    Array.from({ length: 40 }, (_, i) => [i < 5 ? 0 : 60 + i, 3]),
    Array.from({ length: 40 }, (_, i) => i * 0.5),
  );
  const test = table(
    [
      [65, 3],
      [70, 3],
      [70, 3],
    ],
    [1, 2, 3],
  );
  const set: InspectedSet = {
    task: "regression",
    modality: "table",
    classNames: [],
    columnNames: ["pressure", "constant"],
    train,
    test,
  };

  it("tells people what to keep in mind, by what the card says where it says something", () => {
    const { notes, train: part, nearMethod } = inspectDataset(set);
    expect(notes).toEqual([
      "3 of the test part occur in the training part, too, 3 with another label.",
      "4 of the training part repeat an earlier one, 4 with another label.",
      "The labels of the training part are sorted: shuffle before splitting or batching.",
      "Constant in the training part: constant.",
      "pressure is 0 in 5 samples of the training part, far from all other values: missing?",
      "1 of the test part repeats an earlier one, 1 with another label.",
      "Constant in the test part: constant.",
    ]);
    expect(part).toMatchObject({ target: { minimum: 0, maximum: 19.5 }, labels: {}, imbalance: null, constantInputs: 1 });
    expect(nearMethod).toBeNull();
    const card = { counts: { train: 40, test: 3 }, columns: [{ name: "pressure", what: "Pressure", missing: "zero" as const }] };
    expect(inspectDataset(set, card).notes).toContain(
      "pressure is 0 in 5 samples of the training part, which stands for missing.",
    );
  });

  it("fits into tables of text", () => {
    const tables = checkTables(inspectDataset(set));
    expect(tables.map(({ title }) => title)).toEqual(["Samples", "Columns of the training part"]);
    for (const { rows } of tables) for (const row of rows) expect(row).toHaveLength(rows[0]!.length);
    expect(tables[0]!.rows).toContainEqual(["repeated within", "4", "1"]);
    expect(tables[1]!.rows[1]).toEqual(["pressure", "0", "71.75", "99", "5", "0", "zeros seem missing"]);
  });
});

it("counts classes, and says which have no sample", () => {
  const part = (labels: number[]): Samples => ({
    inputs: { dtype: "int32", shape: [labels.length, 1], data: Int32Array.from(labels.keys()) },
    labels: { dtype: "uint8", shape: [labels.length], data: Uint8Array.from(labels) },
    texts: labels.map((_, i) => `text number ${i} of ${labels.length}`),
  });
  const facts = inspectDataset({
    task: "classification",
    modality: "text",
    classNames: ["__proto__", "b"],
    columnNames: [],
    train: part([0, 1, 1, 1]),
    test: part([1]),
  });
  expect(Object.entries(facts.train.labels)).toEqual([
    ["__proto__", 1],
    ["b", 3],
  ]);
  expect(facts.train).toMatchObject({ imbalance: 3, words: { shortest: 5, longest: 5, mean: 5 }, constantInputs: null });
  expect(facts.notes).toContain("The largest class of the training part has 3.0 times the samples of the smallest.");
  expect(facts.notes).toContain("The test part has no sample of __proto__.");
});
