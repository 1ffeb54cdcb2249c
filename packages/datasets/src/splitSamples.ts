/** Draws the test part of a set that was published without one. */

import { randomStream, takeRows } from "@tarea/core";
import type { DatasetCard, Samples, Splits } from "./dataset.js";
import { stratifiedSplit } from "./stratifiedSplit.js";

/**
 * Splits by the card's seed: classes keep their share, numbers are drawn evenly. Rows keep their published order within a part.
 *
 * @throws TareaError when there are too few samples for the card's test part.
 */
export function splitSamples(samples: Samples, { counts, split, task }: Pick<DatasetCard, "counts" | "split" | "task">): Splits {
  const seed = split.seed!;
  const { train, validation } =
    task === "classification"
      ? stratifiedSplit(samples.labels.data, { validationCount: counts.test, seed })
      : evenSplit(samples.labels.data.length, counts.test, seed);
  return { train: takeSamples(samples, train), test: takeSamples(samples, validation) };
}

function evenSplit(count: number, testCount: number, seed: number): { train: Uint32Array; validation: Uint32Array } {
  const order = randomStream(seed, "split").permutation(count);
  return { train: order.slice(testCount).toSorted(), validation: order.slice(0, testCount).toSorted() };
}

function takeSamples({ inputs, labels, texts }: Samples, rows: Uint32Array): Samples {
  return {
    inputs: takeRows(inputs, rows),
    labels: takeRows(labels, rows),
    ...(texts && { texts: Array.from(rows, (row) => texts[row]!) }),
  };
}
