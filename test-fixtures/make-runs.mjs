/**
 * Writes test-fixtures/runs: small, valid run folders for tests of what reads runs. Nothing in them was measured: curves,
 * predictions and images are drawn from seeded streams, and every record says that its data are synthetic.
 *
 * Build the packages first, then: node test-fixtures/make-runs.mjs [folder]
 */

import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { canonicalHash, randomStream, sha256 } from "../packages/core/dist/index.js";
import { accuracy, logLoss, predictionsFromProbabilities } from "../packages/metrics/dist/index.js";
import { createRunWriter } from "../packages/runs/dist/index.js";

const EPOCHS = 20;
const CLASSES = 10;
const SIZE = 28;
const COUNTS = { train: 1600, validation: 400, test: 400 };
const GALLERY = 9;

const EXPERIMENTS = [
  {
    id: "e1",
    title: "The provided model",
    hidden: [16],
    trainLoss: 0.1,
    valLoss: 0.17,
    mistakes: { 1: 18, 2: 21 },
    target: 0.945,
  },
  {
    id: "e2",
    title: "A deeper network",
    hidden: [128, 128, 64, 64, 32],
    trainLoss: 0.01,
    valLoss: 0.12,
    mistakes: { 1: 10, 2: 11 },
    target: 0.972,
  },
];

/** The seven strokes of a pocket calculator's digit, as [from x, from y, to x, to y] on a grid of 1 by 2. */
const STROKES = {
  a: [0, 0, 1, 0],
  b: [1, 0, 1, 1],
  c: [1, 1, 1, 2],
  d: [0, 2, 1, 2],
  e: [0, 1, 0, 2],
  f: [0, 0, 0, 1],
  g: [0, 1, 1, 1],
};
const DIGITS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"];

const folder = process.argv[2] ?? fileURLToPath(new URL("runs", import.meta.url));
await rm(folder, { recursive: true, force: true });
for (const experiment of EXPERIMENTS) {
  for (const stage of ["validation", "final"]) for (const seed of [1, 2]) await makeRun(experiment, stage, seed);
}

async function makeRun(experiment, stage, seed) {
  const { record, random } = startRecord(experiment, stage, seed);
  const history = makeHistory(experiment, stage, random("curves"));
  const last = Object.fromEntries(Object.entries(history).map(([name, column]) => [name, column.at(-1)]));
  const { epoch, learningRate, durationSeconds, ...finalMetrics } = last;
  const writer = await createRunWriter({ folder, record });
  await writer.writeHistory(history);
  if (stage === "validation") return writer.update({ finalMetrics });

  const { probabilities, labels } = makePredictions(experiment.mistakes[seed], random("predictions"));
  const predictions = predictionsFromProbabilities(probabilities, CLASSES);
  const testAccuracy = accuracy(labels, predictions);
  const testLoss = logLoss(labels, probabilities, { classes: CLASSES });
  await writer.writePredictions({ probabilities, labels, classes: CLASSES });
  await writer.writeSamples("misclassified", makeGallery(probabilities, labels, predictions, random("images")));
  await writer.update({
    finalMetrics: { ...finalMetrics, testLoss, testAccuracy },
    targets: [
      {
        metric: "testAccuracy",
        comparison: ">=",
        value: experiment.target,
        measured: testAccuracy,
        met: testAccuracy >= experiment.target,
      },
    ],
    testSetUses: [{ at: record.timings.finishedAt, purpose: "final evaluation" }],
  });
}

function startRecord({ id, title, hidden }, stage, seed) {
  const name = `${id} ${stage}`;
  const config = {
    model: { kind: "mlp", hidden, activation: "relu", dropout: 0 },
    optimizer: { kind: "adam", learningRate: 0.001 },
    epochs: EPOCHS,
    batchSize: 128,
    validationFraction: stage === "validation" ? 0.2 : 0,
  };
  const fingerprint = sha256("test-fixtures/make-runs.mjs");
  const configHash = canonicalHash({ config, stage, seed, fingerprint });
  const { train, validation, test } = COUNTS;
  const minute = String(10 * seed + (stage === "final" ? 5 : 0)).padStart(2, "0");
  const record = {
    schemaVersion: 1,
    id: `${stage}-s${seed}-${configHash.slice(0, 6)}`,
    experiment: { id, title, description: "Made up for tests; nothing was trained." },
    stage,
    status: "complete",
    seed,
    config,
    configHash,
    data: {
      name: "mnist",
      synthetic: true,
      fingerprint,
      counts: stage === "final" ? { train: train + validation, test } : { train, validation, test },
      inputShape: [SIZE, SIZE, 1],
      classNames: Array.from({ length: CLASSES }, (_, k) => String(k)),
    },
    engine: { name: "tensorflow", version: "2.21.0", threads: 1, reason: "made up for tests" },
    model: describeModel(hidden),
    versions: { node: "24.0.0", "@tarea/training": "0.0.0" },
    git: null,
    timings: {
      startedAt: `2026-01-02T03:${minute}:00.000Z`,
      finishedAt: `2026-01-02T03:${minute}:09.500Z`,
      trainSeconds: 8,
      totalSeconds: 9.5,
      epochsCompleted: EPOCHS,
    },
    finalMetrics: {},
    targets: [],
    warnings: ["Made by test-fixtures/make-runs.mjs: no number in this run was measured."],
    testSetUses: [],
    predictions: null,
    samples: [],
    failure: null,
  };
  return { record, random: (purpose) => randomStream(seed, `${name} ${purpose}`) };
}

function describeModel(hidden) {
  const widths = [...hidden, CLASSES];
  const layers = [
    { name: "input", type: "InputLayer", outputShape: [SIZE, SIZE, 1], params: 0, details: "", connectedTo: [] },
    { name: "flatten", type: "Flatten", outputShape: [SIZE * SIZE], params: 0, details: "", connectedTo: ["input"] },
  ];
  widths.forEach((units, i) => {
    const inputs = layers.at(-1).outputShape[0];
    const details = i < hidden.length ? "ReLU" : "logits";
    const connectedTo = [layers.at(-1).name];
    layers.push({
      name: `dense_${i + 1}`,
      type: "Dense",
      outputShape: [units],
      params: (inputs + 1) * units,
      details,
      connectedTo,
    });
  });
  const totalParams = layers.reduce((total, { params }) => total + params, 0);
  return { name: "mlp", layers, totalParams, trainableParams: totalParams, nonTrainableParams: 0, sizeBytes: 4 * totalParams };
}

/** Curves that fall fast and level off, with a little noise; the validation loss turns up again where the network is deep. */
function makeHistory({ trainLoss, valLoss }, stage, random) {
  const epoch = Array.from({ length: EPOCHS }, (_, i) => i);
  const curve = (end, rise) =>
    epoch.map((i) => end + 1.1 * Math.exp(-(i + 0.4) / 2.2) + rise * i ** 2 + 0.004 * random.uniform());
  const loss = curve(trainLoss, 0);
  const history = { epoch, loss, accuracy: loss.map(toAccuracy) };
  if (stage === "validation") {
    history.valLoss = curve(valLoss, trainLoss < 0.05 ? 1e-4 : 0);
    history.valAccuracy = history.valLoss.map((value) => toAccuracy(0.8 * value));
  }
  history.learningRate = epoch.map(() => 0.001);
  history.durationSeconds = epoch.map(() => round(0.38 + 0.04 * random.uniform()));
  for (const name of ["loss", "accuracy", "valLoss", "valAccuracy"]) if (history[name]) history[name] = history[name].map(round);
  return history;
}

function toAccuracy(loss) {
  return Math.min(1, 1 - 0.3 * loss);
}

/** Balanced labels in a random order; `mistakes` samples favour a wrong class. */
function makePredictions(mistakes, random) {
  const order = random.permutation(COUNTS.test);
  const wrong = new Set(random.permutation(COUNTS.test).slice(0, mistakes));
  const labels = Uint8Array.from(order, (position) => position % CLASSES);
  const probabilities = new Float32Array(COUNTS.test * CLASSES);
  labels.forEach((label, row) => {
    const favoured = wrong.has(row) ? (label + 1 + random.integer(CLASSES - 1)) % CLASSES : label;
    const logits = Array.from({ length: CLASSES }, () => random.normal());
    logits[favoured] = Math.max(...logits) + (wrong.has(row) ? 0.3 + random.uniform() : 3 + 3 * random.uniform());
    const weights = logits.map(Math.exp);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    probabilities.set(
      weights.map((weight) => weight / total),
      row * CLASSES,
    );
  });
  return { probabilities, labels };
}

function makeGallery(probabilities, labels, predictions, random) {
  const wrong = [...labels.keys()].filter((row) => labels[row] !== predictions[row]).slice(0, GALLERY);
  const pixels = new Uint8Array(wrong.length * SIZE * SIZE);
  const items = wrong.map((index, i) => {
    drawDigit(pixels.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE), labels[index], random);
    const prediction = predictions[index];
    return { index, label: labels[index], prediction, confidence: probabilities[index * CLASSES + prediction] };
  });
  return { height: SIZE, width: SIZE, channels: 1, items, pixels };
}

function drawDigit(image, digit, random) {
  const slant = 4 * random.uniform() - 2;
  const left = 8 + 2 * random.uniform();
  for (const name of DIGITS[digit]) {
    const [x0, y0, x1, y1] = STROKES[name];
    for (let t = 0; t <= 1; t += 0.05) {
      const y = y0 + t * (y1 - y0);
      const x = left + 9 * (x0 + t * (x1 - x0)) + slant * (1 - y);
      dot(image, x, 5 + 8.5 * y);
    }
  }
}

function dot(image, x, y) {
  for (let row = Math.floor(y) - 1; row <= y + 2; row++) {
    for (let column = Math.floor(x) - 1; column <= x + 2; column++) {
      const ink = Math.max(0, 1.6 - Math.hypot(row - y, column - x));
      const at = row * SIZE + column;
      image[at] = Math.max(image[at], Math.min(255, Math.round(220 * ink)));
    }
  }
}

function round(value) {
  return Number(value.toFixed(5));
}
