/** What every architecture takes, and how it is checked. */

import { checkInteger, checkKnownOptions, checkList, checkNumber, checkOneOf, show, TareaError } from "@tarea/core";
import { KERNEL_INITIALIZERS, type KernelInitializer } from "./layers.js";

export interface ModelOptions {
  /** Shape of one sample, for example `[28, 28, 1]`. */
  inputShape: readonly number[];
  /** Number of classes, at least 2. */
  classes: number;
  /** Seed of the initial weights, a whole number from 0; `null` draws nothing and leaves kernels at zero. Default 0. */
  seed?: number | null;
  /** Name of the model. Default: that of the function. */
  name?: string;
}

/** What every architecture with kernels takes besides. */
export interface KernelModelOptions extends ModelOptions {
  /** Penalty on the absolute values of every kernel, from 0. Default `KERNEL_DEFAULTS.l1`. */
  l1?: number;
  /** Penalty on the squares of every kernel, from 0. Default `KERNEL_DEFAULTS.l2`. */
  l2?: number;
  /** Initializer of every kernel; biases begin at zero. Default `KERNEL_DEFAULTS.kernelInitializer`, as in Keras. */
  kernelInitializer?: KernelInitializer;
}

export const KERNEL_DEFAULTS = { l1: 0, l2: 0, kernelInitializer: "glorotUniform" } as const;

interface ModelChecks<D> {
  where: string;
  /** Defaults of the architecture's own options. */
  defaults: D;
  /** Names of options that have no default. */
  required?: readonly string[];
  /** Number of axes that a sample may have; default: any. */
  axes?: number;
  /** Default 2. */
  minClasses?: number;
}

/** Fills defaults in and checks what all models share. @throws TareaError for unknown options, bad shapes, classes and seeds. */
export function checkModelOptions<O extends ModelOptions, D extends Partial<O>>(
  options: O,
  { where, defaults, required = ["inputShape", "classes"], axes, minClasses = 2 }: ModelChecks<D>,
): Required<O> {
  checkKnownOptions(where, options, [...new Set([...required, ...Object.keys(defaults), "seed", "name"])]);
  const complete = { seed: 0, name: where, ...defaults, ...options } as unknown as Required<O>;
  checkInputShape(where, complete.inputShape, axes);
  if (required.includes("classes")) checkInteger(where, "classes", complete.classes, { min: minClasses });
  if (complete.seed !== null) checkInteger(where, "seed", complete.seed, { min: 0 });
  if (typeof complete.name !== "string" || complete.name === "") {
    throw new TareaError({
      code: "option",
      where,
      problem: "name must be a text that is not empty",
      received: show(complete.name),
    });
  }
  return complete;
}

/** Checks penalties and initializer, and gives them for every layer with a kernel. @throws TareaError */
export function kernelOptions(
  where: string,
  { l1, l2, kernelInitializer }: Pick<Required<KernelModelOptions>, "l1" | "l2" | "kernelInitializer">,
): Pick<Required<KernelModelOptions>, "l1" | "l2" | "kernelInitializer"> {
  checkNumber(where, "l1", l1, { min: 0 });
  checkNumber(where, "l2", l2, { min: 0 });
  checkOneOf(where, "kernelInitializer", kernelInitializer, KERNEL_INITIALIZERS);
  return { l1, l2, kernelInitializer };
}

/** Checks the share of zeros of a dropout, from 0 (none) to below 1. @throws TareaError */
export function checkRate(where: string, name: string, rate: number): void {
  checkNumber(where, name, rate, { min: 0, max: 1, exclusiveMax: true });
}

/** Checks a list of positive whole numbers; `length`: how many there must be. @throws TareaError */
export function checkSizes(where: string, name: string, sizes: readonly number[], length?: number): void {
  checkList(where, name, sizes);
  if (length !== undefined && sizes.length !== length) {
    throw new TareaError({ code: "option", where, problem: `${name} must be a list of ${length}`, received: show(sizes) });
  }
  for (const [i, size] of sizes.entries()) checkInteger(where, `${name}[${i}]`, size);
}

function checkInputShape(where: string, shape: readonly number[], axes: number | undefined): void {
  const isList = Array.isArray(shape) && shape.length > 0;
  if (!isList || (axes !== undefined && shape.length !== axes)) {
    const size = axes === undefined ? "at least one size" : `${axes} ${axes === 1 ? "size" : "sizes"}`;
    throw new TareaError({
      code: "option",
      where,
      problem: `inputShape must be a list of ${size}`,
      received: show(shape),
    });
  }
  for (const [i, length] of shape.entries()) checkInteger(where, `inputShape[${i}]`, length);
}
