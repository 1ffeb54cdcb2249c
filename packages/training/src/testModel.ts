/** The one look at the test set: loss, accuracy, stored predictions and the first misclassified images. */

import { takeRows, type NumericArray } from "@tarea/core";
import type { CompiledTraining } from "@tarea/graph";
import { accuracy, predictionsFromProbabilities } from "@tarea/metrics";
import type { RunStage, RunWriter, SampleItem, TargetResult } from "@tarea/runs";
import type { Target } from "./experiment.js";
import type { Dataset, Samples } from "./libraries.js";

/** How many misclassified images a record keeps, in the order of the test set. */
const MISCLASSIFIED_KEPT = 9;

export async function testModel(
  session: CompiledTraining,
  test: Samples,
  dataset: Dataset,
  writer: RunWriter,
): Promise<Record<string, number>> {
  const classes = dataset.classNames.length;
  const probabilities = await session.predict(test);
  const predictions = predictionsFromProbabilities(probabilities, classes);
  const labels = Uint8Array.from(test.labels.data);
  await writer.writePredictions({ probabilities, labels, classes });
  await writeMisclassified(test.inputs, labels, predictions, probabilities, classes, writer);
  const { loss: testLoss } = await session.evaluate(test); // From the logits: probabilities cannot tell losses beyond 16 apart.
  return { testLoss, testAccuracy: accuracy(labels, predictions) };
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
