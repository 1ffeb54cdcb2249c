/** California housing: median house values of census block groups, with and without what was added for exercises in cleaning. */

import { defineCard, type Column, type DatasetCard, type DatasetDefinition } from "../dataset.js";
import { contentOf } from "../formats/contentOf.js";
import { parseCsv } from "../own/csv.js";
import { tableSamples } from "../own/tableSamples.js";
import { drawTable, type ColumnRecipe, type TableRecipe } from "../twins/tables.js";

const CSV_FILE = "housing.csv";
const TEXT_FILE = "cal_housing.data";
const PROXIMITY = "ocean_proximity";
const PROXIMITIES = ["<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"];

const TARGET = {
  name: "median_house_value",
  what: "median house value, cut off at 500,001",
  unit: "US dollars of 1990",
} as const;

const COLUMNS: readonly Column[] = [
  { name: "longitude", what: "longitude", unit: "degrees east" },
  { name: "latitude", what: "latitude", unit: "degrees north" },
  { name: "housing_median_age", what: "median age of the houses, cut off at 52", unit: "years" },
  { name: "total_rooms", what: "rooms in the block group" },
  { name: "total_bedrooms", what: "bedrooms in the block group" },
  { name: "population", what: "people in the block group" },
  { name: "households", what: "households in the block group" },
  { name: "median_income", what: "median income of the households, cut off at 15", unit: "10,000 US dollars of 1990" },
];

const shared = {
  citation: "R. K. Pace and R. Barry. Sparse spatial autoregressions. Statistics and Probability Letters 33, 291-297, 1997.",
  task: "regression",
  modality: "table",
  origin: "files",
  inputType: "float32",
  classNames: [],
  target: TARGET,
  split: { by: "seed", seed: 1, how: "4,128 of the 20,640 rows, a fifth, drawn by seed 1; the publisher has no test part." },
  counts: { train: 16512, test: 4128 },
  labelCounts: { train: [], test: [] },
  folder: "california_housing",
} as const satisfies Partial<DatasetCard>;

const FLAWS = [
  "Values are cut off at 500,001 dollars (965 rows have exactly that), ages at 52, incomes at 15.",
  "Totals belong to block groups of very different sizes: divide them by households before comparing.",
  "Neighbouring rows are neighbouring places: a random split lets a model look next door.",
];

const card = defineCard({
  ...shared,
  name: "california_housing",
  title: "California housing",
  description:
    "20,640 block groups of the census of 1990: where they are, how old, how large and how rich, and the median value of their houses. " +
    "207 numbers of bedrooms were taken out and the distance to the ocean added, for exercises in cleaning.",
  source: "Kelley Pace and Ronald Barry, in the StatLib archive; csv by Aurélien Géron: https://github.com/ageron/handson-ml2",
  licence: "Apache-2.0 (the csv); none stated for the original",
  inputShape: [9],
  columns: [
    ...COLUMNS.map((column): Column => (column.name === "total_bedrooms" ? { ...column, missing: "blank" } : column)),
    { name: PROXIMITY, what: "where it lies, as an id", categories: PROXIMITIES },
  ],
  files: [{ name: CSV_FILE, sizeBytes: 1423529, sha256: "8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e" }],
  mirrors: ["https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/"],
  knownFlaws: [
    "207 rows have no number of bedrooms: NaN in the samples. They were taken out at random, so real gaps may behave otherwise.",
    "The ids of ocean_proximity have no order: make them one-hot. Only five rows are ISLAND.",
    ...FLAWS,
  ],
});

const numericCard = defineCard({
  ...shared,
  name: "california_housing_numeric",
  title: "California housing, numeric",
  description:
    "20,640 block groups of the census of 1990, as published in 1997: eight numbers about each, none missing, and the median value of " +
    "their houses.",
  source: "Kelley Pace and Ronald Barry, in the StatLib archive",
  licence: "None stated",
  inputShape: [8],
  columns: COLUMNS,
  files: [{ name: TEXT_FILE, sizeBytes: 2071484, sha256: "a2b44dcc7e1c9091b43c4f458b25cbd1f7e8068d08edd26bc4703108d3fa6214" }],
  mirrors: [],
  knownFlaws: FLAWS,
});

const RECIPES: readonly ColumnRecipe[] = [
  { mean: -119.6, spread: 2, loads: [0.75, 0, 0, 0.6], min: -124.35, max: -114.31, digits: 2 },
  { mean: 35.6, spread: 2.1, loads: [0.35, 0, 0, -0.9], min: 32.54, max: 41.95, digits: 2 },
  { mean: 28.6, spread: 12.6, loads: [-0.35, -0.3], min: 1, max: 52, digits: 0 },
  { mean: 7.65, spread: 0.72, loads: [0.05, 0.93, 0.2], shape: "exponential", min: 2, max: 39320, digits: 0 },
  {
    mean: 6.08,
    spread: 0.7,
    loads: [0.05, 0.97],
    shape: "exponential",
    min: 1,
    max: 6445,
    digits: 0,
    missing: { probability: 0.01, as: NaN },
  },
  { mean: 7.05, spread: 0.72, loads: [-0.05, 0.9, -0.1], shape: "exponential", min: 3, max: 35682, digits: 0 },
  { mean: 6.0, spread: 0.7, loads: [0, 0.97], shape: "exponential", min: 1, max: 6082, digits: 0 },
  { mean: 1.26, spread: 0.45, loads: [-0.1, 0.05, 0.92], shape: "exponential", min: 0.4999, max: 15.0001, digits: 4 },
  {
    mean: 0,
    spread: 1,
    loads: [0.9, 0, 0, -0.2],
    steps: [
      [-2.3, 2],
      [-1.1, 3],
      [-0.7, 4],
      [0.5, 0],
      [Infinity, 1],
    ],
  },
];

export const californiaHousing: DatasetDefinition<typeof card> = {
  card,
  parse: (contents) => {
    const table = parseCsv(contentOf(contents, CSV_FILE), { file: CSV_FILE });
    const inputs = card.columns.map(({ name }) => name);
    const categories = new Map([[PROXIMITY, PROXIMITIES]]);
    return tableSamples(table, { task: "regression", label: TARGET.name, inputs, categories }).samples;
  },
  twinVersion: 1,
  twin: (part, count, seed) => drawTable({ ...twinRecipe(part, count, seed), recipes: RECIPES }),
};

export const californiaHousingNumeric: DatasetDefinition<typeof numericCard> = {
  card: numericCard,
  parse: (contents) => {
    const columnNames = [...COLUMNS, TARGET].map(({ name }) => name);
    const table = parseCsv(contentOf(contents, TEXT_FILE), { file: TEXT_FILE, columnNames });
    return tableSamples(table, { task: "regression", label: TARGET.name }).samples;
  },
  twinVersion: 1,
  twin: (part, count, seed) =>
    drawTable({ ...twinRecipe(part, count, seed), recipes: RECIPES.slice(0, 8).map(({ missing: _, ...recipe }) => recipe) }),
};

/** Hidden: distance from the ocean, size of the block group, income, place along the coast. */
function twinRecipe(part: string, count: number, seed: number): Omit<TableRecipe, "recipes"> {
  return {
    stream: `twin/california_housing/${part}`,
    count,
    seed,
    target: ([inland, size, income, coast], noise) => {
      const value =
        206000 -
        45000 * inland! +
        4000 * size! +
        68000 * income! +
        20000 * income! * income! -
        18000 * inland! * income! -
        12000 * coast! * coast! +
        38000 * noise;
      return 100 * Math.round(Math.min(500_000, Math.max(15_000, value)) / 100);
    },
  };
}
