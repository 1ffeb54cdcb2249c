/** Writes run folders for tests with the real writer: made-up numbers from a seeded generator, no training. */

import { randomStream, sha256 } from "@tarea/core";
import { createRunWriter, type History, type LayerInfo, type RunRecord, type RunStage, type RunStatus } from "@tarea/runs";

export interface MakeRunOptions {
  experiment?: string;
  stage?: RunStage;
  seed?: number;
  status?: RunStatus;
  synthetic?: boolean;
  epochs?: number;
  /** Share of the test set that is predicted rightly. */
  accuracy?: number;
  /** Hidden layers of the model in the record. */
  hidden?: number[];
  /** For a failed run, counted from 0. */
  failedAt?: number;
  testSamples?: number;
}

const CLASSES = 10;
const SIDE = 28;

/** Writes one run below `folder` and returns its record. */
export async function makeRun(folder: string, options: MakeRunOptions = {}): Promise<RunRecord> {
  const { experiment = "e1", stage = "final", seed = 1, status = "complete", synthetic = false, epochs = 20 } = options;
  const { accuracy = 0.95, hidden = [16], failedAt, testSamples = 1000 } = options;
  const id = `${stage}-s${seed}-${sha256(`${experiment} ${stage} ${seed}`).slice(0, 6)}`;
  const random = randomStream(seed, `${experiment} ${stage}`);
  const completed = failedAt ?? epochs;
  const history = makeHistory(completed, accuracy, stage, () => random.uniform());
  const last = (column: string): Record<string, number> => {
    const value = history[column]?.at(-1);
    return typeof value === "number" ? { [column]: value } : {};
  };
  const final = stage === "final" && status === "complete";
  const results = makePredictions(testSamples, accuracy, () => random.uniform());
  const layers = makeLayers(hidden);
  const totalParams = layers.reduce((sum, layer) => sum + layer.params, 0);
  const day = `2026-03-0${1 + (seed % 9)}`;
  const record: RunRecord = {
    schemaVersion: 1,
    id,
    experiment: { id: experiment, title: `Experiment ${experiment}` },
    stage,
    status,
    seed,
    config: { epochs, batchSize: 128, optimizer: { name: "adam", learningRate: experiment === "e1" ? 0.001 : 0.0005 } },
    configHash: sha256(id),
    data: {
      name: "mnist",
      synthetic,
      fingerprint: sha256(synthetic ? "twin" : "files"),
      counts:
        stage === "final" ? { train: 60_000, validation: 0, test: 10_000 } : { train: 50_000, validation: 10_000, test: 10_000 },
      inputShape: [SIDE, SIDE, 1],
      classNames: Array.from({ length: CLASSES }, (_, digit) => String(digit)),
    },
    engine: { name: "tensorflow", version: "2.21.0", threads: 1, reason: "The native library was in the cache." },
    model: {
      name: `mlp-${hidden.join("-")}`,
      layers,
      totalParams,
      trainableParams: totalParams,
      nonTrainableParams: 0,
      sizeBytes: 4 * totalParams,
    },
    versions: { node: "24.21.0", "@tarea/training": "0.1.0" },
    git: { commit: sha256("commit").slice(0, 40), dirty: false },
    timings: {
      startedAt: `${day}T10:00:00.000Z`,
      finishedAt: `${day}T10:01:00.000Z`,
      trainSeconds: completed * (0.41 + 0.02 * random.uniform()),
      totalSeconds: completed * 0.5 + 2,
      epochsCompleted: completed,
    },
    finalMetrics: {
      ...last("loss"),
      ...last("accuracy"),
      ...last("valLoss"),
      ...last("valAccuracy"),
      ...(final ? { testLoss: 0.1 + 0.1 * random.uniform(), testAccuracy: results.accuracy } : {}),
    },
    targets: [],
    warnings: [],
    testSetUses: final ? [{ at: `${day}T10:01:00.000Z`, purpose: "final test" }] : [],
    predictions: null,
    samples: [],
    failure: status === "failed" ? { message: "the loss became NaN", epoch: failedAt ?? 0, step: 3 } : null,
  };
  const writer = await createRunWriter({ folder, record });
  await writer.writeHistory(history);
  if (final) {
    await writer.writePredictions({ probabilities: results.probabilities, labels: results.labels, classes: CLASSES });
    await writer.writeSamples(
      "misclassified",
      makeImages(results, () => random.uniform()),
    );
  }
  return record;
}

function makeHistory(epochs: number, accuracy: number, stage: RunStage, uniform: () => number): History {
  const steps = Array.from({ length: epochs }, (_, epoch) => epoch);
  const fall = (epoch: number, rate: number): number => Math.exp(-epoch / rate);
  const history: History = {
    epoch: steps,
    loss: steps.map((epoch) => 0.04 + 0.9 * fall(epoch, 3) + 0.004 * uniform()),
    accuracy: steps.map((epoch) => Math.min(1, accuracy + 0.02 - 0.25 * fall(epoch, 3) + 0.002 * uniform())),
  };
  if (stage === "validation") {
    history["valLoss"] = steps.map((epoch) => 0.12 + 0.6 * fall(epoch, 2.5) + 0.003 * epoch + 0.01 * uniform());
    history["valAccuracy"] = steps.map((epoch) => Math.min(1, accuracy - 0.15 * fall(epoch, 3) + 0.003 * uniform()));
  }
  return history;
}

interface MadePredictions {
  probabilities: Float32Array;
  labels: Uint8Array;
  predictions: number[];
  accuracy: number;
}

function makePredictions(samples: number, accuracy: number, uniform: () => number): MadePredictions {
  const probabilities = new Float32Array(samples * CLASSES);
  const labels = new Uint8Array(samples);
  const predictions: number[] = [];
  for (let i = 0; i < samples; i++) {
    const label = Math.floor(uniform() * CLASSES);
    const prediction = uniform() < accuracy ? label : (label + 1 + Math.floor(uniform() * (CLASSES - 1))) % CLASSES;
    labels[i] = label;
    predictions.push(prediction);
    probabilities.fill(0.02, i * CLASSES, (i + 1) * CLASSES);
    probabilities[i * CLASSES + prediction] = 0.82;
  }
  const right = predictions.filter((prediction, i) => prediction === labels[i]).length;
  return { probabilities, labels, predictions, accuracy: right / samples };
}

function makeImages(
  { labels, predictions }: MadePredictions,
  uniform: () => number,
): Parameters<Awaited<ReturnType<typeof createRunWriter>>["writeSamples"]>[1] {
  const wrong = predictions.flatMap((prediction, index) => (prediction === labels[index] ? [] : [index])).slice(0, 9);
  const pixels = new Uint8Array(wrong.length * SIDE * SIDE);
  for (const image of wrong.keys()) {
    let [x, y] = [14, 5];
    for (let step = 0; step < 60; step++) {
      pixels[image * SIDE * SIDE + Math.round(y) * SIDE + Math.round(x)] = 255;
      x = Math.min(23, Math.max(4, x + 2.4 * (uniform() - 0.5)));
      y = Math.min(23, Math.max(4, y + 1.2 * (uniform() - 0.25)));
    }
  }
  const items = wrong.map((index) => ({ index, label: labels[index]!, prediction: predictions[index]!, confidence: 0.82 }));
  return { height: SIDE, width: SIDE, channels: 1, items, pixels };
}

function makeLayers(hidden: number[]): LayerInfo[] {
  const widths = [SIDE * SIDE, ...hidden, CLASSES];
  const dense = hidden.concat(CLASSES).map((units, i): LayerInfo => ({
    name: `dense_${i + 1}`,
    type: "Dense",
    outputShape: [units],
    params: (widths[i]! + 1) * units,
    details: i < hidden.length ? "relu" : "",
    connectedTo: [i === 0 ? "flatten" : `dense_${i}`],
  }));
  return [
    { name: "input", type: "InputLayer", outputShape: [SIDE, SIDE, 1], params: 0, details: "", connectedTo: [] },
    { name: "flatten", type: "Flatten", outputShape: [SIDE * SIDE], params: 0, details: "", connectedTo: ["input"] },
    ...dense,
    {
      name: "probabilities",
      type: "Activation",
      outputShape: [CLASSES],
      params: 0,
      details: "softmax",
      connectedTo: [`dense_${dense.length}`],
    },
  ];
}
