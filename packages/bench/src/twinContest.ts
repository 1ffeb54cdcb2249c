/** Whether structure matters in the twins: a network that sees it against one that cannot, trained on the same samples. */

import { randomStream, type NumericArray } from "@tarea/core";
import { applyPreparation, fitPreparation, loadDataset, type DatasetName } from "@tarea/datasets";
import { compileTraining } from "@tarea/graph";
import { embeddingConv1d, lenet5, mlp } from "@tarea/models";
import type { LayersModel } from "@tensorflow/tfjs";

/** The twins, and how far the network that sees structure must be ahead. */
export const TWIN_LEADS = { mnist: 0.01, "fashion-mnist": 0.02, cifar10: 0.05, cifar100: 0.05, imdb: 0.05 } as const;
export type TwinName = keyof typeof TWIN_LEADS;
export const TWIN_NAMES = Object.keys(TWIN_LEADS) as TwinName[];

export interface TwinRow {
  set: TwinName;
  model: string;
  /** Of the test part, after the epoch that was best for this model; `epoch` counts from 1. */
  accuracy: number;
  epoch: number;
}

export interface TwinContestOptions {
  sets: readonly TwinName[];
  trainCount: number;
  testCount: number;
  epochs: number;
  seed: number;
}

interface Contestant {
  model: string;
  build: (inputShape: readonly number[], classes: number) => LayersModel;
  loss: "categoricalCrossentropy" | "binaryCrossentropy";
  learningRate: number;
  /** Of train and test. */
  inputs: readonly [NumericArray, NumericArray];
}

const BATCH_SIZE = 64;
/** Words that are counted; rarer ones say nothing in the twin. */
const WORDS = 4000;

/** One row for each model of each set, those that see no structure first. */
export async function* contestOnTwins({ sets, ...options }: TwinContestOptions): AsyncGenerator<TwinRow> {
  for (const set of sets) {
    const twin = await twinOf(set, options);
    const { train, test, classNames } = twin;
    const labels = [train.labels, test.labels] as const;
    for (const { model, build, inputs, ...settings } of contestantsOf(set, twin, options.seed)) {
      const built = build(inputs[0].shape.slice(1), classNames.length);
      yield { set, model, ...(await bestEpoch(built, { inputs, labels, ...settings, ...options })) };
      built.dispose();
    }
  }
}

async function twinOf(set: DatasetName, { trainCount, testCount, seed }: Omit<TwinContestOptions, "sets">) {
  return loadDataset(set, { source: "synthetic", synthetic: { trainCount, testCount, seed } });
}

type Twin = Awaited<ReturnType<typeof twinOf>>;

function contestantsOf(set: TwinName, { train, test, vocabulary }: Twin, seed: number): Contestant[] {
  const inputs = [train.inputs, test.inputs] as const;
  if (set !== "imdb") {
    const common = { inputs, loss: "categoricalCrossentropy", learningRate: 1e-3 } as const;
    return [
      ...[[128], [512, 256]].map((units) => ({
        ...common,
        model: `MLP ${units.join("-")}`,
        build: (inputShape: readonly number[], classes: number) => mlp({ inputShape, classes, units, seed }),
      })),
      { ...common, model: "LeNet-5", build: (inputShape, classes) => lenet5({ inputShape, classes, padding: "same", seed }) },
    ];
  }
  const plan = [{ kind: "textCounts", words: WORDS }] as const;
  const counts = fitPreparation(plan, train, { vocabulary: vocabulary ?? [] });
  return [
    ...[[], [64]].map((units) => ({
      model: units.length === 0 ? "counts, linear" : `counts, MLP ${units.join("-")}`,
      build: (inputShape: readonly number[], classes: number) => mlp({ inputShape, classes, units, dropout: 0.2, seed }),
      loss: "categoricalCrossentropy" as const,
      learningRate: 1e-3,
      inputs: [applyPreparation(counts, train).inputs, applyPreparation(counts, test).inputs] as const,
    })),
    {
      model: "embedding, Conv1D",
      build: (inputShape, classes) => embeddingConv1d({ inputShape, classes, seed }),
      loss: "binaryCrossentropy",
      learningRate: 1e-3,
      inputs,
    },
  ];
}

interface TrainingOptions extends Pick<Contestant, "inputs" | "loss" | "learningRate"> {
  labels: readonly [NumericArray, NumericArray];
  epochs: number;
  seed: number;
}

/** Each model is judged at its best epoch, so that none is ahead for having had too many or too few. */
async function bestEpoch(
  model: LayersModel,
  { inputs, labels, loss, learningRate, epochs, seed }: TrainingOptions,
): Promise<{ accuracy: number; epoch: number }> {
  const training = compileTraining({
    model,
    loss,
    optimizer: { type: "adam", learningRate },
    inputs: inputs[0],
    labels: labels[0],
    seed,
  });
  let best = { accuracy: 0, epoch: 0 };
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = randomStream(seed, `order/${epoch}`).permutation(labels[0].shape[0]!);
      const steps = Math.floor(order.length / BATCH_SIZE);
      await training.runSteps(Array.from({ length: steps }, (_, i) => order.subarray(i * BATCH_SIZE, (i + 1) * BATCH_SIZE)));
      const { accuracy } = await training.evaluate({ inputs: inputs[1], labels: labels[1] });
      if (accuracy > best.accuracy) best = { accuracy, epoch: epoch + 1 };
    }
  } finally {
    training.dispose();
  }
  return best;
}
