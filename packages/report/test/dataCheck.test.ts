import { describe, expect, it } from "vitest";
import { checkedData } from "../src/index.js";

const column = { name: "glucose", zeros: 4, blanks: 0, constant: false, zerosSeemMissing: true };
const part = {
  count: 614,
  imbalance: 1.869,
  labelOrder: "mixed",
  minimum: 0,
  maximum: 846.5,
  duplicates: { count: 3 },
  nearDuplicates: null,
  columns: [column, { ...column, name: "age", zeros: 0, blanks: 2, constant: true, zerosSeemMissing: false }],
};
const pima = {
  name: "pima_diabetes",
  title: "Pima diabetes",
  synthetic: false,
  fingerprint: "ab",
  repeated: 4,
  train: part,
  test: { ...part, count: 154, duplicates: { count: 0 } },
  duplicatesAcross: { count: 1 },
  nearDuplicatesAcross: null,
};
const reviews = {
  ...pima,
  name: "imdb",
  train: { ...part, labelOrder: "sorted", nearDuplicates: { count: 23 }, count: 25_000 },
  test: { ...part, nearDuplicates: { count: 20 } },
  nearDuplicatesAcross: { count: 1 },
};

describe("a data check in a report", () => {
  it("has a row for each fact, in the page's language", () => {
    const { rows, zeroColumns, blankColumns, constantColumns, sortedLabels } = checkedData([pima], undefined, "en");
    expect(rows).toEqual([
      { what: "Samples", train: "614", test: "154" },
      { what: "Values", train: "0 – 846.50", test: "0 – 846.50" },
      { what: "Largest class / smallest", train: "1.87", test: "1.87" },
      { what: "Repeat an earlier sample", train: "3", test: "0" },
      { what: "Also in the training part", train: "", test: "1" },
    ]);
    expect({ zeroColumns, blankColumns, constantColumns, sortedLabels }).toEqual({
      zeroColumns: [{ name: "glucose", zeros: "4" }],
      blankColumns: [{ name: "age", blanks: "2" }],
      constantColumns: ["age"],
      sortedLabels: false,
    });
    expect(checkedData(pima, "pima_diabetes", "es").rows[2]).toEqual({
      what: "Clase mayor / menor",
      train: "1,87",
      test: "1,87",
    });
  });

  it("shows near duplicates where they were looked for, and picks a set by its name", () => {
    const { rows, sortedLabels } = checkedData([pima, reviews], "imdb", "en");
    expect(rows).toContainEqual({ what: "Nearly repeat an earlier one", train: "23", test: "20" });
    expect(rows).toContainEqual({ what: "Nearly in the training part", train: "", test: "1" });
    expect(sortedLabels).toBe(true);
  });

  it.each([
    [[pima, reviews], undefined, "name must say which of several sets is meant. There are pima_diabetes, imdb."],
    [[pima, reviews], "imdc", 'Did you mean "imdb"?'],
    [{ rows: [] }, undefined, "this is not what `tarea data check --json` prints"],
    [null, undefined, "this is not what"],
    [[{ ...pima, train: null, test: null }], undefined, "Run `tarea data fetch pima_diabetes`, then check again."],
  ])("refuses what it cannot show", (checks, name, message) => {
    expect(() => checkedData(checks, name, "en")).toThrow(message);
  });
});
