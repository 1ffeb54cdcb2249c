/** Simple models, good enough to tell whether a set can be learned and whether it is too easy. */

import type { NumericArray } from "@tarea/core";
import { wordsOf } from "../../src/prepare/text.js";
import type { Samples } from "../../src/index.js";

/** Share of `test` whose nearest class mean of `train`, in standardized inputs, is the right one. Blanks count as the mean. */
export function nearestMeanAccuracy(train: Samples, test: Samples, classes: number): number {
  const size = train.inputs.data.length / train.labels.data.length;
  const scale = standardizer(train.inputs, size);
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  const counts = new Float64Array(classes);
  for (const [row, label] of train.labels.data.entries()) {
    counts[label]!++;
    scale(train.inputs, row).forEach((value, i) => (means[label]![i]! += value));
  }
  let right = 0;
  for (const [row, label] of test.labels.data.entries()) {
    const values = scale(test.inputs, row);
    const distances = means.map((mean, k) => values.reduce((sum, value, i) => sum + (value - mean[i]! / counts[k]!) ** 2, 0));
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  }
  return right / test.labels.data.length;
}

/** The samples with each grey image moved by whole pixels so that its centre of mass is the middle. */
export function centred(samples: Samples): Samples {
  const [, height, width] = samples.inputs.shape as [number, number, number, number];
  const data = new Uint8Array(samples.inputs.data.length);
  for (let start = 0; start < data.length; start += height * width) {
    const image = samples.inputs.data.subarray(start, start + height * width);
    let [mass, x, y] = [1e-9, 0, 0];
    for (const [i, value] of image.entries()) {
      mass += value;
      x += value * (i % width);
      y += value * Math.floor(i / width);
    }
    const moveX = Math.round((width - 1) / 2 - x / mass);
    const moveY = Math.round((height - 1) / 2 - y / mass);
    for (const [i, value] of image.entries()) {
      const [column, row] = [(i % width) + moveX, Math.floor(i / width) + moveY];
      if (column >= 0 && column < width && row >= 0 && row < height) data[start + row * width + column] = value;
    }
  }
  return { inputs: { ...samples.inputs, dtype: "uint8", data }, labels: samples.labels };
}

/** Share of the variance of `test` that the linear model fitted to `train` explains. */
export function linearR2(train: Samples, test: Samples): number {
  const size = train.inputs.data.length / train.labels.data.length;
  const scale = standardizer(train.inputs, size);
  const rowsOf = (part: Samples): number[][] => Array.from(part.labels.data, (_, row) => [1, ...scale(part.inputs, row)]);
  const weights = leastSquares(rowsOf(train), Array.from(train.labels.data));
  const truth = Array.from(test.labels.data);
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const predicted = rowsOf(test).map((row) => row.reduce((sum, value, i) => sum + value * weights[i]!, 0));
  const left = truth.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0);
  return 1 - left / truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Accuracy of naive Bayes on which runs of up to `length` words occur in a text. */
export function wordRunAccuracy(train: Samples, test: Samples, length: number): number {
  const counts = new Map<string, [number, number]>();
  for (const [row, text] of train.texts!.entries()) {
    for (const run of runsOf(text, length)) {
      const count = counts.get(run) ?? [1, 1];
      count[train.labels.data[row] as 0 | 1]++;
      counts.set(run, count);
    }
  }
  const right = test.texts!.filter((text, row) => {
    let score = 0;
    for (const run of runsOf(text, length)) {
      const [negative, positive] = counts.get(run) ?? [1, 1];
      score += Math.log(positive / negative);
    }
    return Number(score > 0) === test.labels.data[row];
  });
  return right.length / test.texts!.length;
}

function runsOf(text: string, length: number): Set<string> {
  const words = wordsOf(text);
  return new Set(words.flatMap((_, i) => Array.from({ length }, (__, n) => words.slice(i, i + n + 1).join(" "))));
}

function standardizer({ data }: NumericArray, size: number): (inputs: NumericArray, row: number) => number[] {
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  const counts = new Float64Array(size);
  for (const [i, value] of data.entries()) {
    if (Number.isNaN(value)) continue;
    sums[i % size]! += value;
    squares[i % size]! += value * value;
    counts[i % size]!++;
  }
  const means = sums.map((sum, i) => sum / counts[i]!);
  const deviations = squares.map((square, i) => Math.sqrt(square / counts[i]! - means[i]! ** 2) || 1);
  return (inputs, row) =>
    Array.from(inputs.data.subarray(row * size, (row + 1) * size), (value, i) =>
      Number.isNaN(value) ? 0 : (value - means[i]!) / deviations[i]!,
    );
}

/** By the normal equations and elimination, with a little ridge. */
function leastSquares(rows: readonly number[][], targets: readonly number[]): number[] {
  const size = rows[0]!.length;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1e-6 : 0)),
    rows.reduce((sum, row, r) => sum + row[i]! * targets[r]!, 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = system[row]![pivot]! / system[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) system[row]![column]! -= factor * system[pivot]![column]!;
    }
  }
  return system.map((row, i) => row[size]! / row[i]!);
}
