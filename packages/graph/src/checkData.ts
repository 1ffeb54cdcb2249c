/** Checks that inputs and labels fit each other and the model, before the native library sees them. */

import { checkNumber, sizeOf, TareaError, type NumericArray } from "@tarea/core";
import type { Trainee } from "./trainee.js";

export interface LabelledData {
  /** `[N, ...]` as stored. */
  inputs: NumericArray;
  /** Class ids `[N]`. */
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

/** @throws TareaError when a shape does not fit or a label is not a class of the model. */
export function checkData(where: string, trainee: Trainee, { inputs, labels }: LabelledData): void {
  checkInputs(where, trainee, inputs);
  const { classes } = trainee;
  const count = inputs.shape[0]!;
  if (labels.shape.length !== 1 || labels.shape[0] !== count)
    throw shapeError(where, "there must be one label per sample", `[${count}]`, labels.shape);
  const { data } = labels;
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new TareaError({
      code: "data",
      where,
      problem: `the label of sample ${i} is not a class of the model`,
      expected: `an integer from 0 to ${classes - 1}`,
      received: String(label),
    });
  }
}

/** The weight of each sample in the loss: its own times its class's, or `undefined` when all are 1. @throws TareaError */
export function sampleWeightsOf(
  where: string,
  { classes }: Trainee,
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
  check("classWeights", classWeights, classes);
  check("sampleWeights", sampleWeights, labels.data.length);
  return Float32Array.from(labels.data, (label, i) => (classWeights?.[label] ?? 1) * (sampleWeights?.[i] ?? 1));
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
