/** The findings of an inspection as sentences. */

import type { Column } from "../dataset.js";
import type { DuplicateCheck } from "./duplicates.js";
import type { DatasetInspection } from "./inspectDataset.js";
import type { PartCheck } from "./partFacts.js";

/** Classes further apart than this are worth a sentence. */
const NOTEWORTHY_IMBALANCE = 1.5;

export function notesOn(facts: Omit<DatasetInspection, "notes">, columns: readonly Column[]): string[] {
  const { duplicatesAcross, nearDuplicatesAcross } = facts;
  return [
    ...repeated(
      duplicatesAcross,
      (count) => `${count} of the test part ${verb(count, "occurs", "occur")} in the training part, too`,
    ),
    ...repeated(
      nearDuplicatesAcross,
      (count) => `${count} of the test part nearly ${verb(count, "repeats", "repeat")} one of the training part`,
    ),
    ...(["train", "test"] as const).flatMap((name) => partNotes(name === "train" ? "training" : "test", facts[name], columns)),
  ];
}

function partNotes(name: string, part: PartCheck, columns: readonly Column[]): string[] {
  const notes = [
    ...repeated(part.duplicates, (count) => `${count} of the ${name} part ${verb(count, "repeats", "repeat")} an earlier one`),
    ...repeated(
      part.nearDuplicates,
      (count) => `${count} of the ${name} part nearly ${verb(count, "repeats", "repeat")} an earlier one`,
    ),
  ];
  const empty = Object.keys(part.labels).filter((className) => part.labels[className] === 0);
  if (empty.length > 0) notes.push(`The ${name} part has no sample of ${listed(empty)}.`);
  else if (part.imbalance !== null && part.imbalance > NOTEWORTHY_IMBALANCE) {
    notes.push(`The largest class of the ${name} part has ${part.imbalance.toFixed(1)} times the samples of the smallest.`);
  }
  if (part.labelOrder !== "mixed") {
    notes.push(
      `The labels of the ${name} part are ${part.labelOrder === "sorted" ? "sorted" : "grouped"}: shuffle before splitting or batching.`,
    );
  }
  const constant = part.columns.filter((column) => column.constant).map((column) => column.name);
  if (constant.length > 0) notes.push(`Constant in the ${name} part: ${listed(constant)}.`);
  for (const { name: column, zeros, blanks, zerosSeemMissing } of part.columns) {
    const declared = columns.find((one) => one.name === column)?.missing;
    const samples = (count: number): string => `${count} ${verb(count, "sample", "samples")} of the ${name} part`;
    if (blanks > 0) notes.push(`${column} is blank in ${samples(blanks)}.`);
    if (zeros === 0) continue;
    if (declared === "zero") notes.push(`${column} is 0 in ${samples(zeros)}, which stands for missing.`);
    else if (zerosSeemMissing) notes.push(`${column} is 0 in ${samples(zeros)}, far from all other values: missing?`);
  }
  return notes;
}

function repeated(check: DuplicateCheck | null, sentence: (count: number) => string): string[] {
  if (check === null || check.count === 0) return [];
  const { count, conflicting } = check;
  return [`${sentence(count)}${conflicting === 0 ? "" : `, ${conflicting} with another label`}.`];
}

/** The word that fits the number. */
function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** Up to ten names. */
function listed(names: readonly string[]): string {
  return names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
}
