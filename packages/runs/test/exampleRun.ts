/** A small valid run that the tests vary. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunWriter, type RunRecord } from "../src/index.js";

/** A complete record of experiment `e1`, with `changes` in place of its members. */
export function exampleRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schemaVersion: 1,
    id: "final-s1-3f9a1c",
    experiment: { id: "e1", title: "The provided model" },
    stage: "final",
    status: "complete",
    seed: 1,
    config: { model: { kind: "mlp", hidden: [16] }, optimizer: { kind: "adam", learningRate: 0.001 }, epochs: 2, batchSize: 128 },
    configHash: "3f9a1c".padEnd(64, "0"),
    data: {
      name: "mnist",
      synthetic: true,
      fingerprint: "a1".repeat(32),
      counts: { train: 60_000, test: 10_000 },
      inputShape: [28, 28, 1],
      classNames: null,
    },
    engine: { name: "tensorflow", version: "2.21.0", threads: 1, reason: "found in the cache" },
    execution: { threads: 1, shards: 2, chosenBy: "measurement" },
    model: {
      name: "mlp",
      layers: [{ name: "dense_1", type: "Dense", outputShape: [16], params: 12_560, details: "ReLU", connectedTo: ["input_1"] }],
      totalParams: 12_560,
      trainableParams: 12_560,
      nonTrainableParams: 0,
      sizeBytes: 50_240,
    },
    versions: { node: "24.0.0" },
    git: null,
    timings: {
      startedAt: "2026-01-02T03:04:05Z",
      finishedAt: "2026-01-02T03:04:15.5Z",
      trainSeconds: 9.5,
      totalSeconds: 10.5,
      epochsCompleted: 2,
    },
    finalMetrics: { loss: 0.2, accuracy: 0.94, testLoss: 0.21, testAccuracy: 0.95 },
    targets: [{ metric: "testAccuracy", comparison: ">=", value: 0.945, measured: 0.95, met: true }],
    warnings: [],
    testSetUses: [{ at: "2026-01-02T03:04:15Z", purpose: "final evaluation" }],
    predictions: null,
    samples: [],
    failure: null,
    ...changes,
  };
}

/** A new empty folder outside the repository. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "tarea-runs-"));
}

/** Writes the example with a history, two predictions and one misclassified image; returns its folder. */
export async function writeExample(root: string): Promise<string> {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await writer.writeHistory({ epoch: [0, 1], loss: [0.5, 0.2], valLoss: [null, 0.3] });
  await writer.writePredictions({
    probabilities: Float32Array.of(0.1, 0.9, 0.75, 0.25),
    labels: Uint8Array.of(1, 1),
    classes: 2,
  });
  const items = [{ index: 1, label: 1, prediction: 0, confidence: 0.75 }];
  await writer.writeSamples("misclassified", { height: 1, width: 2, channels: 1, items, pixels: Uint8Array.of(0, 255) });
  return writer.folder;
}
