/** Sets that a formula makes: exclusive or, the logistic map, and three clouds of points in the plane. */

import { defineCard, type Column, type DatasetCard, type DatasetDefinition } from "../dataset.js";
import { drawBlobs, drawLogisticMap, drawMoons, drawSpirals, drawXor } from "../twins/formulas.js";

const shared = {
  source: "Made by this package",
  licence: "MIT, as this package",
  modality: "table",
  origin: "formula",
  inputType: "float32",
  split: { by: "formula", how: "Two independent draws from one seed." },
  files: [],
  mirrors: [],
} as const satisfies Partial<DatasetCard>;

const PLANE: readonly Column[] = [
  { name: "x", what: "across" },
  { name: "y", what: "up" },
];

const points = {
  ...shared,
  task: "classification",
  inputShape: [2],
  columns: PLANE,
  target: null,
} as const satisfies Partial<DatasetCard>;

const xorCard = defineCard({
  ...points,
  name: "xor",
  title: "Exclusive or",
  description: "The four pairs of 0 and 1, and whether exactly one of them is 1: the smallest task that no linear model solves.",
  citation: "M. Minsky and S. Papert. Perceptrons. MIT Press, 1969.",
  classNames: ["equal", "different"],
  columns: [
    { name: "a", what: "first bit" },
    { name: "b", what: "second bit" },
  ],
  split: { by: "formula", how: "Both parts are the same four points: there are no others." },
  counts: { train: 4, test: 4 },
  labelCounts: { train: [2, 2], test: [2, 2] },
  knownFlaws: ["The test part is the training part, so it says nothing about generalization."],
});

export const xor: DatasetDefinition<typeof xorCard> = { card: xorCard, parse: null, twinVersion: 1, twin: drawXor };

const logisticCard = defineCard({
  ...shared,
  name: "logistic_map",
  title: "Logistic map",
  description: "A number x from 0 to 1 and the next one of the chaotic sequence x -> 4x(1 - x), for x drawn evenly.",
  citation: "R. M. May. Simple mathematical models with very complicated dynamics. Nature 261, 459-467, 1976.",
  task: "regression",
  inputShape: [1],
  classNames: [],
  columns: [{ name: "x", what: "a number from 0 to 1" }],
  target: { name: "next x", what: "4x(1 - x)" },
  counts: { train: 400, test: 100 },
  labelCounts: { train: [], test: [] },
  knownFlaws: ["There is no noise: the error can go as low as the arithmetic allows."],
});

export const logisticMap: DatasetDefinition<typeof logisticCard> = {
  card: logisticCard,
  parse: null,
  twinVersion: 1,
  twin: drawLogisticMap,
};

const blobsCard = defineCard({
  ...points,
  name: "blobs",
  title: "Blobs",
  description: "Three round clouds of points in the plane, which overlap a little. A linear model is enough.",
  citation: "None; a common toy.",
  classNames: ["first", "second", "third"],
  counts: { train: 600, test: 300 },
  labelCounts: { train: [200, 200, 200], test: [100, 100, 100] },
  knownFlaws: ["The clouds overlap: no model is right everywhere."],
});

export const blobs: DatasetDefinition<typeof blobsCard> = { card: blobsCard, parse: null, twinVersion: 1, twin: drawBlobs };

const moonsCard = defineCard({
  ...points,
  name: "moons",
  title: "Moons",
  description: "Two half circles of points that reach into each other. A linear model is right in about 87 % of the cases.",
  citation: "None; a common toy, known from scikit-learn's make_moons.",
  classNames: ["upper", "lower"],
  counts: { train: 600, test: 300 },
  labelCounts: { train: [300, 300], test: [150, 150] },
  knownFlaws: ["The points scatter around the half circles, so that a few lie nearer to the other one."],
});

export const moons: DatasetDefinition<typeof moonsCard> = { card: moonsCard, parse: null, twinVersion: 1, twin: drawMoons };

const spiralsCard = defineCard({
  ...points,
  name: "spirals",
  title: "Spirals",
  description: "Two spirals of points, one and a half turns each, wound into each other. Small networks need many steps for it.",
  citation: "K. J. Lang and M. J. Witbrock. Learning to tell two spirals apart. Connectionist Models Summer School, 52-59, 1988.",
  classNames: ["first", "second"],
  counts: { train: 600, test: 300 },
  labelCounts: { train: [300, 300], test: [150, 150] },
  knownFlaws: ["Near the centre the two spirals touch."],
});

export const spirals: DatasetDefinition<typeof spiralsCard> = {
  card: spiralsCard,
  parse: null,
  twinVersion: 1,
  twin: drawSpirals,
};
