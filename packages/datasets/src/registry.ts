/** The table of all data sets. */

import { checkOneOf } from "@tarea/core";
import type { Dataset, DatasetCard, DatasetDefinition } from "./dataset.js";
import { fashionMnist } from "./sets/fashionMnist.js";
import { mnist } from "./sets/mnist.js";

const DEFINITIONS = {
  mnist,
  "fashion-mnist": fashionMnist,
} as const satisfies Record<string, DatasetDefinition>;

export type DatasetName = keyof typeof DEFINITIONS;

/** The data set `Name` with its task, shape, class names and type of input, as the compiler knows them. */
export type DatasetOf<Name extends DatasetName> =
  (typeof DEFINITIONS)[Name]["card"] extends DatasetCard<infer N, infer T, infer Shape, infer Classes, infer Inputs>
    ? Dataset<N, T, Shape, Classes, Inputs>
    : never;

export const DATASET_NAMES = Object.keys(DEFINITIONS) as readonly DatasetName[];

/** The cards of all sets, in the order of the documentation. */
export function listDatasets(): readonly DatasetCard<DatasetName>[] {
  return DATASET_NAMES.map((name) => DEFINITIONS[name].card);
}

/** @throws TareaError that names the nearest set when there is none of this name. */
export function definitionOf(name: string): DatasetDefinition<DatasetCard<DatasetName>> {
  return DEFINITIONS[checkOneOf("datasets", "data set", name, DATASET_NAMES)];
}
