/** Boston housing: median house values of census tracts, kept for old exercises and not to be used for new ones. */

import { defineCard, type Column, type DatasetDefinition, type FileContents, type Samples } from "../dataset.js";
import { contentOf } from "../formats/contentOf.js";
import { formatError } from "../formats/formatError.js";
import { parseNpz } from "../formats/npz.js";
import { parseCsv } from "../own/csv.js";
import { tableSamples } from "../own/tableSamples.js";
import { drawTable, type ColumnRecipe } from "../twins/tables.js";

const TARGET = {
  name: "MEDV",
  what: "median value of owner-occupied homes, cut off at 50",
  unit: "1,000 US dollars of 1970",
} as const;

const COLUMNS: readonly Column[] = [
  { name: "CRIM", what: "crimes per person" },
  { name: "ZN", what: "share of residential land zoned for large lots", unit: "%" },
  { name: "INDUS", what: "share of land for non-retail business", unit: "%" },
  { name: "CHAS", what: "1 where the tract bounds the Charles River" },
  { name: "NOX", what: "nitric oxides", unit: "parts per 10 million" },
  { name: "RM", what: "mean number of rooms" },
  { name: "AGE", what: "share of owner-occupied homes built before 1940", unit: "%" },
  { name: "DIS", what: "weighted distance to five employment centres" },
  { name: "RAD", what: "index of access to radial highways" },
  { name: "TAX", what: "property tax per 10,000 dollars", unit: "US dollars" },
  { name: "PTRATIO", what: "pupils per teacher" },
  { name: "B", what: "1000 (b - 0.63) squared, where b is the share of Black residents: objectionable, see the known flaws" },
  { name: "LSTAT", what: "share of residents of lower status, as the authors called it", unit: "%" },
];

const NPZ_FILE = "boston_housing.npz";
const TEXT_FILE = "housing.data";

const card = defineCard({
  name: "boston_housing",
  title: "Boston housing",
  description:
    "506 census tracts of Boston in 1970: 13 facts about each and the median value of its homes. Made to measure how much people would " +
    "pay for clean air. Objectionable (see the known flaws): take California housing for anything new.",
  source: "David Harrison and Daniel L. Rubinfeld, in the StatLib archive; the npz file is the one that Keras hands out",
  licence: "None stated",
  citation:
    "D. Harrison and D. L. Rubinfeld. Hedonic housing prices and the demand for clean air. Journal of Environmental Economics and Management 5, 81-102, 1978.",
  task: "regression",
  modality: "table",
  origin: "files",
  inputShape: [13],
  inputType: "float32",
  classNames: [],
  columns: COLUMNS,
  target: TARGET,
  split: {
    by: "seed",
    seed: 1,
    how: "102 of the 506 rows, a fifth, drawn by seed 1; the publisher has no test part. Not Keras's split.",
  },
  counts: { train: 404, test: 102 },
  labelCounts: { train: [], test: [] },
  files: [{ name: NPZ_FILE, sizeBytes: 57026, sha256: "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5" }],
  mirrors: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/"],
  otherForms: [
    {
      what: "the text file of StatLib and UCI",
      files: [{ name: TEXT_FILE, sizeBytes: 49081, sha256: "e3e36f7b9e5435f9eb8320e106aebad00031fefa3064527da0c71dec59e49b76" }],
      mirrors: [],
    },
  ],
  knownFlaws: [
    "The column B encodes the share of Black residents by a formula that assumes that racial segregation raises house prices. It is ethically " +
      "objectionable, scikit-learn removed the set for it, and the formula cannot be undone. Leave B out, and do not use the set for anything new.",
    "Values are cut off at 50: 16 tracts have exactly that.",
    "Some coordinates and values of the original were wrong and were corrected later (Gilley and Pace, 1996); this is the original.",
  ],
});

/** Seven tracts of a hundred bound the river. */
const RIVER = [
  [1.5, 0],
  [Infinity, 1],
] as const;

const RECIPES: readonly ColumnRecipe[] = [
  { mean: -0.8, spread: 2.1, loads: [0.9, 0.1, 0.1], shape: "exponential", digits: 5 },
  { mean: 8, spread: 24, loads: [-0.5, 0.3, 0.2], min: 0, max: 100, digits: 1 },
  { mean: 11, spread: 6.8, loads: [0.8, -0.2, 0.1], min: 0.5, max: 27, digits: 2 },
  { mean: 0, spread: 1, loads: [0, 0.1, 0.1], steps: RIVER },
  { mean: 0.55, spread: 0.115, loads: [0.85, -0.1, 0.2], min: 0.38, max: 0.9, digits: 3 },
  { mean: 6.28, spread: 0.7, loads: [-0.1, 0.85, 0.1], min: 3.5, max: 8.8, digits: 3 },
  { mean: 70, spread: 28, loads: [0.7, -0.2, 0.3], min: 2, max: 100, digits: 1 },
  { mean: 3.8, spread: 2.1, loads: [-0.8, 0.1, -0.2], min: 1.1, max: 12.2, digits: 4 },
  { mean: 9, spread: 8, loads: [0.7, 0, -0.5], min: 1, max: 24, digits: 0 },
  { mean: 408, spread: 168, loads: [0.8, -0.1, -0.4], min: 187, max: 711, digits: 0 },
  { mean: 18.5, spread: 2.2, loads: [0.3, -0.4, -0.5], min: 12.6, max: 22, digits: 1 },
  { mean: 370, spread: 80, loads: [-0.3, 0.2, 0.1], min: 0.3, max: 396.9, digits: 2 },
  { mean: 2.4, spread: 0.55, loads: [0.55, -0.6, 0.1], shape: "exponential", max: 38, digits: 2 },
];

/** Reads whichever file was found; both hold the same numbers in the same order. */
function parse(contents: FileContents): Samples {
  if (!contents.has(NPZ_FILE)) {
    const columnNames = [...COLUMNS, TARGET].map(({ name }) => name);
    const table = parseCsv(contentOf(contents, TEXT_FILE), { file: TEXT_FILE, separator: "spaces", columnNames });
    return tableSamples(table, { task: "regression", label: TARGET.name }).samples;
  }
  const arrays = parseNpz(contentOf(contents, NPZ_FILE), { file: NPZ_FILE, maxBytes: 10_000_000 });
  const [inputs, labels] = [arrays.get("x"), arrays.get("y")];
  const rows = inputs?.shape[0];
  if (
    inputs?.dtype === "float32" &&
    labels?.dtype === "float32" &&
    String(inputs.shape) === `${rows},13` &&
    String(labels.shape) === `${rows}`
  )
    return { inputs, labels };
  throw formatError({
    file: NPZ_FILE,
    problem: "the archive holds other arrays",
    expected: "x of shape [N, 13] and y of shape [N], floating-point",
    received: [...arrays].map(([name, { dtype, shape }]) => `${name} [${shape.join(", ")}] ${dtype}`).join(", "),
    offset: 0,
  });
}

export const bostonHousing: DatasetDefinition<typeof card> = {
  card,
  parse,
  twinVersion: 1,
  twin: (part, count, seed) =>
    drawTable({
      stream: `twin/boston_housing/${part}`,
      count,
      seed,
      recipes: RECIPES,
      target: ([town, house, place], noise) => {
        const value = 21 - 4.2 * town! + 6.5 * house! + 2.2 * house! * house! + 1.5 * place! - 1.4 * town! * house! + 2.8 * noise;
        return Math.round(10 * Math.min(50, Math.max(5, value))) / 10;
      },
    }),
};
