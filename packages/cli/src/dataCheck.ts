/** `tarea data check`: what was found in the files and samples of data sets, as tables or as JSON. */

import { DATASET_NAMES, checkDataset, checkTables, type DatasetCheck } from "@tarea/datasets";
import { checkNames } from "./datasetNames.js";
import { note, printJson, printTable } from "./output.js";

export async function checkAll(names: string[], { synthetic, json }: { synthetic?: boolean; json?: boolean }): Promise<void> {
  const checks: DatasetCheck[] = [];
  for (const name of names.length > 0 ? checkNames(names) : DATASET_NAMES) {
    const check = await checkDataset(name, { offline: true, log: note, ...(synthetic && { source: "synthetic" }) });
    if (json) checks.push(check);
    else printCheck(check);
  }
  if (json) printJson(checks);
}

function printCheck(check: DatasetCheck): void {
  print(
    `${check.title}: ${check.ok ? (check.synthetic ? "the synthetic twin" : "as it should be") : "not as it should be"}${check.folder ? `, in ${check.folder}` : ""}`,
  );
  for (const file of check.files) print(`  ${file.ok ? "ok     " : file.found ? "wrong  " : "missing"}  ${file.name}`);
  for (const problem of check.problems) print(`  problem: ${problem}`);
  for (const { title, rows, right } of checkTables(check)) {
    print("");
    print(title);
    printTable(rows, right);
  }
  if (check.notes.length > 0) print("\nTo keep in mind");
  for (const sentence of check.notes) print(`- ${sentence}`);
  print("");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
