/** Checks that inputs and labels fit each other and the model, before the native library sees them. */

import { checkNumber, sizeOf, TareaError, type NumericArray } from "@tarea/core";
import type { Trainee } from "./trainee.js";

export interface LabelledData {
  /** `[N, ...]` as stored. */
  inputs: NumericArray;
  /** Class ids `[N]`, or numbers in the shape of the model's outputs; axes of length 1 may be left out. */
  labels: NumericArray;
}

/** @throws TareaError when the inputs' shape does not fit the model or their data. */
export function checkInputs(where: string, { inputShape }: Trainee, { shape, data }: NumericArray): void {
  const [count = 0, ...sample] = shape;
  const fits = sample.length === inputShape.length && sample.every((size, i) => size === inputShape[i]);
  if (!fits || count === 0) throw shapeError(where, "the inputs do not fit the model", `[N, ${inputShape.join(", ")}]`, shape);
  if (data.length !== sizeOf(shape))
    throw shapeError(where, "the inputs' data do not fit their shape", `${sizeOf(shape)} numbers`, [data.length]);
}

/** @throws TareaError when a shape does not fit or a label is not one of the loss's. */
export function checkData(where: string, trainee: Trainee, { inputs, labels }: LabelledData): void {
  checkInputs(where, trainee, inputs);
  const { labelShape } = trainee;
  const count = inputs.shape[0]!;
  const [labelCount, ...sample] = labels.shape;
  const withoutOnes = (shape: readonly number[]) => shape.filter((size) => size !== 1).join();
  const fits = trainee.loss.classIds ? sample.length === 0 : withoutOnes(sample) === withoutOnes(labelShape);
  if (labelCount !== count || !fits || labels.data.length !== count * sizeOf(labelShape))
    throw shapeError(where, "there must be one label per sample", `[${[count, ...labelShape].join(", ")}]`, labels.shape);
  checkLabels(where, trainee, labels);
}

function checkLabels(where: string, { loss, outputSize, labelShape }: Trainee, { data, dtype }: NumericArray): void {
  if (loss.scaleLabels && dtype === "uint8") return;
  const rules = {
    categoricalCrossentropy: {
      problem: "is not a class of the model",
      expected: `an integer from 0 to ${outputSize - 1}`,
      allows: (label: number) => Number.isInteger(label) && label >= 0 && label < outputSize,
    },
    binaryCrossentropy: {
      problem: "is not a probability",
      expected: "0, 1 or a number between",
      allows: (label: number) => label >= 0 && label <= 1,
    },
    meanSquaredError: { problem: "is not finite", expected: "a number", allows: (label: number) => Number.isFinite(label) },
  };
  const { problem, expected, allows } = rules[loss.classIds ? "categoricalCrossentropy" : loss.name];
  for (let i = 0; i < data.length; i++) {
    if (allows(data[i]!)) continue;
    throw new TareaError({
      code: "data",
      where,
      problem: `the label of sample ${Math.floor(i / sizeOf(labelShape))} ${problem}`,
      expected,
      received: String(data[i]),
      hint: dtype === "uint8" && loss.name === "binaryCrossentropy" ? "Images as labels need scaleLabels." : undefined,
    });
  }
}

/** The weight of each sample in the loss: its own times its class's, or `undefined` when all are 1. @throws TareaError */
export function sampleWeightsOf(
  where: string,
  trainee: Trainee,
  labels: NumericArray,
  {
    classWeights,
    sampleWeights,
  }: { classWeights?: readonly number[] | undefined; sampleWeights?: ArrayLike<number> | undefined },
): Float32Array | undefined {
  if (classWeights === undefined && sampleWeights === undefined) return undefined;
  const check = (name: string, values: ArrayLike<number> | undefined, count: number) => {
    if (values === undefined) return;
    if (values.length !== count) throw shapeError(where, `${name} does not fit`, `${count} numbers`, [values.length]);
    for (let i = 0; i < count; i++) checkNumber(where, `${name}[${i}]`, values[i], { min: 0 });
  };
  if (classWeights !== undefined) check("classWeights", classWeights, classCount(where, trainee, labels));
  check("sampleWeights", sampleWeights, labels.shape[0]!);
  return Float32Array.from({ length: labels.shape[0]! }, (_, i) => {
    const ofClass = classWeights === undefined ? 1 : classWeights[labels.data[i]!]!;
    return ofClass * (sampleWeights?.[i] ?? 1);
  });
}

/** @throws TareaError when samples have no class. */
function classCount(where: string, { loss, outputSize }: Trainee, { data }: NumericArray): number {
  if (loss.classIds) return outputSize;
  if (loss.name === "binaryCrossentropy" && outputSize === 1 && data.every((label) => label === 0 || label === 1)) return 2;
  throw new TareaError({
    code: "option",
    where,
    problem: "classWeights need samples of one class each",
    expected: "class ids, or labels 0 and 1 for a single output",
    hint: "Give each sample a weight of its own with sampleWeights.",
  });
}

/** @throws TareaError when a batch is empty or a row is not below `count`. */
export function checkRows(where: string, batches: readonly Uint32Array[], count: number): void {
  for (const rows of batches) {
    const wrong = rows.find((row) => row >= count);
    if (rows.length > 0 && wrong === undefined) continue;
    const problem = wrong === undefined ? "a batch must hold at least one row" : `row ${wrong} is outside the data`;
    throw new TareaError({ code: "data", where, problem, expected: wrong === undefined ? undefined : `0 to ${count - 1}` });
  }
}

function shapeError(where: string, problem: string, expected: string, shape: readonly number[]): TareaError {
  return new TareaError({ code: "shape", where, problem, expected, received: `[${shape.join(", ")}]` });
}
