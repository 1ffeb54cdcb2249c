/** The one look at the test set: loss, accuracy, stored predictions and the first misclassified images. */

import { takeRows, type NumericArray } from "@tarea/core";
import type { CompiledTraining } from "@tarea/graph";
import { accuracy, predictionsFromProbabilities } from "@tarea/metrics";
import type { RunStage, RunWriter, SampleItem, TargetResult } from "@tarea/runs";
import type { Target } from "./experiment.js";
import type { PreparedRun } from "./prepareRun.js";

/** How many misclassified images a record keeps, in the order of the test set. */
const MISCLASSIFIED_KEPT = 9;

export interface TestResult {
  metrics: Record<string, number>;
  /** What was looked at. */
  purpose: string;
  warnings: string[];
}

export async function testModel(
  session: CompiledTraining,
  { parts: { test }, hasAccuracy, compile, options: { dataset } }: PreparedRun,
  writer: RunWriter,
): Promise<TestResult> {
  const { loss: testLoss } = await session.evaluate(test); // From the logits: probabilities cannot tell losses beyond 16 apart.
  if (!hasAccuracy) return { metrics: { testLoss }, purpose: "Loss of the final model.", warnings: [] };
  const classes = dataset.classNames.length;
  const labels = Uint8Array.from(test.labels.data);
  const outputs = outputsPerClass(await session.predict(test), labels.length);
  const predictions = predictionsFromProbabilities(outputs, classes);
  const metrics = { testLoss, testAccuracy: accuracy(labels, predictions) };
  const purpose = "Loss, accuracy and predictions of the final model.";
  if (compile.loss === "meanSquaredError" && !outputs.every((value) => value >= 0 && value <= 1)) {
    const warnings = ["The model's outputs are not probabilities, so that no predictions were stored."];
    return { metrics, purpose, warnings };
  }
  await writer.writePredictions({ probabilities: outputs, labels, classes });
  await writeMisclassified(dataset.test.inputs, labels, predictions, outputs, classes, writer);
  return { metrics, purpose, warnings: [] };
}

/** One number per class; a single output is the probability of class 1 of two. */
function outputsPerClass(outputs: Float32Array, samples: number): Float32Array {
  if (outputs.length !== samples) return outputs;
  return Float32Array.from({ length: 2 * samples }, (_, i) => (i % 2 === 1 ? outputs[(i - 1) / 2]! : 1 - outputs[i / 2]!));
}

/** Whether each target was met; a target whose metric this stage does not measure is left to the stage that does. */
export function checkTargets(targets: readonly Target[], metrics: Record<string, number>, stage: RunStage): TargetResult[] {
  return targets
    .filter(({ metric }) => metric in metrics || stage === "final")
    .map((target) => {
      const measured = metrics[target.metric] ?? null;
      const met = measured !== null && (target.comparison === ">=" ? measured >= target.value : measured <= target.value);
      return { ...target, measured, met };
    });
}

async function writeMisclassified(
  inputs: NumericArray,
  labels: Uint8Array,
  predictions: ArrayLike<number>,
  probabilities: Float32Array,
  classes: number,
  writer: RunWriter,
): Promise<void> {
  const [, height, width, channels] = inputs.shape;
  if (inputs.dtype !== "uint8" || height === undefined || width === undefined || channels === undefined) return;
  const wrong: SampleItem[] = [];
  for (let index = 0; index < labels.length && wrong.length < MISCLASSIFIED_KEPT; index++) {
    const [label, prediction] = [labels[index]!, predictions[index]!];
    if (label !== prediction) wrong.push({ index, label, prediction, confidence: probabilities[index * classes + prediction]! });
  }
  const indices = wrong.map((item) => item.index);
  const pixels = takeRows(inputs, indices).data as Uint8Array;
  await writer.writeSamples("misclassified", { height, width, channels, items: wrong, pixels });
}
