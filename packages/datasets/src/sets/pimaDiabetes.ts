/** Pima diabetes: eight facts about women and whether diabetes set in, with zeros that stand for missing. */

import { defineCard, type Column, type DatasetDefinition } from "../dataset.js";
import { contentOf } from "../formats/contentOf.js";
import { parseCsv } from "../own/csv.js";
import { tableSamples } from "../own/tableSamples.js";
import { drawTable, type ColumnRecipe } from "../twins/tables.js";

const FILE = "pima-indians-diabetes.data.csv";
const LABEL = "outcome";

const COLUMNS: readonly Column[] = [
  { name: "pregnancies", what: "number of pregnancies" },
  { name: "glucose", what: "plasma glucose two hours into an oral test", unit: "mg/dl", missing: "zero" },
  { name: "pressure", what: "diastolic blood pressure", unit: "mm Hg", missing: "zero" },
  { name: "skin", what: "thickness of the skin fold at the triceps", unit: "mm", missing: "zero" },
  { name: "insulin", what: "serum insulin after two hours", unit: "mU/l", missing: "zero" },
  { name: "bmi", what: "body mass index", unit: "kg/m²", missing: "zero" },
  { name: "pedigree", what: "diabetes pedigree function: how much diabetes there is among the relatives" },
  { name: "age", what: "age", unit: "years" },
];

const card = defineCard({
  name: "pima_diabetes",
  title: "Pima diabetes",
  description:
    "768 women of Pima heritage, at least 21 years old, living near Phoenix, Arizona: eight measurements and whether diabetes was found " +
    "within five years.",
  source: "National Institute of Diabetes and Digestive and Kidney Diseases; given to UCI by Vincent Sigillito in 1990",
  licence: "None stated",
  citation:
    "J. W. Smith, J. E. Everhart, W. C. Dickson, W. C. Knowler and R. S. Johannes. Using the ADAP learning algorithm to forecast the onset " +
    "of diabetes mellitus. Symposium on Computer Applications and Medical Care, 261-265, 1988.",
  task: "classification",
  modality: "table",
  origin: "files",
  inputShape: [8],
  inputType: "float32",
  classNames: ["negative", "positive"],
  columns: COLUMNS,
  target: null,
  split: {
    by: "seed",
    seed: 1,
    how: "154 of the 768 rows, a fifth of each class, drawn by seed 1; the publisher has no test part.",
  },
  counts: { train: 614, test: 154 },
  labelCounts: { train: [400, 214], test: [100, 54] },
  files: [{ name: FILE, sizeBytes: 23278, sha256: "6bfe5d0f379d17a0e0819b996407e3c09bf80febd4287f2ed212190dfff154af" }],
  mirrors: ["https://raw.githubusercontent.com/jbrownlee/Datasets/master/"],
  knownFlaws: [
    "Zero stands for missing in glucose, pressure, skin, insulin and bmi: 5, 35, 227, 374 and 11 rows. A zero in pregnancies is real.",
    "Two of three women are negative: always saying so is right in 65 % of the cases.",
    "It was taken from members of one community for another purpose and published without their say.",
  ],
});

const RECIPES: readonly ColumnRecipe[] = [
  { mean: 3.6, spread: 3.2, loads: [0.1, 0.75], min: 0, max: 17, digits: 0 },
  { mean: 121, spread: 30, loads: [0.75, 0.15], min: 44, max: 199, digits: 0, missing: { probability: 0.0065, as: 0 } },
  { mean: 72, spread: 12, loads: [0.15, 0.35, 0.3], min: 24, max: 122, digits: 0, missing: { probability: 0.0456, as: 0 } },
  { mean: 29, spread: 10.5, loads: [0.1, 0.05, 0.75], min: 7, max: 99, digits: 0, missing: { probability: 0.2956, as: 0 } },
  {
    mean: 4.8,
    spread: 0.7,
    loads: [0.65, 0, 0.2],
    shape: "exponential",
    min: 14,
    max: 846,
    digits: 0,
    missing: { probability: 0.487, as: 0 },
  },
  { mean: 32.4, spread: 6.9, loads: [0.2, 0, 0.8], min: 18.2, max: 67.1, digits: 1, missing: { probability: 0.0143, as: 0 } },
  { mean: -0.95, spread: 0.6, loads: [0.2, 0, 0.1], shape: "exponential", min: 0.078, max: 2.42, digits: 3 },
  { mean: 3.42, spread: 0.33, loads: [0.15, 0.75], shape: "exponential", min: 21, max: 81, digits: 0 },
];

export const pimaDiabetes: DatasetDefinition<typeof card> = {
  card,
  parse: (contents) => {
    const columnNames = [...COLUMNS.map(({ name }) => name), LABEL];
    const table = parseCsv(contentOf(contents, FILE), { file: FILE, columnNames });
    return tableSamples(table, { task: "classification", label: LABEL, classNames: card.classNames }).samples;
  },
  twinVersion: 1,
  twin: (part, count, seed) =>
    drawTable({
      stream: `twin/pima_diabetes/${part}`,
      count,
      seed,
      recipes: RECIPES,
      labels: "uint8",
      target: ([sugar, age, body], noise) =>
        1.3 * sugar! + 0.5 * age! + 0.7 * body! + 0.3 * sugar! * body! + 0.9 * noise > 0.75 ? 1 : 0,
    }),
};
