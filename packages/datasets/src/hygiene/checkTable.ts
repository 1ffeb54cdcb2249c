/** A check as tables of text, for terminals and pages. */

import type { DatasetCheck } from "../checkDataset.js";
import type { DatasetInspection } from "./inspectDataset.js";
import type { PartCheck } from "./partFacts.js";

export interface CheckTable {
  title: string;
  /** The first row is the heading. */
  rows: string[][];
  /** Columns that hold numbers, to be aligned right. */
  right: number[];
}

type Facts = Pick<DatasetCheck | DatasetInspection, "train" | "test" | "duplicatesAcross" | "nearDuplicatesAcross">;

/**
 * What was found in the samples: facts about both parts, samples per class, and for tables the columns. None for a set whose files are not complete.
 */
export function checkTables({ train, test, duplicatesAcross, nearDuplicatesAcross }: Facts): CheckTable[] {
  if (train === null || test === null) return [];
  const parts = [train, test];
  const row = (title: string, text: (part: PartCheck) => string | null): string[][] => {
    const cells = parts.map(text);
    return cells.every((cell) => cell === null) ? [] : [[title, ...cells.map((cell) => cell ?? "")]];
  };
  const facts = [
    ["", "train", "test"],
    ...row("samples", ({ count }) => wholeText(count)),
    ...row("lowest value", ({ minimum }) => numberText(minimum)),
    ...row("highest value", ({ maximum }) => numberText(maximum)),
    ...row("mean", ({ mean }) => numberText(mean)),
    ...row("blanks", ({ blanks }) => (blanks === 0 ? null : wholeText(blanks))),
    ...row("largest class / smallest", ({ imbalance }) => (imbalance === null ? null : imbalance.toFixed(2))),
    ...row("order of labels", ({ labelOrder }) => labelOrder),
    ...row("words in a text, mean", ({ words }) => words && words.mean.toFixed(1)),
    ...row("words in the longest", ({ words }) => words && wholeText(words.longest)),
    ...row("constant inputs", ({ constantInputs }) => (constantInputs === null ? null : wholeText(constantInputs))),
    ...row("repeated within", ({ duplicates }) => wholeText(duplicates.count)),
    ...row("nearly repeated within", ({ nearDuplicates }) => nearDuplicates && wholeText(nearDuplicates.count)),
    ["also in train", "", duplicatesAcross === null ? "" : wholeText(duplicatesAcross.count)],
    ...(nearDuplicatesAcross === null ? [] : [["nearly in train", "", wholeText(nearDuplicatesAcross.count)]]),
  ];
  const classes = Object.keys(train.labels);
  const tables: CheckTable[] = [{ title: "Samples", rows: facts, right: [1, 2] }];
  if (classes.length > 0) {
    const rows = classes.map((name) => [name, ...parts.map(({ labels }) => wholeText(labels[name] ?? 0))]);
    tables.push({ title: "Samples per class", rows: [["class", "train", "test"], ...rows], right: [1, 2] });
  }
  if (train.columns.length > 0) tables.push(columnTable(train));
  return tables;
}

function columnTable({ columns }: PartCheck): CheckTable {
  const text = (value: number | null): string => (value === null ? "" : numberText(value));
  const rows = columns.map(({ name, minimum, mean, maximum, zeros, blanks, constant, zerosSeemMissing }) => [
    name,
    text(minimum),
    text(mean),
    text(maximum),
    wholeText(zeros),
    wholeText(blanks),
    constant ? "constant" : zerosSeemMissing ? "zeros seem missing" : "",
  ]);
  const heading = ["column", "lowest", "mean", "highest", "zeros", "blanks", "note"];
  return { title: "Columns of the training part", rows: [heading, ...rows], right: [1, 2, 3, 4, 5] };
}

function wholeText(value: number): string {
  return String(value);
}

/** Four significant digits. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
