/** Makes a data set of one's own samples, to be used wherever a shipped one is. */

import { createHash } from "node:crypto";
import { TareaError, canonicalHash, checkInteger, checkKnownOptions, checkOneOf, show, type NumericArray } from "@tarea/core";
import type { Dataset, Modality, Samples, Splits, Task } from "../dataset.js";
import { splitSamples } from "../splitSamples.js";

export interface OwnDatasetOptions {
  /** Letters, digits, `-` and `_`. */
  name: string;
  /** Default: the name. */
  title?: string | undefined;
  task: Task;
  modality: Modality;
  /** Both parts, or all samples and a `split`. */
  samples: Splits | Samples;
  /** How many samples of those in one piece become the test part, and the seed that draws them; class by class for classification. */
  split?: { testCount: number; seed: number } | undefined;
  /** Index is the class id; leave out for regression. */
  classNames?: readonly string[] | undefined;
  /** Tables: names of the input columns. */
  columnNames?: readonly string[] | undefined;
  /** One sentence: where the data came from. */
  source: string;
}

/**
 * A set whose fingerprint is the SHA-256 of its samples, so that a run on other data is another run.
 *
 * @throws TareaError when shapes, labels, names and task do not fit each other.
 * @example
 * const { samples, classNames, columnNames } = tableSamples(await readCsv("iris.csv"), { task: "classification", label: "species" });
 * const iris = ownDataset({
 *   name: "iris",
 *   task: "classification",
 *   modality: "table",
 *   samples,
 *   split: { testCount: 30, seed: 1 },
 *   classNames,
 *   columnNames,
 *   source: "Measured by Anderson, 1935.",
 * });
 */
export function ownDataset(options: OwnDatasetOptions): Dataset {
  const where = "ownDataset";
  checkKnownOptions(where, options, KNOWN_OPTIONS);
  const { name, title = name, task, modality, samples, classNames = [], columnNames = [], source } = options;
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name))
    throw ownError("name must be 1 to 64 letters, digits, - or _", show(name));
  checkOneOf(where, "task", task, ["classification", "regression"]);
  checkOneOf(where, "modality", modality, ["image", "text", "table"]);
  if (typeof source !== "string" || source.trim() === "")
    throw ownError("source must say where the data came from", show(source));
  if ((task === "classification") !== classNames.length > 0)
    throw ownError(
      task === "classification" ? "classification needs classNames" : "regression has no classNames",
      String(classNames.length),
    );
  const splits = toSplits(options, samples);
  const inputShape = splits.train.inputs.shape.slice(1);
  for (const part of ["train", "test"] as const) checkPart(part, splits[part], { task, inputShape, classes: classNames.length });
  if (columnNames.length > 0 && (inputShape.length !== 1 || columnNames.length !== inputShape[0]))
    throw ownError("columnNames must name every input column", `${columnNames.length} names for [${inputShape.join(", ")}]`);
  const fingerprint = canonicalHash({ task, classNames, train: hashOf(splits.train), test: hashOf(splits.test) });
  return { name, title, task, modality, synthetic: false, fingerprint, source, inputShape, classNames, columnNames, ...splits };
}

const KNOWN_OPTIONS = ["name", "title", "task", "modality", "samples", "split", "classNames", "columnNames", "source"];

function toSplits({ split, task }: OwnDatasetOptions, samples: Splits | Samples): Splits {
  if ("train" in samples) {
    if (split !== undefined) throw ownError("samples that come in two parts need no split", "a split");
    return samples;
  }
  if (split === undefined) throw ownError("samples in one piece need a split", "none");
  checkKnownOptions("ownDataset: split", split, ["testCount", "seed"]);
  const count = samples.labels.data.length;
  const test = checkInteger("ownDataset", "split.testCount", split.testCount, { max: Math.max(1, count - 1) });
  const seed = checkInteger("ownDataset", "split.seed", split.seed, { min: 0 });
  return splitSamples(samples, { task, counts: { train: count - test, test }, split: { by: "seed", seed, how: "" } });
}

function checkPart(
  part: string,
  { inputs, labels, texts }: Samples,
  { task, inputShape, classes }: { task: Task; inputShape: readonly number[]; classes: number },
): void {
  const count = inputs.shape[0];
  if (String(inputs.shape.slice(1)) !== String(inputShape))
    throw ownError(`${part}: samples have another shape than in the training part`, `[${inputs.shape.join(", ")}]`);
  if (labels.shape.length !== 1 || labels.shape[0] !== count)
    throw ownError(`${part}: labels must be [${count}]`, `[${labels.shape.join(", ")}]`);
  if (texts !== undefined && texts.length !== count)
    throw ownError(`${part}: there must be a text for each sample`, String(texts.length));
  if (task === "regression") {
    if (labels.dtype !== "float32") throw ownError(`${part}: labels of a regression are float32`, labels.dtype);
    return;
  }
  const wrong = labels.data.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong >= 0 || labels.dtype === "float32")
    throw ownError(
      `${part}: labels must be whole numbers from 0 to ${classes - 1}`,
      wrong >= 0 ? `${labels.data[wrong]} at ${wrong}` : "float32",
    );
}

function hashOf({ inputs, labels, texts }: Samples): string {
  const hash = createHash("sha256");
  for (const { dtype, shape, data } of [inputs, labels] as NumericArray[]) {
    hash.update(`${dtype} [${shape.join(", ")}]\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const text of texts ?? []) hash.update(`${text.length} ${text}`);
  return hash.digest("hex");
}

function ownError(problem: string, received: string): TareaError {
  return new TareaError({ code: "option", where: "ownDataset", problem, received });
}
