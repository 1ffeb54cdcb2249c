import { describe, expect, it } from "vitest";
import { ownDataset, parseCsv, parseJsonLines, tableSamples, type OwnDatasetOptions, type Table } from "../../src/index.js";
import { thrown } from "../support/thrown.js";

const csv = (text: string): Table => parseCsv(new TextEncoder().encode(text), { file: "a.csv" });
const table = csv("size,kind,price,class\n1,x,2.5,b\n2,y,3.5,a\n3,x,4.5,b\n4,y,5.5,a\n");

describe("samples of a table", () => {
  it("join the input columns and number the classes in order", () => {
    const { samples, classNames, columnNames } = tableSamples(table, {
      task: "classification",
      label: "class",
      inputs: ["price", "size"],
    });
    expect({ classNames, columnNames }).toEqual({ classNames: ["a", "b"], columnNames: ["price", "size"] });
    expect(samples.inputs).toEqual({ dtype: "float32", shape: [4, 2], data: Float32Array.of(2.5, 1, 3.5, 2, 4.5, 3, 5.5, 4) });
    expect(samples.labels).toEqual({ dtype: "uint8", shape: [4], data: Uint8Array.of(1, 0, 1, 0) });
  });

  it("turn texts into ids where categories ask for it, and lists into columns", () => {
    const made = tableSamples(table, {
      task: "regression",
      label: "price",
      inputs: ["kind"],
      categories: new Map([["kind", "sorted"]]),
    });
    expect([...made.samples.inputs.data]).toEqual([0, 1, 0, 1]);
    expect([...made.categories]).toEqual([["kind", ["x", "y"]]]);
    const lists = parseJsonLines(new TextEncoder().encode('{"l":[1,2],"y":10}\n{"l":[3,4],"y":2}\n'), { file: "a.jsonl" });
    const { samples, columnNames, classNames } = tableSamples(lists, { task: "classification", label: "y" });
    expect(columnNames).toEqual(["l[0]", "l[1]"]);
    expect([...samples.inputs.data]).toEqual([1, 2, 3, 4]);
    expect([classNames, [...samples.labels.data]]).toEqual([
      ["2", "10"],
      [1, 0],
    ]);
  });

  it("number more than 256 classes as int32", () => {
    const many = csv(`a,y\n${Array.from({ length: 300 }, (_, i) => `${i},${i}`).join("\n")}\n`);
    expect(tableSamples(many, { task: "classification", label: "y" }).samples.labels.dtype).toBe("int32");
  });

  it("refuse columns that are not there or not numbers, and labels that are no classes", () => {
    const classification = { task: "classification", label: "class" } as const;
    expect(thrown(() => tableSamples(table, { ...classification, label: "clas" })).hint).toBe('Did you mean "class"?');
    expect(thrown(() => tableSamples(table, classification)).problem).toBe('the input column "kind" holds texts');
    const inputs = ["size"];
    expect(thrown(() => tableSamples(table, { ...classification, inputs, classNames: ["a"] }))).toMatchObject({
      received: '"b"',
      expected: 'one of "a"',
    });
    expect(thrown(() => tableSamples(table, { ...classification, inputs, label: "price" })).expected).toBe("whole numbers");
    expect(thrown(() => tableSamples(table, { task: "regression", label: "class", inputs })).problem).toContain(
      "no numbers to predict",
    );
    expect(thrown(() => tableSamples(csv("a,y\n1,\n2,3\n"), { task: "regression", label: "y" })).problem).toContain("row 0");
    expect(thrown(() => tableSamples(csv("a,y\n1,0\n2,\n"), { task: "classification", label: "y" })).received).toBe("NaN");
    expect(thrown(() => tableSamples(csv("a,y\n16777217,0\n"), { task: "classification", label: "y" })).problem).toContain(
      "rounded",
    );
    expect(thrown(() => tableSamples(table, { ...classification, inputs: [] })).problem).toContain("no input columns");
  });
});

describe("a data set of one's own", () => {
  const { samples, classNames, columnNames } = tableSamples(table, {
    task: "classification",
    label: "class",
    inputs: ["size", "price"],
  });
  const options: OwnDatasetOptions = {
    name: "mine",
    task: "classification",
    modality: "table",
    samples,
    split: { testCount: 2, seed: 1 },
    classNames,
    columnNames,
    source: "Made for this test.",
  };

  it("is split by a seed, class by class, and has the fingerprint of its samples", () => {
    const set = ownDataset(options);
    expect(set).toMatchObject({ name: "mine", title: "mine", inputShape: [2], columnNames: ["size", "price"], synthetic: false });
    expect(new Set(set.test.labels.data)).toEqual(new Set([0, 1]));
    expect(ownDataset(options).fingerprint).toBe(set.fingerprint);
    const others = [
      { split: { testCount: 2, seed: 2 } },
      { classNames: ["a", "c"] },
      { samples: { ...samples, texts: ["1", "2", "3", "4"] } },
    ];
    const prints = others.map((change) => ownDataset({ ...options, ...change }).fingerprint);
    expect(new Set([set.fingerprint, ...prints]).size).toBe(4);
  });

  it("refuses parts that do not fit each other", () => {
    const refused = (change: Partial<OwnDatasetOptions>): string => thrown(() => ownDataset({ ...options, ...change })).problem;
    expect(refused({ name: "../x" })).toContain("name must be");
    expect(refused({ source: " " })).toContain("source must say");
    expect(refused({ classNames: undefined })).toBe("classification needs classNames");
    expect(refused({ task: "regression" })).toBe("regression has no classNames");
    expect(refused({ split: undefined })).toContain("need a split");
    expect(refused({ samples: { train: samples, test: samples } })).toContain("need no split");
    expect(refused({ split: { testCount: 4, seed: 1 } })).toContain("testCount");
    expect(refused({ classNames: ["a"] })).toContain("whole numbers from 0 to 0");
    expect(refused({ columnNames: ["size"] })).toContain("every input column");
    const labels = { dtype: "uint8", shape: [3], data: new Uint8Array(3) } as const;
    expect(refused({ split: undefined, samples: { train: { ...samples, labels }, test: samples } })).toContain(
      "labels must be [4]",
    );
  });
});
