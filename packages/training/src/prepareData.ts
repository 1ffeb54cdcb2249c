/** The parts of a run: split by its seed, then prepared by the experiment's plan with the statistics of the training part. */

import { checkInteger, randomStream, show, takeRows, TareaError } from "@tarea/core";
import type { PreparationInfo, RunStage } from "@tarea/runs";
import type { CompleteExperiment } from "./experiment.js";
import type { Dataset, Libraries, Samples } from "./libraries.js";

export interface Parts {
  train: Samples;
  validation?: Samples;
  test: Samples;
}

export interface PrepareDataOptions {
  experiment: CompleteExperiment;
  stage: RunStage;
  seed: number;
  dataset: Dataset;
  libraries: Libraries;
}

/** Samples, and their numbers in the published part. */
interface Part {
  samples: Samples;
  rows: ArrayLike<number> | undefined;
}

/** The parts as the model sees them, with what it is to predict. @throws TareaError when the plan or the data are at fault. */
export function prepareData(options: PrepareDataOptions): { parts: Parts; preparation: PreparationInfo | undefined } {
  const split = splitDataset(options);
  const { parts, preparation } = prepareParts(options, split);
  return { parts: options.experiment.target === "inputs" ? aimedAtInputs(parts, split.parts) : parts, preparation };
}

/** The parts as published in place of the labels of the prepared ones. */
function aimedAtInputs(prepared: Parts, { train, validation, test }: Parts): Parts {
  return {
    train: { ...prepared.train, labels: train.inputs },
    ...(prepared.validation && validation && { validation: { ...prepared.validation, labels: validation.inputs } }),
    test: { ...prepared.test, labels: test.inputs },
  };
}

interface SplitDataset {
  parts: Parts;
  /** Numbers of the samples in the published part, by part. */
  rows: Record<string, ArrayLike<number>>;
}

function splitDataset(options: PrepareDataOptions): SplitDataset {
  const { train, validation } = splitTrain(options);
  const parts = { train: train.samples, ...(validation && { validation: validation.samples }), test: options.dataset.test };
  const rows = Object.entries({ train, validation }).flatMap(([name, part]) => (part?.rows ? [[name, part.rows]] : []));
  return { parts, rows: Object.fromEntries(rows) as SplitDataset["rows"] };
}

function prepareParts(
  options: PrepareDataOptions,
  { parts, rows }: SplitDataset,
): { parts: Parts; preparation: PreparationInfo | undefined } {
  const { experiment, dataset, libraries } = options;
  if (experiment.preparation === undefined) return { parts, preparation: undefined };
  const where = `experiment ${show(experiment.id)}`;
  const { datasets: library } = libraries;
  if (library.prepareParts === undefined) {
    throw new TareaError({
      code: "option",
      where,
      problem: "preparation needs a data library with the function prepareParts",
      hint: "@tarea/datasets has it.",
    });
  }
  const { columnNames, vocabulary } = dataset;
  const prepared = located(where, () =>
    library.prepareParts!(experiment.preparation!, { ...parts }, { columnNames, vocabulary, rows }),
  );
  return { parts: { ...parts, ...prepared.parts }, preparation: prepared.record };
}

function splitTrain({ experiment: { data }, stage, seed, dataset, libraries }: PrepareDataOptions): {
  train: Part;
  validation?: Part;
} {
  const draw = (samples: Samples, count: number) =>
    dataset.classNames.length > 0
      ? libraries.datasets.stratifiedSplit(samples.labels.data, { validationCount: count, seed })
      : evenSplit(samples.inputs.shape[0]!, count, seed);
  const whole: Part = { samples: dataset.train, rows: undefined };
  const all = data.trainCount === undefined ? whole : take(whole, draw(dataset.train, data.trainCount).validation);
  if (stage === "final") return { train: all };
  const rows = draw(all.samples, data.validationCount);
  return { train: take(all, rows.train), validation: take(all, rows.validation) };
}

/** Without classes every sample is as likely as any other. */
function evenSplit(count: number, validationCount: number, seed: number): { train: Uint32Array; validation: Uint32Array } {
  checkInteger("split", "data.validationCount", validationCount, { max: count - 1 });
  const order = randomStream(seed, "split").permutation(count);
  return { train: order.slice(validationCount).toSorted(), validation: order.slice(0, validationCount).toSorted() };
}

function take({ samples, rows: published }: Part, rows: Uint32Array): Part {
  const { inputs, labels, texts } = samples;
  return {
    samples: {
      inputs: takeRows(inputs, rows),
      labels: takeRows(labels, rows),
      ...(texts && { texts: Array.from(rows, (row) => texts[row]!) }),
    },
    rows: published === undefined ? rows : rows.map((row) => published[row]!),
  };
}

/** What the library refuses, with the experiment's name before it. */
function located<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TareaError)) throw error;
    const { code, problem, expected, received, hint } = error;
    throw new TareaError({
      code,
      where: `${where}: preparation: ${error.where.replace(/^\w+: /, "")}`,
      problem,
      expected,
      received,
      hint,
      cause: error,
    });
  }
}
