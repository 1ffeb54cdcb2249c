/** Prepares samples as a fitted plan says. */

import { TareaError, checkKnownOptions } from "@tarea/core";
import type { Samples } from "../dataset.js";
import { applyStep, type Working } from "./applyStep.js";
import { preparationError } from "./preparationError.js";
import type { FittedPreparation } from "./preparationPlan.js";

export interface ApplyPreparationOptions {
  /** Which part the samples belong to, for example `"test"`: it names the stream of their noise. Needed when the plan adds noise. */
  part?: string | undefined;
  /** The samples' numbers in their part, so that a sample keeps its noise in every subset; default 0, 1, 2, … */
  rows?: ArrayLike<number> | undefined;
}

/**
 * Prepared copies of the samples; those given are never changed, and nothing is learned from them.
 *
 * @throws TareaError for samples of another shape than those the plan was fitted to, and for what a step cannot take.
 */
export function applyPreparation(fitted: FittedPreparation, samples: Samples, options: ApplyPreparationOptions = {}): Samples {
  const where = "applyPreparation";
  checkKnownOptions(where, options, ["part", "rows"]);
  const { inputs } = samples;
  const shape = inputs.shape.slice(1);
  if (fitted.inputShape !== null && String(shape) !== String(fitted.inputShape)) {
    throw new TareaError({
      code: "shape",
      where,
      problem: "the samples have another shape than the training part",
      expected: `[${fitted.inputShape.join(", ")}]`,
      received: `[${shape.join(", ")}]`,
    });
  }
  const noisy = fitted.steps.some(({ kind }) => kind === "noise");
  if (noisy && options.part === undefined)
    throw preparationError(where, "noise needs to know the part", undefined, 'Give part, for example "train".');
  if (options.rows !== undefined && options.rows.length !== inputs.shape[0]) {
    throw preparationError(where, "rows must have one number for each sample", String(options.rows.length));
  }
  let working: Working = { samples, columnNames: fitted.inputColumnNames, owned: false };
  for (const step of fitted.steps) {
    working = applyStep(where, step, working, { part: options.part ?? "", rows: options.rows ?? null });
  }
  return working.samples;
}
