/** The table of all data sets. */

import { checkOneOf } from "@tarea/core";
import type { DatasetCard, DatasetDefinition, DatasetName } from "./dataset.js";
import { fashionMnist } from "./sets/fashionMnist.js";
import { mnist } from "./sets/mnist.js";

const DEFINITIONS: Record<DatasetName, DatasetDefinition> = {
  mnist,
  "fashion-mnist": fashionMnist,
};

export const DATASET_NAMES = Object.keys(DEFINITIONS) as readonly DatasetName[];

/** The cards of all sets, in the order of the documentation. */
export function listDatasets(): readonly DatasetCard[] {
  return DATASET_NAMES.map((name) => DEFINITIONS[name].card);
}

/** @throws TareaError that names the nearest set when there is none of this name. */
export function definitionOf(name: string): DatasetDefinition {
  return DEFINITIONS[checkOneOf("datasets", "data set", name, DATASET_NAMES)];
}
