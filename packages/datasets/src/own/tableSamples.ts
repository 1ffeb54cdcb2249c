/** Makes samples of a table's columns. */

import { TareaError, checkKnownOptions, checkOneOf, show, type NumericArray } from "@tarea/core";
import type { Samples, Task } from "../dataset.js";
import { columnOf, type Table, type TableColumn } from "./table.js";

export interface TableSamplesOptions {
  task: Task;
  /** The column of the labels. */
  label: string;
  /** The input columns, in order; default all others, in the file's order. */
  inputs?: readonly string[] | undefined;
  /**
   * Names of the classes. Labels that are texts must be among them; labels that are numbers are ids into them. Default: the labels that
   * occur, sorted (numbers by size, texts by their characters' codes).
   */
  classNames?: readonly string[] | undefined;
  /** Input columns of texts that become ids: the list that the ids point into, or `"sorted"` for the texts that occur. */
  categories?: ReadonlyMap<string, readonly string[] | "sorted"> | undefined;
}

export interface TableSamples {
  /** Inputs float32 `[N, columns]`; labels as in `Samples`. */
  samples: Samples;
  /** Empty for regression. */
  classNames: readonly string[];
  /** Columns of the inputs; a list column of length n gives n columns `name[0]` to `name[n - 1]`. */
  columnNames: readonly string[];
  /** Of each input column of ids, what the ids stand for. */
  categories: ReadonlyMap<string, readonly string[]>;
}

const MAX_EXACT = 2 ** 24;

/**
 * Joins columns to inputs and labels.
 *
 * @throws TareaError for a column that is not there, an input of texts without `categories`, a blank label, and numbers that float32
 * would round.
 * @example
 * const { samples, classNames } = tableSamples(await readCsv("iris.csv"), { task: "classification", label: "species" });
 */
export function tableSamples(table: Table, options: TableSamplesOptions): TableSamples {
  const where = "tableSamples";
  checkKnownOptions(where, options, ["task", "label", "inputs", "classNames", "categories"]);
  checkOneOf(where, "task", options.task, ["classification", "regression"]);
  const { labels, classNames } = readLabels(table, options);
  const names = options.inputs ?? [...table.columns.keys()].filter((name) => name !== options.label);
  const categories = new Map<string, readonly string[]>();
  const parts = names.map((name) => {
    const column = columnOf(table, name);
    if (column.kind === "numbers") return { name, values: column.values };
    const wanted = options.categories?.get(name);
    if (wanted === undefined) throw textInput(table.file, name);
    const known = wanted === "sorted" ? sortedTexts(column.values) : wanted;
    categories.set(name, known);
    return { name, values: idsOf(column.values, known, table.file, name) };
  });
  const { inputs, columnNames } = join(parts, table);
  return { samples: { inputs, labels }, classNames, columnNames, categories };
}

function join(
  parts: readonly { name: string; values: NumericArray }[],
  { rows, file }: Table,
): { inputs: NumericArray<"float32">; columnNames: string[] } {
  const widths = parts.map(({ values }) => values.shape[1] ?? 1);
  const width = widths.reduce((sum, each) => sum + each, 0);
  if (width === 0) throw dataError(file, "there are no input columns", "none", "at least one");
  const data = new Float32Array(rows * width);
  let first = 0;
  for (const [p, { name, values }] of parts.entries()) {
    const own = widths[p]!;
    for (let i = 0; i < values.data.length; i++) {
      const value = values.data[i]!;
      if (values.dtype === "int32" && Math.abs(value) > MAX_EXACT && Math.fround(value) !== value)
        throw dataError(
          file,
          `row ${Math.floor(i / own)} of column ${JSON.stringify(name)} would be rounded to float32`,
          String(value),
          `at most ${MAX_EXACT}`,
        );
      data[Math.floor(i / own) * width + first + (i % own)] = value;
    }
    first += own;
  }
  const columnNames = parts.flatMap(({ name, values }, p) =>
    values.shape.length > 1 ? Array.from({ length: widths[p]! }, (_, i) => `${name}[${i}]`) : [name],
  );
  return { inputs: { dtype: "float32", shape: [rows, width], data }, columnNames };
}

function readLabels(
  table: Table,
  { task, label, classNames }: TableSamplesOptions,
): { labels: NumericArray; classNames: readonly string[] } {
  const column = columnOf(table, label);
  const { file } = table;
  if (task === "regression") return { labels: targets(column, file, label), classNames: [] };
  if (column.kind === "texts") {
    const known = classNames ?? sortedTexts(column.values);
    return { labels: idsOf(column.values, known, file, label), classNames: known };
  }
  const { data, shape } = column.values;
  const wrong = data.findIndex(
    (value) => !Number.isInteger(value) || (classNames !== undefined && !(value >= 0 && value < classNames.length)),
  );
  if (shape.length !== 1 || wrong >= 0) {
    const expected = classNames ? `whole numbers from 0 to ${classNames.length - 1}` : "whole numbers";
    throw dataError(
      file,
      `row ${Math.max(0, wrong)} of column ${JSON.stringify(label)} is no class`,
      show(data[Math.max(0, wrong)]),
      expected,
    );
  }
  if (classNames) return { labels: compactIds(Int32Array.from(data), classNames.length), classNames };
  const known = [...new Set(data)].toSorted((a, b) => a - b);
  const idOf = new Map(known.map((value, id) => [value, id]));
  return {
    labels: compactIds(
      Int32Array.from(data, (value) => idOf.get(value)!),
      known.length,
    ),
    classNames: known.map(String),
  };
}

function targets(column: TableColumn, file: string, label: string): NumericArray<"float32"> {
  if (column.kind === "texts" || column.values.shape.length !== 1)
    throw dataError(file, `column ${JSON.stringify(label)} has no numbers to predict`, column.kind, "one number in each row");
  const data = Float32Array.from(column.values.data);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw dataError(
      file,
      `row ${wrong} of column ${JSON.stringify(label)} has no number to predict`,
      String(data[wrong]),
      "a number",
    );
  return { dtype: "float32", shape: [data.length], data };
}

/** Ids of texts in a list of them. */
function idsOf(values: readonly string[], known: readonly string[], file: string, name: string): NumericArray<"uint8" | "int32"> {
  const idOf = new Map(known.map((text, id) => [text, id]));
  const ids = Int32Array.from(values, (value) => idOf.get(value) ?? -1);
  const wrong = ids.indexOf(-1);
  if (wrong >= 0) {
    const expected = `one of ${known
      .slice(0, 20)
      .map((text) => JSON.stringify(text))
      .join(", ")}${known.length > 20 ? ", …" : ""}`;
    throw dataError(file, `row ${wrong} of ${JSON.stringify(name)} is none of the classes`, show(values[wrong]), expected);
  }
  return compactIds(ids, known.length);
}

function compactIds(ids: Int32Array, classes: number): NumericArray<"uint8" | "int32"> {
  const shape = [ids.length];
  return classes <= 256 ? { dtype: "uint8", shape, data: Uint8Array.from(ids) } : { dtype: "int32", shape, data: ids };
}

function sortedTexts(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));
}

function textInput(file: string, name: string): TareaError {
  return new TareaError({
    code: "format",
    where: file,
    problem: `the input column ${JSON.stringify(name)} holds texts`,
    expected: "numbers",
    received: "texts",
    hint: "Leave it out of `inputs`, or name it in `categories` to have ids.",
    file,
  });
}

function dataError(file: string, problem: string, received: string, expected: string): TareaError {
  return new TareaError({ code: "format", where: file, problem, received, expected, file });
}
