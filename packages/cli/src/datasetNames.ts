/** Names of data sets as people type them. */

import { checkOneOf } from "@tarea/core";
import { DATASET_NAMES, type DatasetName } from "@tarea/datasets";

/** @throws TareaError that names the nearest set. */
export function checkName(name: string): DatasetName {
  return checkOneOf("tarea data", "data set", name, DATASET_NAMES);
}

/** `checkName` of each. */
export function checkNames(names: readonly string[]): DatasetName[] {
  return names.map(checkName);
}
