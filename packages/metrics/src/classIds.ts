/** Checks what every classification metric takes: class ids, and how many classes there are or what they are called. */

import { TareaError, checkInteger, show } from "@tarea/core";

/** Class ids, whole numbers from 0: a typed array or an array of numbers. */
export type ClassIds = ArrayLike<number>;

/** The number of classes, or their names in the order of their ids. */
export type Classes = number | readonly string[];

/** More classes than this are refused, because a confusion matrix grows with their square. */
export const MAX_CLASSES = 4096;

/** The classes' names; `"0"`, `"1"`, … when only their number was given. @throws TareaError */
export function classNamesOf(where: string, classes: Classes): string[] {
  if (typeof classes === "number") {
    return Array.from({ length: checkInteger(where, "classes", classes, { max: MAX_CLASSES }) }, (_, id) => String(id));
  }
  const valid =
    Array.isArray(classes) &&
    classes.length > 0 &&
    classes.length <= MAX_CLASSES &&
    classes.every((name) => typeof name === "string");
  if (valid) return [...classes];
  throw new TareaError({
    code: "option",
    where,
    problem: "classes must be the number of classes or a list of their names",
    expected: `1 to ${MAX_CLASSES} classes`,
    received: show(classes),
  });
}

/** Checks labels and predictions against each other and against the number of classes. @throws TareaError */
export function checkPairs(where: string, labels: ClassIds, predictions: ClassIds, classCount?: number): void {
  checkClassIds(where, "labels", labels, classCount);
  checkClassIds(where, "predictions", predictions, classCount);
  if (labels.length === predictions.length) return;
  throw new TareaError({
    code: "shape",
    where,
    problem: "labels and predictions must be equally long",
    expected: `${labels.length} predictions`,
    received: String(predictions.length),
  });
}

/** Checks one list of class ids: not empty, whole numbers from 0, below `classCount` when given. @throws TareaError */
export function checkClassIds(where: string, name: string, ids: ClassIds, classCount = Infinity): void {
  if (!isNumberList(ids)) {
    throw new TareaError({
      code: "type",
      where,
      problem: `${name} must be an array or a typed array of class ids`,
      received: show(ids),
    });
  }
  if (ids.length === 0) throw new TareaError({ code: "shape", where, problem: `${name} must not be empty` });
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (Number.isSafeInteger(id) && id >= 0 && id < classCount) continue;
    throw new TareaError({
      code: "range",
      where,
      problem: `${name}[${i}] must be a class id`,
      expected: classCount === Infinity ? "a whole number of at least 0" : `a whole number from 0 to ${classCount - 1}`,
      received: show(id),
    });
  }
}

export function isNumberList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
