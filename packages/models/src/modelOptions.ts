/** What every architecture takes, and how it is checked. */

import { checkInteger, checkKnownOptions, checkList, show, TareaError } from "@tarea/core";

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
