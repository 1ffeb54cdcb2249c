/** The table of all data sets. */

import { checkOneOf } from "@tarea/core";
import type { Dataset, DatasetCard, DatasetDefinition } from "./dataset.js";
import { bostonHousing } from "./sets/bostonHousing.js";
import { californiaHousing, californiaHousingNumeric } from "./sets/californiaHousing.js";
import { cifar10 } from "./sets/cifar10.js";
import { cifar100, cifar100Coarse } from "./sets/cifar100.js";
import { fashionMnist } from "./sets/fashionMnist.js";
import { blobs, logisticMap, moons, spirals, xor } from "./sets/formulas.js";
import { imdb } from "./sets/imdb.js";
import { mnist } from "./sets/mnist.js";
import { pimaDiabetes } from "./sets/pimaDiabetes.js";

const DEFINITIONS = {
  mnist,
  "fashion-mnist": fashionMnist,
  cifar10,
  cifar100,
  cifar100_coarse: cifar100Coarse,
  imdb,
  boston_housing: bostonHousing,
  california_housing: californiaHousing,
  california_housing_numeric: californiaHousingNumeric,
  pima_diabetes: pimaDiabetes,
  xor,
  logistic_map: logisticMap,
  blobs,
  moons,
  spirals,
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
